import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ocrFiles } from "../../../paths/entries.ts";
import { rectsOf } from "../readers/locate.ts";
import { readBytes } from "../readers/readBytes.ts";
import type { ReadPage } from "../readers/Reader.ts";
import { makeMixedPdf, scanPage } from "./fixtures/makeScan.ts";
import { garbledPdf } from "./fixtures/garbledPdf.ts";
import { chosenAssets } from "./ocrAssets.ts";
import { Recognizer } from "./Recognizer.ts";
import { readWithOcr, type OcrSummary } from "./readWithOcr.ts";

const report = path.join(
  import.meta.dirname,
  "../../../../e2e/fixtures/tidewater-ferry-report.pdf",
);
/** Its page that is scanned. */
const scanned = 2;
const kept = ["This page has text of its own, and it is good enough to be kept as it stands."];

let folder: string;
let truth: ReadPage;
let source: Buffer;
const recognizer = new Recognizer({
  assets: () => chosenAssets(ocrFiles(), folder, ["eng", "deu"]),
  threads: 2,
});

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-ocr-"));
  source = await fs.readFile(report);
  await readBytes(Uint8Array.from(source), "report.pdf", (page) => {
    if (page.number === scanned) truth = page;
  });
});

afterAll(async () => {
  await recognizer[Symbol.asyncDispose]();
  await fs.rm(folder, { recursive: true });
});

async function read(
  bytes: Uint8Array,
  name: string,
  options: { recognizer?: Recognizer; signal?: AbortSignal } = {},
): Promise<{ pages: ReadPage[]; summary: OcrSummary; stages: number[] }> {
  const file = path.join(folder, name);
  await fs.writeFile(file, bytes);
  const pages: ReadPage[] = [];
  const stages: number[] = [];
  const summary = await readWithOcr(file, (page) => void pages.push(page), {
    recognizer,
    signal: new AbortController().signal,
    onRecognizing: (count) => void stages.push(count),
    ...options,
  });
  return { pages, summary, stages };
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== "");
}

/** Part of the words that are right, in any order. */
function accuracy(text: string): number {
  const left = new Map<string, number>();
  for (const word of wordsOf(text)) left.set(word, (left.get(word) ?? 0) + 1);
  const expected = wordsOf(truth.text);
  let right = 0;
  for (const word of expected) {
    const count = left.get(word) ?? 0;
    if (count > 0) right++;
    left.set(word, count - 1);
  }
  return right / expected.length;
}

/** How far the middle of a phrase is from where it really stands, in points. */
function distance(page: ReadPage, phrase: string, map = (x: number, y: number) => [x, y]): number {
  const middle = (of: ReadPage): [number, number] => {
    const start = of.text.indexOf(phrase);
    expect(start, of.text).toBeGreaterThanOrEqual(0);
    const [rect] = rectsOf(of, start, start + phrase.length);
    return rect ? [rect.x + rect.width / 2, rect.y + rect.height / 2] : [NaN, NaN];
  };
  const [x, y] = middle(page);
  const [trueX = 0, trueY = 0] = map(...middle(truth));
  return Math.hypot(x - trueX, y - trueY);
}

describe("a PDF of which some pages are scans", () => {
  it("keeps good text, recognises the scans, and tells which they are", async () => {
    const scan = await scanPage(source, scanned);
    const bytes = makeMixedPdf([
      { text: kept },
      { ...scan, stamp: "Sheet 2" },
      { blank: true },
      { text: kept },
    ]);
    const { pages, summary, stages } = await read(bytes, "mixed.pdf");
    expect(pages.map((page) => page.number)).toEqual([1, 2, 3, 4]);
    expect(summary).toMatchObject({ pageCount: 4, recognized: [[2, 2]], unreadable: [] });
    expect(stages).toEqual([4]);
    expect(pages[0]?.text).toBe(kept[0]);
    const page = pages[1]!;
    expect(accuracy(page.text)).toBeGreaterThanOrEqual(0.95);
    for (const phrase of ["The busiest day", "season ticket", "8,914 people"]) {
      expect(distance(page, phrase)).toBeLessThan(3);
    }
    expect(page.blocks.length).toBeGreaterThanOrEqual(3);
  });

  it("recognises those that lie on their side, upside down, or askew", async () => {
    const scans = await Promise.all([
      scanPage(source, scanned, { quarterTurns: 1 }),
      scanPage(source, scanned, { quarterTurns: 3 }),
      scanPage(source, scanned, { quarterTurns: 2 }),
      scanPage(source, scanned, { skew: 1.5 }),
    ]);
    const { pages, summary } = await read(makeMixedPdf(scans), "turned.pdf");
    expect(summary.recognized).toEqual([[1, 4]]);
    const { width, height } = truth;
    const places = [
      (x: number, y: number) => [height - y, x],
      (x: number, y: number) => [y, width - x],
      (x: number, y: number) => [width - x, height - y],
    ];
    for (const [at, place] of places.entries()) {
      expect(distance(pages[at]!, "season ticket", place), `page ${at + 1}`).toBeLessThan(3);
    }
    for (const page of pages) expect(accuracy(page.text)).toBeGreaterThanOrEqual(0.95);
  });

  it("recognises a page whose font does not tell its letters", async () => {
    const lines = [
      "the harbour master keeps a careful ledger of every vessel",
      "that enters the fjord with the hour of its arrival and",
      "its cargo and the name of its captain who signs below it",
    ];
    const { pages, summary } = await read(garbledPdf(lines), "garbled.pdf");
    expect(summary.recognized).toEqual([[1, 1]]);
    expect(pages[0]?.text).toBe(lines.join(" "));
  });

  it("is told to be without text where nothing can be recognised", async () => {
    const canvas = createCanvas(800, 600);
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, 800, 600);
    context.fillStyle = "black";
    context.fillRect(200, 150, 400, 300);
    const jpeg = canvas.toBuffer("image/jpeg", 80);
    const bytes = makeMixedPdf([{ jpeg, width: 800, height: 600 }]);
    await expect(read(bytes, "square.pdf")).rejects.toMatchObject({
      code: "file-empty",
      title: "No readable text found.",
    });
  });
});

