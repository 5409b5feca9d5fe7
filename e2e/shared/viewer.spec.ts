import fs from "node:fs/promises";
import type { Locator } from "@playwright/test";
import { harbourPdf, partedSentence, rareWord } from "../support/harbourPdf.ts";
import { litWords } from "../support/litWords.ts";
import { meanColor } from "../support/meanColor.ts";
import { findWords } from "../support/pdfWords.ts";
import { expect, test } from "../support/test.ts";

test("a PDF is read, searched, turned, quoted and cited over two pages", async ({
  hearth,
}, info) => {
  const { page, document: panel } = hearth;
  const file = info.outputPath("harbour.pdf");
  await fs.writeFile(file, harbourPdf());
  await hearth.ready();
  await hearth.addDocuments(file);
  await hearth.row("harbour.pdf").getByRole("button", { name: "harbour.pdf" }).first().click();
  const pages = panel.getByRole("region", { name: "Pages" });
  const shown = (number: number): Locator =>
    panel.getByRole("group", { name: `Page ${number}`, exact: true });
  await expect(shown(1).locator("canvas[data-drawn=true]")).toBeVisible();

  await test.step("it is gone through by number and by keys, and only what is near is there", async () => {
    await hearth.expectPage(1, 12);
    const field = panel.getByRole("textbox", { name: "Page" });
    await field.fill("9");
    await field.press("Enter");
    await hearth.expectPage(9, 12);
    await expect(shown(9).locator("canvas[data-drawn=true]")).toBeInViewport();
    await expect(shown(1)).toHaveCount(0);
    await pages.focus();
    await page.keyboard.press("Home");
    await hearth.expectPage(1, 12);
    await page.keyboard.press("End");
    await hearth.expectPage(12, 12);
  });

  await test.step("its size changes and the page stays", async () => {
    const size = panel.getByRole("button", { name: /^Size, / });
    const before = await size.innerText();
    await pages.focus();
    await page.keyboard.press("ControlOrMeta+=");
    await page.keyboard.press("ControlOrMeta+=");
    await expect(size).not.toHaveText(before);
    await hearth.expectPage(12, 12);
    await size.click();
    await page.getByRole("menuitemcheckbox", { name: "Fit page" }).click();
    await hearth.expectPage(12, 12);
    await pages.focus();
    await page.keyboard.press("ControlOrMeta+0");
    await expect(size).toHaveText(before);
  });

  await test.step("a word is found on every page, also over the end of a line", async () => {
    await pages.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ControlOrMeta+f");
    const bar = panel.getByRole("search", { name: "Find in this document" });
    await bar.getByRole("textbox").fill(rareWord.text.toUpperCase());
    for (const [at, number] of rareWord.pages.entries()) {
      await expect(bar.getByRole("status")).toHaveText(`${at + 1} of 3`);
      await hearth.expectPage(number, 12);
      await expect
        .poll(() => page.evaluate(foundTexts))
        .toEqual([number === 7 ? "lan-tern" : expect.stringMatching(/^lantern$/i)]);
      // Paper is grey; the place is really painted, in a warm colour.
      await expect
        .poll(async () => {
          const [red, , blue] = await meanColor(page, await page.evaluate(currentPlace));
          return red - blue;
        })
        .toBeGreaterThan(40);
      await page.keyboard.press("Enter");
    }
    await expect(bar.getByRole("status")).toHaveText("1 of 3");
    await bar.getByRole("button", { name: "Match case" }).click();
    await expect(bar.getByRole("status")).toHaveText("none");
    await page.keyboard.press("Escape");
    await expect(bar).toHaveCount(0);
    await expect(panel).toBeVisible();
  });

  await test.step("the contents lead to their pages and tell where one is", async () => {
    await panel.getByRole("button", { name: "Show or hide contents and pages" }).click();
    const contents = panel.getByRole("tree", { name: "Contents" });
    await expect(contents.getByRole("treeitem")).toHaveText([
      "Beginnings",
      "The northern basin",
      "Dredging",
      "Lights",
      "Tolls and dues",
    ]);
    await contents.getByRole("treeitem", { name: "Lights" }).click();
    await hearth.expectPage(7, 12);
    await panel.getByRole("button", { name: "Show or hide contents and pages" }).click();
    await expect(contents.getByRole("treeitem", { name: "Lights" })).toHaveAttribute(
      "aria-current",
      "location",
    );
    await panel.getByRole("tab", { name: "Pages" }).click();
    const small = panel.getByRole("list", { name: "Pages in small" });
    await expect(small.locator("canvas[data-drawn=true]").first()).toBeVisible();
    await small.getByRole("button", { name: "Page 6" }).click();
    await hearth.expectPage(6, 12);
  });

  await test.step("turned it shows the same page, and its words lie on it", async () => {
    await pages.focus();
    await page.keyboard.press("r");
    await hearth.expectPage(6, 12);
    const box = await shown(6).boundingBox();
    expect((box?.width ?? 0) / (box?.height ?? 1)).toBeCloseTo(800 / 600, 1);
    const word = await shown(6).getByText("In 18", { exact: false }).first().boundingBox();
    // A line of the page runs down now.
    expect(word?.height ?? 0).toBeGreaterThan(5 * (word?.width ?? 1));
    for (let turn = 0; turn < 3; turn++) await page.keyboard.press("r");
  });

  await test.step("selected words go into the message, with their place", async () => {
    const line = shown(6).locator("[data-text-layer] span").nth(2);
    await line.scrollIntoViewIfNeeded();
    const words = await line.innerText();
    const box = await line.boundingBox();
    if (!box) throw new Error("The line is not shown.");
    await page.mouse.move(box.x + 1, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 1, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    await panel.getByRole("button", { name: "Ask about this" }).click();
    await expect(hearth.composer).toBeFocused();
    await expect(hearth.composer).toHaveValue(`> ${words.trim()}\n> (harbour.pdf, p. 6)\n\n`);
    await expect(page.getByRole("list", { name: "Attached documents" })).toContainText("harbour");
  });

  await test.step("a sentence over two pages is lit on both, word by word", async () => {
    const answer = await hearth.ask("Why did the dredger Marabout leave the northern basin?");
    await answer.getByRole("list", { name: "Evidence" }).getByRole("button").first().click();
    await hearth.expectPage(4, 12);
    await expectLit(shown(4), file, 4, partedSentence.first);
    await expectLit(shown(5), file, 5, partedSentence.second);
    await panel.getByRole("button", { name: "Close the document" }).click();
    await expect(panel).toBeHidden();
  });
});

test("a text is searched, gone through by its headings, and quoted with its line", async ({
  hearth,
}, info) => {
  const { page, document: panel } = hearth;
  const file = info.outputPath("keeper.md");
  const filler = Array.from({ length: 40 }, (_, at) => `Day ${at} was quiet and foggy.\n`);
  await fs.writeFile(
    file,
    [
      "# The keeper's book\n",
      ...filler,
      "## The lamp\n",
      "The **caf\u00E9** lamp burns a pint of oil an hour.\n",
      ...filler,
    ].join("\n"),
  );
  await hearth.ready();
  await hearth.addDocuments(file);
  await hearth.row("keeper.md").getByRole("button", { name: "keeper.md" }).first().click();
  const text = panel.getByRole("region", { name: "Text" });
  await expect(text).toContainText("pint of oil");
  const sentence = text.getByText("lamp burns a pint");

  await text.focus();
  await page.keyboard.press("ControlOrMeta+f");
  const bar = panel.getByRole("search", { name: "Find in this document" });
  await bar.getByRole("textbox").fill("CAFE LAMP");
  await expect(bar.getByRole("status")).toHaveText("1 of 1");
  await expect(sentence).toBeInViewport();
  await expect.poll(() => page.evaluate(foundTexts)).toEqual(["caf\u00E9lamp"]);
  await page.keyboard.press("Escape");

  await text.focus();
  await page.keyboard.press("Home");
  await expect(sentence).not.toBeInViewport();
  await panel.getByRole("button", { name: "Show or hide the contents" }).click();
  await panel.getByRole("treeitem", { name: "The lamp" }).click();
  await expect(sentence).toBeInViewport();

  await sentence.click({ clickCount: 3 });
  await panel.getByRole("button", { name: "Ask about this" }).click();
  await expect(hearth.composer).toHaveValue(
    "> The caf\u00E9 lamp burns a pint of oil an hour.\n> (keeper.md, line 85)\n\n",
  );
});

/** Where the current place of what was found stands in the window. */
function currentPlace(): { x: number; y: number; width: number; height: number } {
  const [range] = [...(CSS.highlights.get("document-find-current") ?? [])];
  if (!(range instanceof Range)) throw new Error("Nothing is coloured.");
  // Of a word that is parted at a line's end, the first part.
  const [first] = range.getClientRects();
  const { x, y, width, height } = first ?? range.getBoundingClientRect();
  return { x, y, width, height };
}

/** What is coloured as the current place of what was found. */
function foundTexts(): string[] {
  const here = CSS.highlights.get("document-find-current");
  return [...(here ?? [])].flatMap((range) => {
    if (!(range instanceof Range)) return [];
    return [range.toString().replace(/\s+/g, "")];
  });
}

/** The lit rectangles of a page cover the words of a text and no others. */
async function expectLit(
  shown: Locator,
  file: string,
  number: number,
  text: string,
): Promise<void> {
  await expect(shown.locator("[data-highlight]").first()).toBeAttached();
  const { words, lit } = await litWords(shown, file, number);
  const from = findWords(words, text);
  expect(from).toBeGreaterThanOrEqual(0);
  expect(lit.map((word) => word.text)).toEqual(
    words.slice(from, from + text.split(" ").length).map((word) => word.text),
  );
}
