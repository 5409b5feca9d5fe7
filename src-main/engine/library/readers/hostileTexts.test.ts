import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { chunkPages } from "../chunks/chunkPages.ts";
import { wholeText } from "./fixtures/readBuffer.ts";
import { readDocument } from "./readFile.ts";
import type { ReadDocument } from "./Reader.ts";

/** Generated files are read in less, in milliseconds, on a machine that does other things as well. */
const longestMs = 15_000;
const mostMemory = 900e6;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hearth-hostile-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The smallest file of a kind that holds a text. */
const kinds: Record<string, (text: string) => string> = {
  txt: (text) => text,
  md: (text) => text,
  csv: (text) => `name,more\nfirst,${text}\n`,
  html: (text) => `<html><body><p>${text}</p></body></html>`,
  json: (text) => `{"word": "${text}"}`,
  py: (text) => `def lamp():\n    return "${text}"\n`,
  eml: (text) => `From: a@b.example\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nSubject: s\n\n${text}\n`,
  mbox: (text) =>
    `From a Mon Jan 1 10:00:00 2024\nFrom: a@b.example\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nSubject: s\n\n${text}\n`,
};

/** Reads in the reading thread, as the library does, and holds it to its time and memory. */
async function take(name: string, bytes: string | Uint8Array): Promise<ReadDocument> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const refused: unknown[] = [];
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  const begun = performance.now();
  try {
    return await readDocument(path, { onRefused: (record) => refused.push(record) });
  } finally {
    clearInterval(watch);
    expect(performance.now() - begun).toBeLessThan(longestMs);
    expect(most - before).toBeLessThan(mostMemory);
    expect(refused).toEqual([]);
  }
}

/** The code by which a file is refused; `read` where it is not. */
async function ending(name: string, bytes: string | Uint8Array): Promise<unknown> {
  return await take(name, bytes).then(
    () => "read",
    (error: unknown) => {
      if (!(error instanceof HearthError)) throw error;
      expect(error.title).not.toBe("This file could not be read.");
      return error.code;
    },
  );
}

describe.each(Object.entries(kinds))("hostile .%s", (extension, make) => {
  const name = `file.${extension}`;

  it("of 0 bytes is empty", async () => {
    expect(await ending(name, "")).toBe("file-empty");
  });

  it("with another kind's content is read as that, or refused plainly", async () => {
    const png = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1");
    expect(await ending(name, png)).toMatch(/^file-/u);
    expect(await ending(name, Buffer.from("\x7fELF\x02\x01\x01\0\0\0", "latin1"))).toBe(
      "file-type-unknown",
    );
    expect(await ending(name, Buffer.alloc(5_000))).toBe("file-type-unknown");
  });

  it("takes one word of 5 MB, and chunks it", async () => {
    const word = "abcdefghij".repeat(500_000);
    const document = await take(name, make(word));
    expect(wholeText(document)).toContain(word.slice(0, 2_000));
    const begun = performance.now();
    const chunks = chunkPages(document.pages, document);
    expect(performance.now() - begun).toBeLessThan(longestMs);
    expect(chunks.every(({ text }) => text.length < 5_000)).toBe(true);
  });

  it("makes lone surrogates whole, and lets control characters go", async () => {
    const text = make(`start ${"of many plain words ".repeat(60)} a\u0001b\u0007 end`);
    const broken = Buffer.concat([Buffer.from(text), Buffer.from([0xed, 0xa0, 0x80])]);
    const whole = wholeText(await take(name, broken));
    expect(whole.isWellFormed()).toBe(true);
    // oxlint-disable-next-line no-control-regex -- they are what must be gone
    expect(whole).not.toMatch(/[\u0000-\u0008]/u);
    expect(whole).toContain("start");
  });

  // What makes searches in text go over it again and again, if anything does.
  it.each([
    ["blanks", " "],
    ["brackets", "[("],
    ["marks", "*_`"],
    ["tags", "<a <"],
    ["quotes", "\"'"],
    ["separators", ",;|"],
    ["signs", "&#x"],
    ["lines", "-\n"],
    ["stops", ". "],
  ])("of nothing but %s ends in time", async (_name, unit) => {
    const text = `start ${unit.repeat(Math.ceil(600_000 / unit.length))}x`;
    const document = await take(name, make(text)).catch((error: unknown) => error);
    if (document instanceof HearthError) {
      expect(document.code).toMatch(/^file-(?:empty|damaged|too-large)$/u);
      expect(document.title).not.toBe("This file could not be read.");
      return;
    }
    const begun = performance.now();
    const { pages, ...summary } = document as ReadDocument;
    expect(chunkPages(pages, summary).length).toBeGreaterThan(0);
    expect(performance.now() - begun).toBeLessThan(longestMs);
  });
});

describe("hostile tables and pages", () => {
  it("takes rows of a great many cells", async () => {
    const row = Array.from({ length: 300_000 }, (_, at) => `c${at}`).join(",");
    const document = await take("wide.csv", `${row}\n${row}\n${row}\n`);
    expect(wholeText(document)).toContain("c299999");
  });

  it("takes a table of a great many rows", async () => {
    const rows = "<tr><td>cell<td>next".repeat(200_000);
    const document = await take("long.html", `<html><body><table>${rows}<tr><td>last<td>row`);
    expect(wholeText(document)).toContain("last | row");
  });

  it("follows no link, entity or frame to the outside", async () => {
    writeFileSync(join(folder, "secret.txt"), "very secret words");
    const near = `file://${folder}/secret.txt`;
    const far = "http://127.0.0.1:9/x";
    const page = `<!DOCTYPE html [<!ENTITY far SYSTEM "${near}">]><html><head><link rel="stylesheet" href="${far}.css"><base href="${far}"><meta http-equiv="refresh" content="0;url=${far}"></head><body><p>Kept &far; words</p><iframe src="${near}"></iframe><img src="${far}.png"><object data="${near}"></object><script src="${far}.js"></script></body></html>`;
    const text = wholeText(await take("links.html", page));
    expect(text).toContain("words");
    expect(text).not.toContain("secret words");
  });
});
