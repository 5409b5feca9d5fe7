import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chunkPages } from "../../chunks/chunkPages.ts";
import { makePages, makePdf, textContent } from "../fixtures/makePdf.ts";
import { rectsOf } from "../locate.ts";
import { wordAt } from "../packedWords.ts";
import type { ReadPage, ReadSummary } from "../Reader.ts";
import { readPdf } from "./readPdf.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const names = readdirSync(fixtures)
  .filter((name) => name.endsWith(".pdf"))
  .map((name) => name.slice(0, -4));

type Box = [left: number, top: number, right: number, bottom: number];
type Reference = [page: number, text: string, ...box: Box];

async function read(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ pages: ReadPage[]; summary: ReadSummary }> {
  const pages: ReadPage[] = [];
  const summary = await readPdf(bytes, (page) => void pages.push(page), {});
  return { pages, summary };
}

function fixture(name: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(join(fixtures, `${name}.pdf`)));
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Box): number => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}

describe("places of words, against pdftotext -bbox", () => {
  it("has ten documents, turned and cropped ones among them", () => {
    expect(names).toHaveLength(10);
  });

  it.each(names)("%s", async (name) => {
    const references = JSON.parse(
      readFileSync(join(fixtures, `${name}.words.json`), "utf8"),
    ) as Reference[];
    const { pages } = await read(fixture(name));
    const found = pages.flatMap((page) =>
      Array.from({ length: page.words.count }, (_, i) => {
        const word = wordAt(page.words, i);
        const box: Box = [word.x, word.y, word.x + word.width, word.y + word.height];
        return { page: page.number, text: page.text.slice(word.start, word.end), box };
      }),
    );
    const overlaps: number[] = [];
    let unmatched = 0;
    for (const [page, text, ...box] of references) {
      const same = found.filter(
        (word) => word.page === page && word.text === text.normalize("NFKC"),
      );
      if (same.length === 0) unmatched++;
      else overlaps.push(Math.max(...same.map((word) => overlap(word.box, box))));
    }
    overlaps.sort((a, b) => a - b);
    const median = overlaps[overlaps.length >> 1] ?? 0;
    // LibreOffice writes ascent and descent as 0: poppler assumes 1.3 em, Hearth reads the font.
    expect(median).toBeGreaterThanOrEqual(name.startsWith("libreoffice") ? 0.84 : 0.95);
    expect(overlaps[Math.floor(overlaps.length * 0.05)]).toBeGreaterThanOrEqual(0.8);
    // Poppler takes widely spaced letters for words; Hearth joins them.
    const spaced = name === "chromium-styles" || name === "libreoffice-report";
    expect(unmatched / references.length).toBeLessThan(spaced ? 0.35 : 0.05);
  });

  it("keeps every word within the shown page", async () => {
    for (const name of names) {
      const { pages } = await read(fixture(name));
      for (const page of pages) {
        for (let i = 0; i < page.words.count; i++) {
          const word = wordAt(page.words, i);
          expect(word.x + word.width / 2).toBeGreaterThan(0);
          expect(word.x + word.width / 2).toBeLessThan(page.width);
          expect(word.y + word.height / 2).toBeGreaterThan(0);
          expect(word.y + word.height / 2).toBeLessThan(page.height);
        }
      }
    }
  });
});

describe("text of real programs' PDFs", () => {
  it("reads Chromium's two columns one after the other, with headings", async () => {
    const { pages, summary } = await read(fixture("chromium-columns"));
    const page = pages[0]!;
    expect(summary).toMatchObject({ title: "Tides and harbours", pageCount: 1, paged: true });
    const headings = page.blocks
      .filter((block) => block.kind === "heading")
      .map((block) => page.text.slice(block.start, block.end));
    expect(headings).toEqual([
      "Tides and harbours of the northern coast",
      "1. The office of the harbour master",
      "2. Measuring the tide",
      "3. Storm of 1883",
    ]);
    expect(page.text).toContain(
      "the harbour master".replace("the", "The") +
        "’s office keeps a careful ledger of every vessel that enters the fjord.",
    );
    expect(page.text).toContain(
      "The superintendent’s recommendation, that the foundations be deepened, was adopted",
    );
    expect(page.text.indexOf("Storm of 1883")).toBeGreaterThan(
      page.text.indexOf("negligible discrepancies"),
    );
  });

  it("keeps tables in rows and code in lines", async () => {
    const { pages } = await read(fixture("chromium-styles"));
    const page = pages[0]!;
    expect(page.text).toContain("Plan\tDocuments\tPrice\nFree\t25\t0.00\nHome\t2,500\t4.90");
    expect(page.text).toContain(
      "function total(rows) {\n  return rows.reduce((sum, row) => sum + row.price, 0);\n}",
    );
    expect(page.text).toContain("Letter spacing and word spacing are widened here.");
    expect(page.text).toContain("Ελληνικά κείμενα, Русский текст, naïve café, Ærø, straße.");
  });

  it("joins hyphenated words of LaTeX and expands its ligatures", async () => {
    const { pages } = await read(fixture("latex-article"));
    const text = pages.map((page) => page.text).join("\n");
    expect(text).toContain("Afflictions of the office are notoriously difficult to quantify.");
    expect(text).toContain("the mechanism remains undetermined");
    expect(text).toContain("fifty-five participants");
    expect(text).not.toMatch(/[\uFB00-\uFB06]/u);
    // The joined word has the place of both its halves.
    const page = pages[0]!;
    const at = page.text.indexOf("undetermined");
    expect(rectsOf(page, at, at + "undetermined".length)).toHaveLength(2);
  });

  it("joins letters that LibreOffice set wide apart", async () => {
    const { pages } = await read(fixture("libreoffice-report"));
    expect(pages[0]!.text).toContain(
      "Widely spaced words and narrow scaled words appear in this sentence",
    );
  });
});

