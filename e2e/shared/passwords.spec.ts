import path from "node:path";
import { expect, test } from "../support/test.ts";

const locked = path.join(
  import.meta.dirname,
  "../../src-main/engine/library/readers/fixtures/issue15893_reduced.pdf",
);

test("an encrypted document asks for its password, and opens with it", async ({ hearth }) => {
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
  await dialog.getByLabel("Password", { exact: true }).fill("test");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(row).toContainText(/1 page · 1 passage/, { timeout: 30_000 });
  // The viewer has to open the file as well.
  await row.getByRole("button", { name: "issue15893_reduced.pdf" }).first().click();
  await expect(page.locator("canvas[data-drawn=true]").first()).toBeVisible();
});
