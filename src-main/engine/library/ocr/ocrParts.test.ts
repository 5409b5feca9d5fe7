import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { wordAt } from "../readers/packedWords.ts";
import { grayFrom, isPlain, toPgm, turned, type GrayImage } from "./GrayImage.ts";
import { chosenAssets, findLanguages } from "./ocrAssets.ts";
import { parseHocr } from "./parseHocr.ts";
import { recognizedPage } from "./recognizedPage.ts";
import { recognizePicture, type SeenPage } from "./recognizePicture.ts";
import type { Tesseract } from "./Tesseract.ts";

const hocr = `<div class='ocr_page' id='page_1' title='image ""; bbox 0 0 600 800; ppageno 0'>
 <div class='ocr_carea' id='block_1_1' title="bbox 50 50 500 140">
  <p class='ocr_par' id='par_1_1' lang='eng' title="bbox 50 50 500 140">
   <span class='ocr_line' id='line_1_1' title="bbox 50 50 500 80; baseline 0.01 -8; x_size 28; x_descenders 6; x_ascenders 7">
    <span class='ocrx_word' id='word_1_1' title='bbox 50 52 150 80; x_wconf 96'>Fish</span>
    <span class='ocrx_word' id='word_1_2' title='bbox 160 50 300 78; x_wconf 91'><strong>&amp;</strong></span>
    <span class='ocrx_word' id='word_1_3' title='bbox 310 50 400 78; x_wconf 12'>chips&#39;</span>
   </span>
   <span class='ocr_line' id='line_1_2' title="bbox 50 110 300 140; baseline 0 -5; x_size 30">
    <span class='ocrx_word' id='word_1_4' title='bbox 50 110 150 140; x_wconf 88'>next</span>
    <span class='ocrx_word' id='word_1_5' title='bbox 160 110 170 140; x_wconf 88'> </span>
   </span>
  </p>
 </div>
</div>`;

describe("parseHocr", () => {
  it("takes every word with box, confidence, baseline and the size of its paragraph", () => {
    const words = parseHocr(hocr);
    expect(words.map((word) => [word.text, word.left, word.bottom, word.confidence])).toEqual([
      ["Fish", 50, 80, 96],
      ["&", 160, 79.8, 91],
      ["chips'", 310, 81.05, 12],
      ["next", 50, 140, 88],
    ]);
    expect(words[0]?.baseY).toBeCloseTo(80 - 8 + 0.01 * 50);
    // As tall as its line, also where its letters are not.
    expect(words[1]?.top).toBeCloseTo(50);
    expect(new Set(words.map((word) => word.size))).toEqual(new Set([30]));
  });

  it.each(["baseline -40 8372; ", ""])("knows a line that runs down the page (%s)", (baseline) => {
    const word = `<span class='ocrx_word' id='w' title='bbox 20 100 40 180; x_wconf 90'>down</span>`;
    const line = `<p class='ocr_par' id='p'><span class='ocr_line' id='l' title="bbox 15 100 42 700; ${baseline}x_size 27; x_descenders 6">${word}</span></p>`;
    const place = { left: 15, top: 100, right: 42, bottom: 180, baseX: 21, baseY: 140 };
    expect(parseHocr(line)).toMatchObject([{ text: "down", turns: 3, size: 27, ...place }]);
  });

  it("finds nothing in nothing", () => {
    expect(parseHocr("")).toEqual([]);
  });
});

