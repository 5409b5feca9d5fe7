import type { Locator } from "@playwright/test";
import fs from "node:fs/promises";
import path from "node:path";
import type { HearthPage } from "../support/HearthPage.ts";
import { litWords } from "../support/litWords.ts";
import { findWords } from "../support/pdfWords.ts";
import { expect, fixturesDir, test } from "../support/test.ts";

const ferry = path.join(fixturesDir, "tidewater-ferry-report.pdf");
const orchard = path.join(fixturesDir, "quillback-orchard-handbook.pdf");
const readersDir = path.join(import.meta.dirname, "../../src-main/engine/library/readers");
const report = path.join(readersDir, "docx/fixtures/pandoc-report.docx");
const orders = path.join(readersDir, "xlsx/fixtures/libreoffice-orders.xlsx");
const question = "Who leads the safety board?";
const questionPage = 3;

test("documents are dropped, asked and cited down to the words on the page", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();

  await test.step("dropped files become rows that say how far they are", async () => {
    await hearth.openLibrary();
    await expect(page.getByText("No documents yet")).toBeVisible();
    await hearth.drop(ferry, orchard);
    await expect(hearth.row(path.basename(ferry)).getByText(stage)).toBeVisible();
    await expect(hearth.row(path.basename(orchard)).getByText(stage)).toBeVisible();
    for (const file of [ferry, orchard]) {
      const row = hearth.row(path.basename(file));
      await expect(row).toContainText(/5 pages · \d+ passages · [\d.,]+ [kM]B/, {
        timeout: 60_000,
      });
      await expect(row.getByRole("progressbar")).toHaveCount(0);
    }
  });

  await hearth.newChat();
  await hearth.attachAll();
  const attached = page.getByRole("list", { name: "Attached documents" });
  await expect(attached.getByRole("listitem")).toHaveCount(2);
  const answer = await hearth.ask(question);
  const mark = answer.getByRole("blockquote").getByRole("button", { name: /^Citation 1: / });

  await test.step("the answer opens with a quote, its evidence and its citation", async () => {
    const name = `Citation 1: ${path.basename(ferry)}, page ${questionPage}`;
    await expect(answer.getByRole("list", { name: "Evidence" })).toContainText("Ingrid Vasko");
    await expect(answer.getByRole("blockquote").first()).toContainText("Ingrid Vasko");
    await expect(mark).toHaveAccessibleName(name);
  });

  await test.step("a click opens the page with the words lit", async () => {
    await mark.click();
    await expectCitedWords(hearth, answer);
  });

  await test.step("so does Enter, and Escape closes the panel", async () => {
    await hearth.document.getByRole("button", { name: "Close the document" }).click();
    await expect(hearth.document).toBeHidden();
    await mark.focus();
    await mark.press("Enter");
    await hearth.expectPage(questionPage, 5);
    await page.keyboard.press("Escape");
    await expect(hearth.document).toBeHidden();
  });

  await test.step("the receipt adds up", async () => {
    await answer.getByRole("button", { name: "Receipt" }).click();
    const receipt = page.getByRole("complementary", { name: "Receipt" });
    const counts = receipt.getByRole("table").first();
    const number = async (name: string): Promise<number> =>
      Number(
        (await counts.getByRole("row", { name }).getByRole("cell").innerText()).replace(/\D/g, ""),
      );
    const found = await number("Passages found");
    expect(found).toBeGreaterThan(0);
    expect((await number("Put in the prompt")) + (await number("Cut"))).toBe(found);
    const tokens = receipt.getByRole("table", { name: "Tokens" });
    const cells = async (rows: Locator): Promise<number[]> =>
      (await rows.getByRole("cell").allInnerTexts()).map((text) => Number(text.replace(/\D/g, "")));
    const parts = await cells(tokens.getByRole("rowgroup").first());
    const [total = 0, written = 0] = await cells(tokens.getByRole("rowgroup").last());
    expect(parts.every((part) => part >= 0)).toBe(true);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
    expect(total).toBeGreaterThan(0);
    expect(written).toBeGreaterThan(0);
    await expect(receipt.getByRole("table", { name: "Time" })).toContainText("Total");
    const passages = receipt.getByRole("table", { name: "Passages" }).locator("tbody tr");
    await expect(passages).toHaveCount(found);
    await receipt.getByRole("button", { name: "Close" }).click();
  });

  await test.step("what the documents do not say is not answered", async () => {
    const declined = await hearth.ask("Which composer wrote the opera Tosca?");
    await expect(declined.getByText("Not found in the documents")).toBeVisible();
    await expect(declined.getByRole("button", { name: /^Citation/ })).toHaveCount(0);
  });
});