describe("outline", () => {
  const page = (number: number, lines: string[]): [string, string] => [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${number + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    `<< /Length ${textContent(lines).length} >>\nstream\n${textContent(lines)}\nendstream`,
  ];
  const outlined = makePdf([
    "<< /Type /Catalog /Pages 2 0 R /Outlines 8 0 R /Dests << /second [6 0 R /XYZ 0 700 0] >> >>",
    "<< /Type /Pages /Count 2 /Kids [4 0 R 6 0 R] >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ...page(4, ["2. Tides", "", "They rise twice a day, and they fall as often."]),
    ...page(6, ["2.1 Spring tides", "", "At full moon they are high.", "", "Unnamed"]),
    "<< /Type /Outlines /First 9 0 R /Last 11 0 R /Count 3 >>",
    "<< /Title (Tides) /Parent 8 0 R /First 10 0 R /Last 10 0 R /Count 1 /Dest [4 0 R /Fit] /Next 11 0 R >>",
    "<< /Title (Spring tides) /Parent 9 0 R /Dest /second >>",
    "<< /Title (Nowhere) /Parent 8 0 R /Dest [99 0 R /Fit] /Prev 9 0 R >>",
  ]);

  it("makes headings of what it names, on its levels", async () => {
    const { pages } = await read(outlined.slice());
    const headings = pages.flatMap((one) =>
      one.blocks
        .filter((block) => block.kind === "heading")
        .map((block) => [block.level, one.text.slice(block.start, block.end)]),
    );
    expect(headings).toEqual([
      [1, "2. Tides"],
      [2, "2.1 Spring tides"],
    ]);
  });

  it("stands above the chunks of its sections", async () => {
    const { pages, summary } = await read(outlined.slice());
    const chunk = chunkPages(pages, summary).find(({ text }) => text.includes("full moon"));
    expect(chunk?.headings).toContain("2. Tides");
  });
});

describe("text placed by hand", () => {
  it("finds two columns that are written row by row", async () => {
    const left = Array.from({ length: 10 }, (_, i) => `Left column line number ${i} goes on`);
    const right = Array.from({ length: 10 }, (_, i) => `and right column line number ${i}`);
    const rows = left.map(
      (line, i) =>
        `1 0 0 1 50 ${740 - 14 * i} Tm (${line}) Tj 1 0 0 1 330 ${740 - 14 * i} Tm (${right[i]}) Tj`,
    );
    const { pages } = await read(makePages([`BT /F1 11 Tf ${rows.join("\n")} ET`]));
    const text = pages[0]!.text;
    expect(text.indexOf(left[9]!)).toBeLessThan(text.indexOf(right[0]!));
    expect(text.indexOf(left[0]!)).toBeLessThan(text.indexOf(left[9]!));
  });

  it("takes words drawn twice for bold once, and gaps for spaces", async () => {
    const content =
      "BT /F1 12 Tf 1 0 0 1 50 700 Tm (Heavy) Tj 1 0 0 1 50.4 700 Tm (Heavy) Tj 1 0 0 1 50 650 Tm [(two) -400 (parts) 20 (joined)] TJ ET";
    const { pages } = await read(makePages([content]));
    expect(pages[0]!.text).toBe("Heavy\n\ntwo partsjoined");
  });

  it("places text in nested forms by all of their matrices", async () => {
    const { pages } = await read(
      makePages([
        "q 2 0 0 2 100 100 cm BT /F1 10 Tf 1 0 0 1 10 20 Tm (Scaled) Tj ET Q BT /F1 10 Tf 50 50 Td (Plain) Tj ET",
      ]),
    );
    const page = pages[0]!;
    const scaled = wordAt(page.words, 0);
    expect(page.text.slice(scaled.start, scaled.end)).toBe("Scaled");
    expect(scaled.x).toBeCloseTo(120, 1);
    // Baseline at 800 - 140; Helvetica reaches 0.718 of 20 points above it.
    expect(scaled.y).toBeCloseTo(800 - 140 - 0.718 * 20, 1);
  });

  it("scales by the page's user unit, as viewers do", async () => {
    const { pages } = await read(makePages([textContent(["Twice as large"])], "/UserUnit 2"));
    expect(pages[0]!.width).toBe(1200);
    expect(wordAt(pages[0]!.words, 0).x).toBeCloseTo(100, 1);
  });

  it("joins a line's end without a hyphen by a space, and keeps a compound's hyphen", async () => {
    const { pages } = await read(
      makePages([
        textContent([
          "The well-",
          "known effect of light on plants in every sea-",
          "son of the year was measured for the first",
          "time by the physicist and her assistants there.",
        ]),
      ]),
    );
    expect(pages[0]!.text).toBe(
      "The well-known effect of light on plants in every season of the year was measured for the first time by the physicist and her assistants there.",
    );
  });

  it("streams pages in order and waits for the taker", async () => {
    const bytes = makePages(
      Array.from({ length: 20 }, (_, i) => textContent([`This is page ${i + 1}.`])),
    );
    const seen: string[] = [];
    let busy = 0;
    await readPdf(
      bytes,
      async (page, count) => {
        expect(++busy).toBe(1);
        expect(count).toBe(20);
        await new Promise((resolve) => setTimeout(resolve, 1));
        seen.push(page.text);
        busy--;
      },
      {},
    );
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => `This is page ${i + 1}.`));
  });
});
