import fs from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { expect } from "@playwright/test";
import { writeBenchHistory } from "./support/benchHistory.ts";
import { writeCheckedChat } from "./support/checkedChat.ts";
import { writeEvalHistory } from "./support/evalHistory.ts";
import { writeQuantHistory } from "./support/quantHistory.ts";
import { withoutGraphicsLibraries } from "./support/graphicsLibraries.ts";
import { HearthPage } from "./support/HearthPage.ts";
import { fixturesDir, linkModels, makeHome, removeHome } from "./support/homes.ts";
import { launchDesktop } from "./support/launchDesktop.ts";
import { launchWeb } from "./support/launchWeb.ts";
import { atWork, evaluation, quantizations } from "./support/runScreens.ts";
import type { FaceName } from "./support/RunningApp.ts";
import { storageScreens } from "./support/storageScreens.ts";
import { findModels, type Shoot } from "./support/shootFindModels.ts";

/**
 * Pictures of the screens that matter, in both faces, light and dark, narrow and wide, to be looked
 * at: `npm run screenshots [-- --face web] [-- --only streaming,models]`. They land in screenshots/.
 */
const folder = path.resolve(import.meta.dirname, "..", "screenshots");
const sizes = [
  { width: 1440, height: 900 },
  { width: 900, height: 700 },
];
const themes = ["light", "dark"] as const;
const ferry = path.join(fixturesDir, "tidewater-ferry-report.pdf");
const orchard = path.join(fixturesDir, "quillback-orchard-handbook.pdf");

const { values } = parseArgs({
  options: { face: { type: "string" }, only: { type: "string" } },
});
const faces = (["web", "desktop"] as const).filter((face) => (values.face ?? face) === face);
const only = values.only?.split(",");

await fs.mkdir(folder, { recursive: true });
for (const face of faces) {
  await onHome(face, false, firstRun);
  await onHome(face, true, withModels);
  if (wants("12-word-document") || wants("12-spreadsheet"))
    await onHome(face, true, documentsWithoutPages);
  if (wants("14-library")) await onHome(face, true, library);
  if (wants("19-storage")) await onHome(face, true, storageScreens);
  if (wants("16-find")) await onHome(face, true, findModels);
  if (wants("17-checked-answer")) await onHome(face, true, checkedAnswer, writeCheckedChat);
  if (wants("20-libraries")) {
    await using _ = await withoutGraphicsLibraries();
    await onHome(face, true, graphicsLibraries);
  }
  if (only === undefined || only.some((name) => /^1[01]/u.test(name)))
    await onHome(face, true, atWork, writeBenchHistory);
  if (only === undefined || only.some((name) => name.startsWith("15-evals")))
    await onHome(face, true, evaluation, writeEvalHistory);
  if (only === undefined || only.some((name) => name.startsWith("19-quants")))
    await onHome(face, true, quantizations, writeQuantHistory);
}
console.log(`The pictures are in ${folder}`);

async function firstRun(hearth: HearthPage, shoot: Shoot): Promise<void> {
  await expect(hearth.page.getByRole("button", { name: /^Get the starter models/ })).toBeVisible();
  await shoot("1-first-run");
}