test("a file that cannot be read says why, and the others go on", async ({ hearth }, info) => {
  const { page } = hearth;
  await hearth.ready();
  const broken = info.outputPath("minutes.pdf");
  await fs.writeFile(broken, "These are minutes that somebody has renamed.\n");
  const notes = info.outputPath("notes.md");
  await fs.writeFile(notes, "# Notes\n\nThe spare key hangs behind the blue barometer.\n");
  await hearth.openLibrary();
  await hearth.drop(broken, notes);
  const row = hearth.row("minutes.pdf");
  await expect(row.getByRole("alert")).toContainText(/not a PDF|damaged|cannot be read/i, {
    timeout: 60_000,
  });
  await expect(row.getByRole("alert").getByRole("button")).toHaveCount(1);
  await expect(row.getByRole("button", { name: "Try again" })).toBeVisible();
  await expect(hearth.row("notes.md")).toContainText("1 passage", { timeout: 60_000 });

  await row.hover();
  await row.getByRole("button", { name: "Actions for minutes.pdf" }).click();
  await page.getByRole("menuitem", { name: "Remove from library" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Remove minutes.pdf?" });
  await dialog.getByRole("button", { name: "Remove from library" }).click();
  await expect(row).toHaveCount(0);
  await expect(hearth.row("notes.md")).toBeVisible();
  // The original stays where it is.
  await fs.access(broken);

  await test.step("a document without pages opens at its words", async () => {
    await hearth.newChat();
    await hearth.attachAll();
    const answer = await hearth.ask("Where does the spare key hang?");
    await expect(answer.getByRole("blockquote").first()).toContainText("blue barometer");
    await answer.getByRole("list", { name: "Evidence" }).getByRole("button").first().click();
    await expect(hearth.document.locator("mark[data-highlight]")).toContainText("blue barometer");
  });
});

test("a Word file and a spreadsheet are asked and open at their words", async ({ hearth }) => {
  await hearth.ready();
  await hearth.addDocuments(report, orders);
  await hearth.newChat();
  await hearth.attachAll();
  const open = async (text: string): Promise<void> => {
    const answer = await hearth.ask(text);
    await answer.getByRole("list", { name: "Evidence" }).getByRole("button").first().click();
  };

  await open("When was the lamp at Cape Morrow replaced?");
  await expect(hearth.document).toContainText("Lighthouse maintenance report");
  await expect(hearth.document.locator("mark[data-highlight]")).toContainText("3 March");
  await expect(hearth.document.getByRole("heading", { name: "Findings" })).toBeVisible();
  await expect(hearth.document.getByRole("cell", { name: "Socket" })).toBeVisible();

  await open("Which item did the customer Bo Wren order?");
  await expect(hearth.document).toContainText("Orders 2024, A5:F5");
  const lit = hearth.document.getByRole("cell").locator("mark[data-highlight]");
  await expect(lit.filter({ hasText: "Anchor" })).toBeInViewport();
  await expect(lit.filter({ hasText: "Ada Lindqvist" })).toHaveCount(0);
});

const stage = /^(Waiting|Reading|Splitting into passages|Making it searchable|Indexing)$/;

/** The panel shows the page, drawn, and the rectangles cover the words of the quote and no other. */
async function expectCitedWords(hearth: HearthPage, answer: Locator): Promise<void> {
  await hearth.expectPage(questionPage, 5);
  const shown = hearth.document.getByRole("group", { name: `Page ${questionPage}` });
  const canvas = shown.locator("canvas");
  await expect(canvas).toHaveAttribute("data-drawn", "true", { timeout: 30_000 });
  const ink = await canvas.evaluate((element: HTMLCanvasElement) => {
    const pixels = element.getContext("2d")?.getImageData(0, 0, element.width, element.height);
    let dark = 0;
    for (let at = 0; at < (pixels?.data.length ?? 0); at += 4) {
      if ((pixels?.data[at] ?? 255) < 128) dark++;
    }
    return dark / (element.width * element.height);
  });
  expect(ink).toBeGreaterThan(0.002);
  expect(ink).toBeLessThan(0.5);

  const highlights = shown.locator("[data-highlight]");
  await expect(highlights.first()).toBeInViewport();
  const { words, lit } = await litWords(shown, ferry, questionPage);
  const quoted = (await answer.getByRole("blockquote").first().innerText())
    .replace(/\s*\[?1\]?\s*$/, "")
    .trim();
  const from = findWords(words, quoted);
  expect(from).toBeGreaterThanOrEqual(0);
  const count = quoted.split(/\s+/).length;
  expect(lit.map(({ text }) => text)).toEqual(
    words.slice(from, from + count).map(({ text }) => text),
  );
}
