import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePages, textContent } from "./fixtures/makePdf.ts";
import { readDocument, readFile } from "./readFile.ts";

const fixtures = join(import.meta.dirname, "fixtures");
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hearth-readers-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("readFile", () => {
  it("reads PDF, Markdown and text in a thread of its own", async () => {
    const pdf = await readDocument(
      file("a.pdf", makePages([textContent(["Page one."]), textContent(["Page two."])])),
    );
    expect(pdf).toMatchObject({
      mediaType: "application/pdf",
      pageCount: 2,
      pages: [{ text: "Page one." }, { text: "Page two." }],
    });
    expect(pdf.pages[1]!.words.count).toBe(2);
    expect(pdf.pages[1]!.words.x).toBeInstanceOf(Float32Array);
    expect(await readDocument(file("b.md", "# Head\n\nText."))).toMatchObject({ title: "Head" });
    expect(await readDocument(file("c.txt", "Text."))).toMatchObject({
      pages: [{ text: "Text." }],
    });
  });

  it("passes the password on, and errors as they are", async () => {
    const path = join(fixtures, "issue15893_reduced.pdf");
    await expect(readFile(path, () => undefined)).rejects.toMatchObject({
      code: "file-encrypted",
      suggestion: expect.any(String),
    });
    expect((await readDocument(path, { password: "test" })).pages[0]!.text).toContain("password");
  });

  it("says what is wrong with what is not a readable file", async () => {
    const none = (): void => undefined;
    await expect(readFile(join(folder, "none.pdf"), none)).rejects.toMatchObject({
      code: "file-missing",
    });
    await expect(readFile(folder, none)).rejects.toMatchObject({ code: "file-unreadable" });
    await expect(readFile(file("empty.pdf", ""), none)).rejects.toMatchObject({
      code: "file-empty",
    });
    await expect(
      readFile(file("x.tiff", Buffer.from("II*\0", "latin1")), none),
    ).rejects.toMatchObject({ code: "file-type-unknown" });
    await expect(
      readFile(file("big.txt", "0123456789"), none, { maxBytes: 5 }),
    ).rejects.toMatchObject({ code: "file-too-large" });
  });

  it("survives a reader that hangs", async () => {
    const started = performance.now();
    const reading = readFile(file("h.txt", "x"), () => undefined, {
      workerPath: join(fixtures, "hangingWorker.ts"),
      stallMs: 400,
    });
    await expect(reading).rejects.toMatchObject({
      code: "file-damaged",
      title: "Reading this file took too long.",
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("survives a reader that crashes", async () => {
    const reading = readFile(file("k.txt", "x"), () => undefined, {
      workerPath: join(fixtures, "crashingWorker.ts"),
    });
    await expect(reading).rejects.toMatchObject({
      code: "file-damaged",
      title: "This file could not be read.",
    });
  });

  it("survives a reader that takes all the memory it may", async () => {
    const reading = readFile(file("m.txt", "x"), () => undefined, {
      workerPath: join(fixtures, "hungryWorker.ts"),
      maxHeapMb: 32,
    });
    await expect(reading).rejects.toMatchObject({ code: "file-too-large" });
  });

  it("stops at once when told to, even in the middle of a page", async () => {
    const abort = new AbortController();
    const reading = readFile(file("s.txt", "x"), () => undefined, {
      workerPath: join(fixtures, "hangingWorker.ts"),
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 200);
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
    await expect(
      readFile(file("t.txt", "x"), () => undefined, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: "cancelled" });
  });

  it("hands pages over in order, never more than a few ahead, and does not call waiting a hang", async () => {
    const path = file(
      "long.pdf",
      makePages(Array.from({ length: 30 }, (_, i) => textContent([`This is page ${i + 1}.`]))),
    );
    const seen: number[] = [];
    await readFile(
      path,
      async (page, count) => {
        expect(count).toBe(30);
        await new Promise((resolve) => setTimeout(resolve, page.number === 2 ? 3500 : 1));
        seen.push(page.number);
      },
      { stallMs: 3000 },
    );
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });

  it("is not late where the taker is slow with what it has, up to the last page", async () => {
    const path = file(
      "few.pdf",
      makePages(["One.", "Two.", "Three."].map((t) => textContent([t]))),
    );
    const seen: number[] = [];
    await readFile(
      path,
      async (page) => {
        await new Promise((resolve) => setTimeout(resolve, page.number === 3 ? 3_500 : 1));
        seen.push(page.number);
      },
      { stallMs: 3_000 },
    );
    expect(seen).toEqual([1, 2, 3]);
  });

  it("gives back what the taker throws", async () => {
    const path = file("taker.pdf", makePages([textContent(["One page."])]));
    const reading = readFile(path, () => {
      throw new RangeError("The disk is full.");
    });
    await expect(reading).rejects.toThrow(new RangeError("The disk is full."));
  });
});
