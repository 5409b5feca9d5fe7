import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HearthError } from "../../../../contract/errors.ts";
import { makePages, makePdf, textContent } from "../fixtures/makePdf.ts";
import { readDocument, readFile, type ReadFileOptions } from "../readFile.ts";
import type { ReadDocument } from "../Reader.ts";
import { readPdf } from "./readPdf.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hearth-hostile-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads bytes under a name as the library does: in a thread of its own. */
async function take(
  name: string,
  bytes: Uint8Array | string,
  options: ReadFileOptions = {},
): Promise<ReadDocument> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return await readDocument(path, options);
}

/** The error of a file that must not be taken in. */
async function refusal(
  name: string,
  bytes: Uint8Array | string,
  options: ReadFileOptions = {},
): Promise<HearthError> {
  const error: unknown = await take(name, bytes, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HearthError);
  return error as HearthError;
}

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, "latin1"));
}

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("files that are not what they seem", () => {
  it.each([
    ["empty.pdf", "", "file-empty"],
    ["letter.pdf", "Dear Sir or Madam, this is a letter.", "file-damaged"],
    ["picture.pdf", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1"), "file-damaged"],
    ["page.pdf", "<!doctype html><title>Not found</title>", "file-damaged"],
    ["nul.pdf", Buffer.alloc(4096), "file-damaged"],
    ["header.pdf", "%PDF-1.7\n%%EOF", "file-damaged"],
  ])("%s is refused with a reason", async (name, bytes, code) => {
    const error = await refusal(name, bytes);
    expect(error.code).toBe(code);
    expect(error.title).not.toBe("");
    expect(error.suggestion).not.toBe("");
  });

  it("knows a PDF by its content, whatever it is called", async () => {
    const pdf = makePages([textContent(["A paper under another name."])]);
    expect((await take("paper.txt", pdf)).pages[0]!.text).toBe("A paper under another name.");
  });
});

describe("PDFs out of proportion", () => {
  it("reads 10,000 pages without keeping them", async () => {
    const path = join(folder, "long.pdf");
    writeFileSync(
      path,
      makePages(Array.from({ length: 10_000 }, (_, i) => textContent([`This is page ${i + 1}.`]))),
    );
    const before = process.memoryUsage.rss();
    let pages = 0;
    let most = 0;
    const summary = await readFile(path, (page) => {
      expect(page.text).toBe(`This is page ${++pages}.`);
      if (pages % 500 === 0) most = Math.max(most, process.memoryUsage.rss());
    });
    expect(summary.pageCount).toBe(10_000);
    expect(most - before).toBeLessThan(900e6);
  }, 90_000);

  it("does not believe a page tree that promises a million pages", async () => {
    const pdf = makePdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Count 1000000 /Kids [3 0 R] >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
      `<< /Length 60 >>\nstream\n${textContent(["Alone."])}\nendstream`,
    ]);
    const result = await take("count.pdf", pdf).catch((error: unknown) => error);
    if (result instanceof HearthError) expect(result.code).toMatch(/^file-/u);
    else expect((result as ReadDocument).pages[0]!.text).toBe("Alone.");
  });

  it("gives up a stream that unpacks to gigabytes before memory is full", async () => {
    // Deflate twice: 4 GB of blanks in a few kilobytes.
    const once = deflateSync(Buffer.alloc(256e6, " "), { level: 9 });
    const twice = deflateSync(once, { level: 9 });
    const bomb = twice.toString("latin1");
    const pdf = makePdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents [${"4 0 R ".repeat(16)}] /Resources << >> >>`,
      `<< /Length ${bomb.length} /Filter [/FlateDecode /FlateDecode] >>\nstream\n${bomb}\nendstream`,
    ]);
    expect(pdf.length).toBeLessThan(1e6);
    const before = process.memoryUsage.rss();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
    const error = await refusal("bomb.pdf", pdf, { maxBuffersMb: 200 }).finally(() =>
      clearInterval(watch),
    );
    expect(error.code).toMatch(/^file-(?:too-large|empty|damaged)$/u);
    expect(most - before).toBeLessThan(1500e6);
  }, 60_000);

  it("reads what a word of a megabyte says", async () => {
    const word = "x".repeat(1_000_000);
    const { pages } = await take(
      "word.pdf",
      makePages([`BT /F1 1 Tf 0.0005 0 0 1 10 700 Tm (${word}) Tj ET`]),
    );
    expect(pages[0]!.text.length).toBe(1_000_000);
    expect(pages[0]!.words.count).toBe(1);
  });

  it.each([
    ["saved states", "q ".repeat(300_000)],
    ["arrays", "[".repeat(100_000)],
    ["dictionaries", "<<".repeat(100_000)],
  ])("ends with %s nested without end", async (name, content) => {
    const error = await refusal(`${name}.pdf`, makePages([content]), { stallMs: 4000 });
    expect(error.code).toMatch(/^file-(?:damaged|empty|too-large)$/u);
  });
});

describe("PDFs that go round in circles", () => {
  it("ends with an outline whose entries follow themselves", async () => {
    const content = textContent(["Text below a looping outline."]);
    const { pages } = await take(
      "outline.pdf",
      makePdf([
        "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
        "<< /Type /Outlines /First 7 0 R /Last 8 0 R /Count 2 >>",
        "<< /Title (First) /Parent 6 0 R /Next 8 0 R /First 7 0 R /Dest [3 0 R /Fit] >>",
        "<< /Title (Second) /Parent 6 0 R /Next 7 0 R /First 6 0 R /Dest [3 0 R /Fit] >>",
      ]),
    );
    expect(pages[0]!.text).toBe("Text below a looping outline.");
  });

  it("ends with pages that are each other's parents", async () => {
    const error = await refusal(
      "parents.pdf",
      makePdf([
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 2 /Kids [3 0 R] /Parent 3 0 R >>",
        "<< /Type /Pages /Count 2 /Kids [2 0 R] /Parent 2 0 R >>",
      ]),
    );
    expect(error.code).toMatch(/^file-(?:damaged|empty)$/u);
  });

  it("ends with a stream whose length is itself", async () => {
    const result = await take(
      "length.pdf",
      makePdf([
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        `<< /Length 5 0 R >>\nstream\n${textContent(["Of its own length."])}\nendstream`,
      ]),
    ).catch((error: unknown) => error);
    if (result instanceof HearthError) expect(result.code).toMatch(/^file-/u);
    else expect((result as ReadDocument).pages[0]!.text).toBe("Of its own length.");
  });
});

describe("real PDFs, damaged", () => {
  const fixtures = [
    join(import.meta.dirname, "fixtures"),
    join(import.meta.dirname, "..", "fixtures"),
  ];
  const files = fixtures.flatMap((place) =>
    readdirSync(place)
      .filter((name) => name.endsWith(".pdf"))
      .map((name) => join(place, name)),
  );

  it.each(files.map((file) => [file.split(/[/\\]/u).at(-1), file] as const))(
    "%s, cut or with bytes changed, is read or refused with a reason",
    async (name, file) => {
      const whole = readFileSync(file);
      const random = seeded(whole.length);
      const foreign: unknown[] = [];
      for (let round = 0; round < 8; round++) {
        const bytes = Uint8Array.from(whole);
        const changes = 1 + Math.floor(random() * 40);
        for (let i = 0; i < changes; i++) {
          bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
        }
        const cut = round % 2 === 0 ? bytes : bytes.slice(0, Math.floor(random() * bytes.length));
        try {
          await readPdf(cut, (page) => expect(page.text.isWellFormed()).toBe(true), {});
        } catch (error) {
          if (!(error instanceof HearthError)) foreign.push(error);
        }
      }
      expect(foreign, name).toEqual([]);
    },
    60_000,
  );

  it("reads a file with junk before and behind it", async () => {
    const pdf = Buffer.from(makePages([textContent(["In the middle."])])).toString("latin1");
    const { pages } = await take("junk.pdf", latin1(`\0\0junk\n${pdf}\n${"\0".repeat(3000)}`));
    expect(pages[0]!.text).toBe("In the middle.");
  });
});
