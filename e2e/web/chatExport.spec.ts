import fs from "node:fs/promises";
import path from "node:path";
import { readBuffer } from "../../src-main/engine/library/readers/fixtures/readBuffer.ts";
import { expect, fixturesDir, test } from "../support/test.ts";

const ferry = path.join(fixturesDir, "tidewater-ferry-report.pdf");

test("an answer and a chat are saved with their footnotes", async ({ hearth }) => {
  const { page } = hearth;
  await hearth.ready();
  await hearth.addDocuments(ferry);
  await hearth.newChat();
  await hearth.attachAll();
  const answer = await hearth.ask("Who leads the safety board?");
  await answer.hover();
  const save = async (button: string, format: string): Promise<Buffer> => {
    await page.getByRole("button", { name: button }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: format }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^Who leads the safety board\.(md|docx|pdf)$/u);
    return await fs.readFile(await download.path());
  };
  const markdown = (await save("Export answer", "Markdown")).toString("utf8");
  expect(markdown).toMatch(/\[\^1\]: tidewater-ferry-report\.pdf, page 3: “.*Ingrid Vasko.*”/u);
  for (const [format, file] of [
    ["Word (DOCX)", "a.docx"],
    ["PDF", "a.pdf"],
  ] as const) {
    const { pages } = await readBuffer(await save("Export chat", format), file);
    const text = pages
      .map((one) => one.text)
      .join(" ")
      .replaceAll(/\s+/gu, " ");
    expect(text).toContain("Who leads the safety board?");
    expect(text).toMatch(/tidewater-ferry-report\.pdf, page 3: “.*Ingrid Vasko/u);
  }
  await expect(page.getByText("Saved as Who leads the safety board.pdf.").first()).toBeVisible();
});
