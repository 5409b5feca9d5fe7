import fs from "node:fs/promises";
import path from "node:path";
import { connectEngine } from "../../src-main/supervisor/connectEngine.ts";
import { expect, test } from "../support/test.ts";

const locked = path.join(
  import.meta.dirname,
  "../../src-main/engine/library/readers/fixtures/issue15893_reduced.pdf",
);

test("an encrypted document asks for its password, and opens with it", async ({ hearth }, info) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.openLibrary();
  await hearth.drop(locked);
  const row = hearth.row("issue15893_reduced.pdf");
  await expect(row.getByRole("alert")).toContainText("This PDF needs a password.");
  await row.getByRole("button", { name: "Enter password" }).click();
  const dialog = page.getByRole("dialog", { name: "This document is locked" });
  await dialog.getByLabel("Password", { exact: true }).fill("guess");
  await dialog.getByRole("button", { name: "Open" }).click();
  await expect(dialog).toContainText("This password does not open it.");
  const field = dialog.getByLabel("Password", { exact: true });
  await field.fill("tes");
  await test.step("what is typed stays while the row moves out of sight", async () => {
    const papers = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const file = info.outputPath(`note-${at}.txt`);
        await fs.writeFile(file, `Note ${at} tells of the tide at pier ${at * 7}.`);
        return file;
      }),
    );
    const connection = await connectEngine({ home: hearth.home, face: "another" });
    await connection.client.stream("documents.ingest", { paths: papers }).result;
    connection.close();
    // The list may follow what it showed; its head is far from the row of the oldest document.
    await expect(async () => {
      // Behind the dialog the wheel does nothing.
      await page
        .locator("[data-index]")
        .first()
        .evaluate((shown) => {
          for (let part = shown.parentElement; part; part = part.parentElement) part.scrollTop = 0;
        });
      await expect(page.locator('[data-index="0"]', { hasText: "note-" })).toBeVisible();
    }).toPass();
    await expect(page.locator("[data-index]", { hasText: "issue15893" })).toHaveCount(0);
    await expect(field).toHaveValue("tes");
  });
  await field.press("End");
  await field.press("t");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await page.getByRole("searchbox", { name: "Search the library" }).fill("issue15893");
  await expect(row).toContainText(/1 page · 1 passage/, { timeout: 30_000 });
  // The viewer has to open the file as well.
  await row.getByRole("button", { name: "issue15893_reduced.pdf" }).first().click();
  await expect(page.locator("canvas[data-drawn=true]").first()).toBeVisible();
});
