import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "../support/test.ts";

let folder = "";
test.beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-papers-"));
});
test.afterEach(async () => {
  await fs.rm(folder, { recursive: true, force: true });
});

test("a watched folder is followed: files come, are renamed and go", async ({ hearth, face }) => {
  test.skip(face === "desktop", "The system's dialog for folders cannot be driven.");
  const { page } = hearth;
  await hearth.ready();
  await hearth.openLibrary();
  await page.getByRole("button", { name: "Watched folders" }).click();
  const dialog = page.getByRole("dialog", { name: "Watched folders" });

  await test.step("a path that is no folder is refused in words", async () => {
    await dialog.getByRole("button", { name: "Watch a folder" }).click();
    await dialog.getByRole("textbox", { name: "Path of a folder" }).fill(`${folder}-not`);
    await dialog.getByRole("button", { name: "Watch", exact: true }).click();
    await expect(dialog.getByRole("alert")).toContainText("is not there");
  });

  await test.step("the folder is named with its documents", async () => {
    await dialog.getByRole("textbox", { name: "Path of a folder" }).fill(folder);
    await dialog.getByRole("button", { name: "Watch", exact: true }).click();
    await expect(dialog.getByRole("listitem")).toContainText("Up to date · 0 documents");
    await expect(dialog.getByRole("alert")).toHaveCount(0);
  });

  await test.step("what is passed over can be said", async () => {
    await dialog.getByRole("button", { name: /^What is passed over/ }).click();
    await dialog.getByRole("textbox", { name: "Passed over" }).fill("drafts-*\n");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByRole("textbox", { name: "Passed over" })).toBeHidden();
    await dialog.getByRole("button", { name: "Done" }).click();
  });

  const file = path.join(folder, "curlew.txt");
  await fs.writeFile(path.join(folder, "drafts-1.txt"), "Nobody is to read this.");
  await fs.writeFile(file, "The curlew calls over the mudflats at dusk.");
  await expect(hearth.row("curlew.txt")).toContainText("1 passage", { timeout: 20_000 });
  await expect(hearth.row("drafts-1.txt")).toHaveCount(0);
  const known = idOf(hearth.home, "curlew.txt");

  await fs.rename(file, path.join(folder, "whimbrel.txt"));
  await expect(hearth.row("whimbrel.txt")).toContainText("1 passage", { timeout: 20_000 });
  await expect(hearth.row("curlew.txt")).toHaveCount(0);
  expect(idOf(hearth.home, "whimbrel.txt")).toBe(known);

  await fs.rm(path.join(folder, "whimbrel.txt"));
  await expect(hearth.row("whimbrel.txt")).toHaveCount(0, { timeout: 20_000 });
  expect(await fs.readdir(folder)).toEqual(["drafts-1.txt"]);

  await test.step("its documents are removed only after a question that counts them", async () => {
    await fs.writeFile(path.join(folder, "godwit.txt"), "A godwit flies without a rest.");
    await expect(hearth.row("godwit.txt")).toContainText("1 passage", { timeout: 20_000 });
    await page.getByRole("button", { name: "Watched folders" }).click();
    await expect(dialog.getByRole("listitem")).toContainText("1 document");
    const stop = async (): Promise<void> => {
      await dialog.getByRole("button", { name: /^Actions for/ }).click();
      await page.getByRole("menuitem", { name: "Stop watching, remove its documents…" }).click();
    };
    const question = page.getByRole("alertdialog");
    await stop();
    await expect(question).toContainText("1 document leaves the library");
    await page.keyboard.press("Escape");
    await expect(question).toHaveCount(0);
    await expect(dialog.getByRole("listitem")).toContainText("1 document");
    await stop();
    await question.getByRole("button", { name: "Remove documents" }).click();
    await expect(dialog.getByRole("listitem")).toHaveCount(0);
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(hearth.row("godwit.txt")).toHaveCount(0);
    expect((await fs.readdir(folder)).toSorted()).toEqual(["drafts-1.txt", "godwit.txt"]);
  });
});

test("adding documents is paused, resumed, and goes on after a restart", async ({ launch }) => {
  const words = "basin candle delta ember fallow granite harbour inlet juniper kettle".split(" ");
  const lines = Array.from(
    { length: 900 },
    (_, at) => `Line ${at} tells of ${words[at % 10]} and ${words[(at * 7 + 3) % 10]} by the sea.`,
  );
  const file = path.join(folder, "long.txt");
  await fs.writeFile(file, lines.join("\n"));
  let hearth = await launch();
  await hearth.ready();
  await hearth.openLibrary();
  await hearth.drop(file);
  const row = hearth.row("long.txt");
  await expect(row.getByText("Making it searchable")).toBeVisible({ timeout: 20_000 });

  const work = hearth.page.getByRole("region", { name: "Documents being added" });
  await work.getByRole("button", { name: "Pause adding documents" }).click();
  await expect(work).toContainText("Paused: 0 of 1 document");
  await work.getByRole("button", { name: "Go on adding documents" }).click();
  await expect(work).toContainText("0 of 1 document");
  await work.getByRole("button", { name: "Pause adding documents" }).click();

  const engine = await hearth.enginePid();
  await hearth.app.close();
  // A pause lasts as long as the engine, which stays a moment for a face that comes back.
  await expect.poll(() => isRunning(engine), { timeout: 15_000 }).toBe(false);
  hearth = await launch();
  await hearth.ready();
  await hearth.openLibrary();
  await expect(hearth.row("long.txt")).toContainText(/\d+ passages · /, { timeout: 60_000 });
  await expect(hearth.page.getByRole("region", { name: "Documents being added" })).toHaveCount(0);
  await expect(hearth.row("long.txt")).toHaveCount(1);
});

/** By which the library knows a document. */
function idOf(home: string, name: string): unknown {
  const database = new DatabaseSync(path.join(home, "hearth.sqlite"), { readOnly: true });
  try {
    return database.prepare("SELECT id FROM documents WHERE name = ?").get(name)?.["id"];
  } finally {
    database.close();
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // There is no such process any more.
    return false;
  }
}
