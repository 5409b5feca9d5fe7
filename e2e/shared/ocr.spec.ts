import fs from "node:fs/promises";
import path from "node:path";
import { makeMixedPdf, scanPage } from "../../src-main/engine/library/ocr/fixtures/makeScan.ts";
import type { HearthPage } from "../support/HearthPage.ts";
import { litWords } from "../support/litWords.ts";
import { findWords } from "../support/pdfWords.ts";
import { expect, fixturesDir, test } from "../support/test.ts";

const report = path.join(fixturesDir, "tidewater-ferry-report.pdf");
const scanned = 2;
const question = "Which was the busiest day for passengers?";

test("a scanned page and a picture are read, asked, and lit where they answer", async ({
  hearth,
}, info) => {
  const { page } = hearth;
  const source = await fs.readFile(report);
  const pdf = info.outputPath("mixed.pdf");
  const text = ["The keeper of the lighthouse counts the ships that pass at night."];
  await fs.writeFile(pdf, makeMixedPdf([{ text }, await scanPage(source, scanned)]));
  const picture = info.outputPath("page.jpg");
  await fs.writeFile(picture, (await scanPage(source, scanned, { dpi: 150 })).jpeg);
  await hearth.ready();

  await test.step("the row says which pages were recognised", async () => {
    await hearth.addDocuments(pdf);
    await expect(hearth.row("mixed.pdf")).toContainText(
      /2 pages · text recognised \(OCR\) on page 2 · \d+ passages/,
    );
  });

  await test.step("the answer opens at the words on the scan", async () => {
    await openAnswer(hearth);
    await hearth.expectPage(2, 2);
    await expect(hearth.document).toContainText("The text of this page was recognised");
    const shown = hearth.document.getByRole("group", { name: "Page 2" });
    await expect(shown.locator("canvas")).toHaveAttribute("data-drawn", "true");
    await expectLit(shown);
    await page.keyboard.press("Escape");
  });

  await test.step("so it does in a picture", async () => {
    await hearth.openLibrary();
    await hearth.row("mixed.pdf").hover();
    await hearth
      .row("mixed.pdf")
      .getByRole("button", { name: /^Actions for/ })
      .click();
    await page.getByRole("menuitem", { name: "Remove from library" }).click();
    await page
      .getByRole("alertdialog")
      .getByRole("button", { name: "Remove from library" })
      .click();
    await hearth.addDocuments(picture);
    await expect(hearth.row("page.jpg")).toContainText("1 page · text recognised (OCR) ·");
    await openAnswer(hearth);
    const shown = hearth.document.getByRole("img", { name: "page.jpg" });
    await expect(shown).toBeVisible();
    await expectLit(shown.locator(".."));
    await hearth.document.getByRole("button", { name: "Larger" }).click();
    await expectLit(shown.locator(".."));
    // The keys of the document work in a picture, too.
    const width = async (): Promise<number> => (await shown.boundingBox())?.width ?? 0;
    const larger = await width();
    await shown.click();
    await page.keyboard.press("ControlOrMeta+0");
    await expect.poll(width).toBeLessThan(larger - 1);
    const fitting = await width();
    await page.keyboard.press("ControlOrMeta+=");
    await expect.poll(width).toBeGreaterThan(fitting + 1);
    await page.keyboard.press("ControlOrMeta+-");
    await expect.poll(width).toBeCloseTo(fitting, 0);
  });
});

test("languages of scanned pages are chosen in the settings", async ({ hearth }) => {
  const { page } = hearth;
  await fs.mkdir(path.join(hearth.home, "ocr"), { recursive: true });
  await fs.writeFile(path.join(hearth.home, "ocr", "fra.traineddata"), "");
  await hearth.ready();
  await hearth.sidebar.getByRole("button", { name: /^Settings/ }).click();
  await expect(page.getByRole("switch", { name: "English" })).toBeChecked();
  const french = page.getByRole("switch", { name: /French/ });
  await expect(french).not.toBeChecked();
  await french.click();
  await expect(french).toBeChecked();
  for (const name of ["English", "German", /French/]) {
    await page.getByRole("switch", { name }).click();
    await expect(page.getByRole("switch", { name })).not.toBeChecked();
  }
  await expect(page.getByText("No language is chosen")).toBeVisible();
});

/** Asks all documents, and opens the citation. */
async function openAnswer(hearth: HearthPage): Promise<void> {
  await hearth.newChat();
  await hearth.attachAll();
  const answer = await hearth.ask(question);
  await expect(answer.getByRole("blockquote").first()).toContainText("second Saturday of August");
  await answer
    .getByRole("blockquote")
    .getByRole("button", { name: /^Citation 1: / })
    .click();
}

/** The rectangles over a sheet cover the words of the sentence, as the report itself places them. */
async function expectLit(sheet: ReturnType<HearthPage["page"]["locator"]>): Promise<void> {
  await expect(sheet.locator("[data-highlight]").first()).toBeInViewport();
  const { words, lit } = await litWords(sheet, report, scanned);
  const sentence = "The busiest day was the second Saturday of August, when 8,914 people crossed.";
  expect(findWords(words, sentence)).toBeGreaterThanOrEqual(0);
  expect(lit.map((word) => word.text).join(" ")).toBe(sentence);
}