async function withModels(hearth: HearthPage, shoot: Shoot): Promise<void> {
  const { page } = hearth;
  await hearth.ready();
  await shoot("2-empty-chat");

  if (wants("3-streaming")) {
    await hearth.send("Write a very long story about a lighthouse keeper, with many details.");
    await expect
      .poll(async () => (await hearth.answerText()).length, { timeout: 60_000 })
      .toBeGreaterThan(200);
    await shoot("3-streaming");
    const stop = page.getByRole("button", { name: "Stop" });
    if (await stop.isVisible()) await stop.click();
    await hearth.answered();
  }

  if (wants("4-ingesting") || wants("5-answer-with-document") || wants("6-receipt")) {
    const broken = path.join(hearth.home, "minutes-of-march.pdf");
    await fs.writeFile(broken, "These are minutes that somebody has renamed.\n");
    const long = path.join(hearth.home, "logbook.md");
    await fs.writeFile(long, logbook());
    await hearth.openLibrary();
    await hearth.drop(broken, ferry, orchard);
    await expect(hearth.row("minutes-of-march.pdf").getByRole("alert")).toBeVisible({
      timeout: 60_000,
    });
    for (const file of [ferry, orchard]) {
      await expect(hearth.row(path.basename(file))).toContainText(/passages/, { timeout: 60_000 });
    }
    await hearth.drop(long);
    await expect(hearth.row("logbook.md").getByText(/passages\/s/)).toBeVisible({
      timeout: 60_000,
    });
    await shoot("4-ingesting");
    const cancel = hearth.row("logbook.md").getByRole("button", { name: "Cancel" });
    if (await cancel.isVisible()) await cancel.click();
    await expect(hearth.row("logbook.md").getByRole("progressbar")).toHaveCount(0);
  }

  if (wants("5-answer-with-document") || wants("6-receipt")) {
    await hearth.newChat();
    await page.getByRole("button", { name: "Attach documents" }).click();
    await page.getByRole("checkbox", { name: path.basename(ferry) }).check();
    await page.getByRole("checkbox", { name: path.basename(orchard) }).check();
    await shoot("5-attach");
    await page.getByRole("button", { name: "Done" }).click();
    const answer = await hearth.ask("Who leads the safety board?");
    await answer.getByRole("list", { name: "Evidence" }).getByRole("button").first().click();
    await expect(hearth.document.locator("canvas[data-drawn=true]").first()).toBeVisible();
    await shoot("5-answer-with-document");
    await answer.getByRole("button", { name: "Receipt" }).click({ force: true });
    await shoot("6-receipt");
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await hearth.ask("Which composer wrote the opera Tosca?");
    await shoot("6-not-found");
    const first = hearth.answers.first();
    await first.getByRole("button", { name: "Pin passage 1 to this chat" }).press("Enter");
    await first
      .getByRole("button", { name: /^Citation 1/ })
      .first()
      .focus();
    await expect(page.locator("[data-radix-popper-content-wrapper]")).toBeVisible();
    await shoot("6-preview-and-pin");
    await page.keyboard.press("Escape");
  }

  await hearth.sidebar.getByRole("button", { name: "Models" }).click();
  await expect(page.getByRole("heading", { name: "For chats" })).toBeVisible();
  await shoot("7-models");
  if (wants("7-quantize")) {
    await page.getByRole("button", { name: /^Actions for SmolLM2/ }).click();
    await page.getByRole("menuitem", { name: "Make another quantization…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Quantization" }).click();
    await page.getByRole("option", { name: /^Q4_K_M, / }).click();
    await shoot("7-quantize");
    await dialog.getByRole("button", { name: "Close" }).last().click();
  }
  if (wants("7-layers")) {
    await page.getByRole("button", { name: /^Actions for SmolLM2/ }).click();
    await page.getByRole("menuitem", { name: "Layers on the graphics device…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "My own" }).click();
    await expect(dialog.getByText(/tokens of context/)).toBeVisible();
    await shoot("7-layers");
    await dialog.getByRole("button", { name: "Close" }).last().click();
  }
  await hearth.sidebar.getByRole("button", { name: "Benchmark" }).click();
  await expect(page.getByRole("heading", { name: "Nothing has been measured yet." })).toBeVisible();
  await shoot("11-bench-empty");
  await hearth.sidebar.getByRole("button", { name: "Evaluation" }).click();
  await expect(page.getByRole("heading", { name: "Nothing has been measured yet." })).toBeVisible();
  await shoot("15-evals-empty");
  await hearth.sidebar.getByRole("button", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "About" })).toBeVisible();
  await shoot("8-settings");
  await page.getByRole("textbox", { name: "What it is given" }).scrollIntoViewIfNeeded();
  await shoot("18-prompts");
  await page.getByRole("button", { name: "Open Local API" }).click();
  await shoot("13-api-off");
  if (wants("13-api-on")) {
    await page.getByRole("switch", { name: "Answer other programs" }).click();
    await expect(page.getByText(/^http:\/\/127/)).toBeVisible();
    await page.getByRole("textbox", { name: "Name" }).fill("Editor");
    await page.getByRole("button", { name: "Create key" }).click();
    await expect(page.getByRole("status", { name: "Key for Editor" })).toBeVisible();
    await shoot("13-api-on");
    await page.getByRole("switch", { name: "Answer other programs" }).click();
  }
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot("9-palette");
}

/** A Word file and a spreadsheet beside the chat, each at its words. */
async function documentsWithoutPages(hearth: HearthPage, shoot: Shoot): Promise<void> {
  const readers = path.join(import.meta.dirname, "../src-main/engine/library/readers");
  await hearth.ready();
  await hearth.addDocuments(
    path.join(readers, "docx/fixtures/pandoc-report.docx"),
    path.join(readers, "xlsx/fixtures/libreoffice-orders.xlsx"),
  );
  await hearth.newChat();
  await hearth.attachAll();
  for (const [name, question] of [
    ["12-word-document", "When was the lamp at Cape Morrow replaced?"],
    ["12-spreadsheet", "Which item did the customer Bo Wren order?"],
  ] as const) {
    const answer = await hearth.ask(question);
    await answer.getByRole("list", { name: "Evidence" }).getByRole("button").first().click();
    await expect(hearth.document.locator("mark").first()).toBeVisible();
    await shoot(name);
  }
}