describe("a picture", () => {
  it("is a page with words and their places", async () => {
    const { jpeg } = await scanPage(source, scanned, { dpi: 150 });
    const { pages, summary } = await read(jpeg, "scan.jpg");
    expect(summary).toMatchObject({ mediaType: "image/jpeg", recognized: [[1, 1]], paged: true });
    expect(accuracy(pages[0]!.text)).toBeGreaterThanOrEqual(0.95);
    // Its pixels count as 150 to the inch, so that its page is the sheet's.
    expect(distance(pages[0]!, "The busiest day")).toBeLessThan(3);
  });

  it("that is damaged inside is refused with a plain reason", async () => {
    const whole = createCanvas(300, 200).toBuffer("image/png");
    const data = whole.indexOf("IDAT");
    whole.fill(0xaa, data + 4, data + 24);
    await expect(read(whole, "damaged.png")).rejects.toMatchObject({ name: "HearthError" });
  });
});

describe("recognising", () => {
  it("ends when it is cancelled, and the next one works", async () => {
    const scan = await scanPage(source, scanned);
    const cancel = new AbortController();
    const reading = read(makeMixedPdf([scan, scan, scan]), "long.pdf", { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 600);
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
    const again = await read(makeMixedPdf([scan]), "again.pdf");
    expect(again.summary.recognized).toEqual([[1, 1]]);
  });

  it("gives up a page that takes too long, and only that", async () => {
    const scan = await scanPage(source, scanned);
    const hasty = new Recognizer({
      assets: () => chosenAssets(ocrFiles(), folder, ["eng"]),
      threads: 1,
      pageMs: 500,
    });
    try {
      const bytes = makeMixedPdf([{ text: kept }, scan]);
      const { summary } = await read(bytes, "slow.pdf", { recognizer: hasty });
      expect(summary).toMatchObject({ recognized: [], unreadable: [[2, 2]] });
    } finally {
      await hasty[Symbol.asyncDispose]();
    }
  });

  it("says so where the data of a language is no such data", async () => {
    await fs.mkdir(path.join(folder, "ocr"), { recursive: true });
    await fs.writeFile(path.join(folder, "ocr", "xyz.traineddata"), "not trained");
    const broken = new Recognizer({
      assets: () => chosenAssets(ocrFiles(), folder, ["xyz"]),
      threads: 1,
    });
    try {
      const scan = await scanPage(source, scanned, { dpi: 72 });
      const reading = read(makeMixedPdf([scan]), "broken.pdf", { recognizer: broken });
      await expect(reading).rejects.toMatchObject({
        code: "unavailable",
        title: "Text recognition does not start.",
      });
    } finally {
      await broken[Symbol.asyncDispose]();
    }
  });

  it("is not done where no language is chosen", async () => {
    const scan = await scanPage(source, scanned, { dpi: 72 });
    const off = new Recognizer({
      assets: () => chosenAssets(ocrFiles(), folder, []),
      threads: 1,
    });
    const bytes = makeMixedPdf([{ text: kept }, scan]);
    const { summary } = await read(bytes, "off.pdf", { recognizer: off });
    expect(summary).toMatchObject({ recognized: [], unreadable: [[2, 2]] });
  });
});
