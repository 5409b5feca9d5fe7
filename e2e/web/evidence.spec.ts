import fs from "node:fs/promises";
import path from "node:path";
import { chatModelFile } from "../support/homes.ts";
import { expect, test } from "../support/test.ts";

const readers = path.join(import.meta.dirname, "../../src-main/engine/library/readers");
const orders = path.join(readers, "xlsx/fixtures/libreoffice-orders.xlsx");
/** With it there are several cards, and so narrow ones. */
const report = path.join(readers, "docx/fixtures/pandoc-report.docx");
const name = `orders-${"of-every-customer-".repeat(5)}by-quarter.xlsx`;

// The cards come from the search, so no chat model is needed.
test("an evidence card cuts a long name and never the place", async ({ home, launch }, info) => {
  await fs.rm(path.join(home, "models", chatModelFile));
  const file = info.outputPath(name);
  await fs.copyFile(orders, file);
  const hearth = await launch();
  await hearth.addDocuments(file, report);
  await hearth.newChat();
  await hearth.attachAll();
  const answer = await hearth.ask("Which item did the customer Bo Wren order?");
  const cards = answer.getByRole("list", { name: "Evidence" }).getByRole("button");
  expect(await cards.count()).toBeGreaterThan(1);
  const card = cards.filter({ hasText: name }).first();
  await card.click();
  await expect(hearth.document.locator("mark").first()).toBeVisible();

  for (const width of [1440, 900]) {
    await hearth.page.setViewportSize({ width, height: 800 });
    const shortened = card.getByTitle(name, { exact: true });
    await expect(shortened).toHaveText(name);
    expect(await shortened.evaluate((node) => node.scrollWidth > node.clientWidth)).toBe(true);
    const place = card.getByText(/, [A-Z]+\d+(:[A-Z]+\d+)?$/u);
    const shown = await place.evaluate((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      const words = range.getBoundingClientRect();
      const frame = node.closest("button")?.getBoundingClientRect();
      return {
        whole: node.scrollWidth <= node.clientWidth && node.scrollHeight <= node.clientHeight,
        inside: frame !== undefined && words.left >= frame.left && words.right <= frame.right,
      };
    });
    expect(shown, `${width} px wide`).toEqual({ whole: true, inside: true });
  }
});