/** The library with what it offers, and a PDF open beside it. */
async function library(hearth: HearthPage, shoot: Shoot): Promise<void> {
  const { page } = hearth;
  await hearth.ready();
  await hearth.openLibrary();
  await page.getByRole("button", { name: "Watched folders" }).click();
  await expect(page.getByRole("dialog", { name: "Watched folders" })).toBeVisible();
  await shoot("14-library-folders");
  await page.getByRole("button", { name: "Done" }).click();
  await hearth.addDocuments(ferry, orchard);
  const row = hearth.row(path.basename(ferry));
  await row.hover();
  await row.getByRole("checkbox").check();
  await shoot("14-library-chosen");
  await page.keyboard.press("Escape");
  await row
    .getByRole("button", { name: path.basename(ferry) })
    .first()
    .click();
  await expect(hearth.document.locator("canvas[data-drawn=true]").first()).toBeVisible();
  await hearth.document.getByRole("button", { name: "Show or hide contents and pages" }).click();
  await expect(hearth.document.getByRole("button", { name: "Page 1", exact: true })).toBeVisible();
  await shoot("14-library-contents");
  await hearth.document.getByRole("button", { name: "Find in this document" }).click();
  await page.keyboard.type("passengers");
  await expect(hearth.document.getByText(/of \d+$/u)).toBeVisible();
  await shoot("14-library-viewer");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox").fill("safety board");
  await page.keyboard.press("Enter");
  await expect(page.locator("mark").first()).toBeVisible();
  await shoot("14-library-search");
}

/** An answer with sentences that the documents do not carry, and its export. */
async function checkedAnswer(hearth: HearthPage, shoot: Shoot): Promise<void> {
  const { page } = hearth;
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: "Safety board" }).first().click();
  await page.getByRole("button", { name: "partly in the documents" }).focus();
  await expect(page.getByRole("tooltip")).toBeVisible();
  await shoot("17-checked-answer");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Export answer" }).click();
  await expect(page.getByRole("menuitem", { name: "PDF" })).toBeVisible();
  await shoot("17-checked-answer-export");
}

function wants(name: string): boolean {
  return only === undefined || only.some((wanted) => name.includes(wanted));
}

async function onHome(
  face: FaceName,
  models: boolean,
  visit: (hearth: HearthPage, shoot: Shoot) => Promise<void>,
  prepare: (home: string) => Promise<void> = async () => {},
): Promise<void> {
  const home = await makeHome();
  if (models) await linkModels(home);
  await prepare(home);
  const app = await (face === "desktop" ? launchDesktop(home) : launchWeb(home));
  const usual = sizes[0] ?? { width: 1440, height: 900 };
  try {
    await app.resize(usual);
    await visit(new HearthPage(app, home), async (name) => {
      if (!wants(name)) return;
      for (const colorScheme of themes) {
        await app.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        for (const size of sizes) {
          await app.resize(size);
          const file = `${name}-${face}-${colorScheme}-${size.width}.png`;
          await settled(app.page);
          await app.page.screenshot({ path: path.join(folder, file) });
        }
      }
      await app.resize(usual);
      await app.page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    });
  } finally {
    await app.close();
    await removeHome(home);
  }
}

/** As in a packaged app, which brings the processor's library alone. */
async function graphicsLibraries(hearth: HearthPage, shoot: Shoot): Promise<void> {
  const { page, sidebar } = hearth;
  await sidebar.getByRole("button", { name: "Settings" }).click();
  const list = page.getByRole("list", { name: "Graphics libraries" });
  await list.scrollIntoViewIfNeeded();
  await list.evaluate((element) => element.scrollIntoView({ block: "center" }));
  await shoot("20-libraries");
  await list.getByRole("button", { name: "From a file…: Vulkan library" }).click();
  const dialog = page.getByRole("dialog", { name: "Add the Vulkan library from a file" });
  await dialog.getByRole("textbox", { name: "File" }).fill("/etc/hostname");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("alert")).toBeVisible();
  await shoot("20-libraries-error");
}

/** Waits until pages of a document are drawn again at the new size and styles have settled. */
async function settled(page: HearthPage["page"]): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    const drawn = (): boolean =>
      [...document.querySelectorAll("canvas")].every((canvas) => canvas.dataset["drawn"]);
    for (let tries = 0; tries < 50 && !drawn(); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}

/** A text long enough to be seen while it is made searchable. */
function logbook(): string {
  const winds = ["north", "east", "south", "west"];
  return Array.from(
    { length: 1_500 },
    (_, day) =>
      `## Day ${day + 1}\n\nThe wind came from the ${winds[day % 4] ?? "north"} with ${(day * 7) % 30} knots. ` +
      `We took ${(day * 13) % 400} passengers over the sound and burned ${(day * 29) % 900} litres. ` +
      `The mate noted the state of rope number ${day} and of the lamp on pier ${day % 9}.\n`,
  ).join("\n");
}
