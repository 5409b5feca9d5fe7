import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test, testModelsDir } from "../support/test.ts";

/** Another disk where there is one: moving to it copies. */
const otherDisk = existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
const spare = "spare-embedder.Q8_0.gguf";

test("storage tells what takes room, frees it, and moves the models to another disk", async ({
  home,
  launch,
}) => {
  test.setTimeout(120_000);
  const models = path.join(home, "models");
  // The other models are links; this one is a file that has to be copied.
  await fs.copyFile(
    path.join(testModelsDir, "all-MiniLM-L6-v2.Q8_0.gguf"),
    path.join(models, spare),
  );
  await fs.mkdir(path.join(home, "logs"), { recursive: true });
  await fs.writeFile(path.join(home, "logs", "engine.1.log"), "x".repeat(2_000_000));
  const disk = await fs.mkdtemp(path.join(otherDisk, "hearth-disk-"));
  const target = path.join(disk, "hearth-models");
  const away = `${disk}-pulled`;
  await fs.writeFile(path.join(disk, "holiday.jpg"), "not Hearth's");
  try {
    const hearth = await launch();
    const { page } = hearth;
    await hearth.ready();
    // A model is in memory while its file is moved.
    await hearth.sidebar.getByRole("button", { name: "Models" }).click();
    await page.getByRole("button", { name: /^Load: SmolLM2/u }).click();
    await expect(page.getByText("Loaded", { exact: true })).toBeVisible({ timeout: 30_000 });

    await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Open Storage" }).click();
    const room = page.getByRole("list", { name: "What takes room" });
    await expect(room).toContainText("Chats and library");
    await expectAccessible(page);

    // Freeing says first what is lost.
    await page.getByRole("button", { name: "Logs: free 2 MB" }).click();
    const asked = page.getByRole("alertdialog", { name: "Remove old logs?" });
    await expect(asked).toContainText("can then not be looked up any more");
    await asked.getByRole("button", { name: "Remove logs" }).press("Enter");
    await expect(asked).toHaveCount(0);
    await expect(page.getByRole("button", { name: /^Logs: free/u })).toHaveCount(0);
    expect(existsSync(path.join(home, "logs", "engine.1.log"))).toBe(false);

    // A folder that cannot be is refused with the reason; the keyboard suffices.
    await page.getByRole("button", { name: "Move…" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Move the model folder" });
    const place = dialog.getByRole("textbox", { name: "New place" });
    await place.fill(path.join(models, "inside"));
    await place.press("Enter");
    await expect(dialog.getByRole("alert")).toContainText("inside of the model folder");
    await place.fill(disk);
    await place.press("Enter");
    await expect(dialog.getByRole("status")).toContainText(
      `3 model files (25 MB) will be in ${target}`,
    );
    await place.press("Enter");
    await expect(page.getByText(`The models are in ${target} now.`).first()).toBeVisible();
    await expect(page.getByText(target, { exact: true })).toBeVisible();
    expect((await fs.readdir(target)).filter((name) => name.endsWith(".gguf"))).toHaveLength(3);
    expect((await fs.readdir(models)).filter((name) => name.endsWith(".gguf"))).toEqual([]);
    expect(await fs.readFile(path.join(target, spare))).toEqual(
      await fs.readFile(path.join(testModelsDir, "all-MiniLM-L6-v2.Q8_0.gguf")),
    );

    // The chat goes on with the model in its new place.
    await hearth.newChat();
    const answer = await hearth.ask("Name one animal.");
    await expect(answer.getByRole("alert")).toHaveCount(0);
    await expect(answer).toContainText("tok/s");

    // The disk is pulled: the models are told of, and come back with it.
    await fs.rename(disk, away);
    await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Open Storage" }).click();
    await expect(page.getByText("The model folder is not reachable.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Use the data folder" })).toBeVisible();
    await hearth.sidebar.getByRole("button", { name: "Models" }).click();
    await page.getByRole("button", { name: "Look again" }).click();
    const gone = page.getByRole("region", { name: "Not reachable now" });
    await expect(gone).toContainText("SmolLM2");
    await expect(gone.getByText("Connect the disk").first()).toBeVisible();
    await fs.rename(away, disk);
    await expect(gone).toHaveCount(0, { timeout: 20_000 });

    // Back into the data folder, where one model is deleted.
    await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Open Storage" }).click();
    await page.getByRole("button", { name: "Move back" }).click();
    await dialog.getByRole("button", { name: "Move models" }).click();
    await expect(page.getByText(models, { exact: true })).toBeVisible();
    expect(await fs.readdir(disk)).toEqual(["holiday.jpg"]);
    const row = page
      .getByRole("list", { name: "Models by size" })
      .getByRole("listitem")
      .filter({ hasText: spare });
    await row.getByRole("button", { name: /^Delete / }).click();
    const question = page.getByRole("alertdialog", { name: /^Delete / });
    await expect(question).toContainText(path.join(models, spare));
    await question.getByRole("button", { name: "Delete model" }).click();
    // While it asks, the page behind it is hidden from roles.
    await expect(question).toHaveCount(0);
    await expect(row).toHaveCount(0);
    expect(existsSync(path.join(models, spare))).toBe(false);
  } finally {
    for (const folder of [disk, away]) await fs.rm(folder, { recursive: true, force: true });
  }
});

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    const serious = violations.filter(
      ({ impact }) => impact === "serious" || impact === "critical",
    );
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  }
}