describe("GrayImage", () => {
  const image: GrayImage = { width: 3, height: 2, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  it.each([
    [0, 3, [1, 2, 3, 4, 5, 6]],
    [1, 2, [4, 1, 5, 2, 6, 3]],
    [2, 3, [6, 5, 4, 3, 2, 1]],
    [3, 2, [3, 6, 2, 5, 1, 4]],
  ] as const)("turns by %i quarters", (turns, width, pixels) => {
    const result = turned(image, turns);
    expect(result.width).toBe(width);
    expect([...result.pixels]).toEqual(pixels);
  });

  it("takes what is clear for white", () => {
    const { pixels } = grayFrom(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 255), 2, 1);
    expect([...pixels]).toEqual([255, 0]);
  });

  it("knows a picture with nothing in it", () => {
    expect(isPlain({ width: 2, height: 1, pixels: Uint8Array.of(250, 240) })).toBe(true);
    expect(isPlain({ width: 2, height: 1, pixels: Uint8Array.of(250, 40) })).toBe(false);
  });

  it("is a portable graymap for Tesseract", () => {
    expect(Buffer.from(toPgm(image)).toString("latin1")).toBe(
      "P5\n3 2\n255\n\x01\x02\x03\x04\x05\x06",
    );
  });
});

describe("words of a turned picture", () => {
  const box = { left: 40, top: 100, right: 140, bottom: 120 };
  const sheet: GrayImage = { width: 400, height: 600, pixels: new Uint8Array(400 * 600).fill(255) };
  sheet.pixels[0] = 0;
  // Stands in for Tesseract: it is sure only of a sheet whose dark corner is at the top left.
  const tesseract = {
    recognize: ({ pixels }: GrayImage) =>
      ["several", "words", "upon"].map((text) => ({
        ...box,
        text,
        baseX: 90,
        baseY: 118,
        turns: 0,
        size: 20,
        confidence: pixels[0] === 0 ? 95 : 30,
      })),
  } as unknown as Tesseract;

  it.each([
    [0, box],
    [1, { left: 100, top: 260, right: 120, bottom: 360 }],
    [2, { left: 260, top: 480, right: 360, bottom: 500 }],
    [3, { left: 480, top: 40, right: 500, bottom: 140 }],
  ] as const)("get back to their places after %i quarter turns", (turns, expected) => {
    const lying = turned(sheet, ([0, 3, 2, 1] as const)[turns]);
    const seen = recognizePicture(tesseract, lying, 200);
    expect(seen.confidence).toBe(95);
    expect(seen.words).toHaveLength(3);
    expect(seen.words[0]).toMatchObject({ ...expected, turns });
  });

  it.each([
    [0, 40, 100],
    [2, 40, 100],
  ] as const)("are put on the page in points, turned %i times", (turns, left, top) => {
    const size = { right: left + 100, bottom: top + 20, size: 20 };
    const base = { baseX: left + 50, baseY: top + 18 };
    const word = { text: "word", left, top, ...size, ...base, confidence: 90, turns };
    const seen: SeenPage = { confidence: 90, words: [word] };
    const { text, words } = recognizedPage(seen, 0.36);
    expect(text).toBe("word");
    const { x, y, width, height } = wordAt(words, 0);
    for (const [found, expected] of [
      [x, 14.4],
      [y, 36],
      [width, 36],
      [height, 7.2],
    ] as const) {
      expect(found).toBeCloseTo(expected);
    }
  });
});

describe("languages", () => {
  const shipped = {
    coreScript: "/core.js",
    coreWasm: "/core.wasm",
    languages: { eng: "/eng.gz", deu: "/deu.gz" },
  };

  it("are those shipped and those in the home, which go before", async () => {
    const home = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-"));
    onTestFinished(() => fs.rm(home, { recursive: true }));
    expect((await findLanguages(shipped, home)).map(({ name }) => name)).toEqual(["eng", "deu"]);
    const folder = path.join(home, "ocr");
    await fs.mkdir(folder);
    for (const name of ["fra.traineddata", "deu.traineddata.gz", "osd.traineddata", "notes.txt"]) {
      await fs.writeFile(path.join(folder, name), "");
    }
    expect(await findLanguages(shipped, home)).toEqual([
      { name: "eng", file: "/eng.gz", added: false },
      { name: "deu", file: path.join(folder, "deu.traineddata.gz"), added: true },
      { name: "fra", file: path.join(folder, "fra.traineddata"), added: true },
    ]);
    const { languages } = await chosenAssets(shipped, home, ["fra", "gone", "eng"]);
    expect(languages.map(({ name }) => name)).toEqual(["fra", "eng"]);
  });
});
