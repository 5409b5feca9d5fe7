import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HearthError } from "../../../../contract/errors.ts";
import { makePages, makePdf, textContent } from "../fixtures/makePdf.ts";
import type { ReadOptions, ReadPage, ReadSummary } from "../Reader.ts";
import { readPdf } from "./readPdf.ts";

async function read(
  bytes: Uint8Array<ArrayBuffer>,
  options: ReadOptions = {},
): Promise<{ pages: ReadPage[]; summary: ReadSummary }> {
  const pages: ReadPage[] = [];
  const summary = await readPdf(bytes, (page) => void pages.push(page), options);
  return { pages, summary };
}

function odd(name: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(join(import.meta.dirname, "..", "fixtures", `${name}.pdf`)));
}

async function failure(
  bytes: Uint8Array<ArrayBuffer>,
  options: ReadOptions = {},
): Promise<HearthError> {
  const error: unknown = await read(bytes, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HearthError);
  return error as HearthError;
}

describe("odd PDFs", () => {
  it.each([
    ["poppler-67295-0", "TestString123"],
    ["xref_command_missing", "Reduced test-case"],
    ["issue6069", "Missing value for startxref and junk before magic header"],
    ["issue9105_reduced", "Issue 9105"],
    ["rotation", "This is my first page with normal layout."],
    ["vertical", "あいうえお日本語"],
  ])("%s is read all the same", async (name, text) => {
    const { pages } = await read(odd(name));
    expect(pages.map((page) => page.text).join("\n")).toContain(text);
  });

  it.each([
    ["issue15893_reduced", "test", "Issue 15893 - password"],
    ["issue6010_1", "abc", "Issue 6010"],
  ])("%s needs its password", async (name, password, text) => {
    expect(await failure(odd(name))).toMatchObject({
      code: "file-encrypted",
      title: "This PDF needs a password.",
    });
    expect(await failure(odd(name), { password: "wrong" })).toMatchObject({
      code: "file-encrypted",
      title: "The password does not open this PDF.",
    });
    const { pages } = await read(odd(name), { password });
    expect(pages[0]!.text).toContain(text);
  });

  it("says why there is nothing to read", async () => {
    expect(await failure(odd("xobject-image"))).toMatchObject({
      code: "file-empty",
      title: "No text found.",
      reason: expect.stringMatching(/^1 page is an image/u),
    });
    expect(await failure(odd("empty_protected"))).toMatchObject({
      code: "file-empty",
      reason: "1 page is blank.",
    });
    expect(await failure(odd("bug1782186"))).toMatchObject({ code: "file-encrypted" });
    expect(["file-damaged", "file-empty"]).toContain((await failure(odd("poppler-85140-0"))).code);
  });

  it.each([
    ["only a header", "%PDF-1.7\n"],
    ["noise", `%PDF-1.7\n${"\x00\x81\xff]>>".repeat(500)}`],
    ["no pages", "%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>"],
    ["another kind of file", "This is a text that somebody named paper.pdf."],
  ])("%s is damaged", async (_, content) => {
    expect(await failure(Uint8Array.from(Buffer.from(content, "latin1")))).toMatchObject({
      code: "file-damaged",
    });
  });

  it("reads or refuses every truncation of a file", async () => {
    const whole = makePages([textContent(["First page."]), textContent(["Second page."])]);
    const results: unknown[] = [];
    for (let part = 1; part < 16; part++) {
      const cut = whole.slice(0, Math.floor((whole.length * part) / 16));
      results.push(await read(cut).catch((error: unknown) => error));
    }
    const foreign = results.filter(
      (result) => result instanceof Error && !(result instanceof HearthError),
    );
    expect(foreign).toEqual([]);
  });
});

describe("PDFs that loop", () => {
  it("ends with a page tree that holds itself", async () => {
    const error = await failure(
      makePdf([
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 3 /Kids [2 0 R 2 0 R] >>",
      ]),
    );
    expect(["file-damaged", "file-empty"]).toContain(error.code);
  });

  it("ends with a cross-reference table that refers back to itself", async () => {
    const plain = makePages([textContent(["Looping table."])]);
    const text = Buffer.from(plain).toString("latin1");
    const xref = text.lastIndexOf("xref\n0");
    const looped = text.replace("/Root 1 0 R", `/Root 1 0 R /Prev ${xref}`);
    const { pages } = await read(Uint8Array.from(Buffer.from(looped, "latin1")));
    expect(pages[0]!.text).toBe("Looping table.");
  });

  it("ends with a form that draws itself", async () => {
    const form = "/Fx Do BT /F1 11 Tf 50 700 Td (Inside) Tj ET";
    const { pages } = await read(
      makePdf([
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> /XObject << /Fx 6 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Length 6 >>\nstream\n/Fx Do\nendstream",
        `<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F1 4 0 R >> /XObject << /Fx 6 0 R >> >> /Length ${form.length} >>\nstream\n${form}\nendstream`,
      ]),
    );
    expect(pages[0]!.text).toBe("Inside");
  });
});

describe("large PDFs", () => {
  it("reads a page with 1 MB of text", async () => {
    const lines = Array.from(
      { length: 15_000 },
      (_, i) => `Line ${i} of a very long page, which holds nothing but lines like this.`,
    );
    const { pages } = await read(
      makePages([
        `BT /F1 0.2 Tf 0.05 TL 10 790 Td\n${lines.map((line) => `(${line}) Tj T*`).join("\n")} ET`,
      ]),
    );
    expect(pages[0]!.text.length).toBeGreaterThan(900_000);
    expect(pages[0]!.text).toContain("Line 14999 of");
  });

  it("refuses more pages than it may read", async () => {
    const bytes = makePages(Array.from({ length: 12 }, () => textContent(["Page."])));
    expect(await failure(bytes, { maxPages: 10 })).toMatchObject({
      code: "file-too-large",
      reason: expect.stringContaining("12 pages"),
    });
  });

  it("stops when told to", async () => {
    const abort = new AbortController();
    const bytes = makePages(Array.from({ length: 50 }, () => textContent(["Page."])));
    let pages = 0;
    const reading = readPdf(
      bytes,
      () => {
        if (++pages === 3) abort.abort();
      },
      { signal: abort.signal },
    );
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
    expect(pages).toBe(3);
  });

  it("knows a page whose fonts do not tell their letters", async () => {
    const codes = Array.from({ length: 60 }, (_, i) => `\\00${1 + (i % 7)}`).join("");
    const told = textContent(["Abstract"]);
    const unknown = `BT /F1 11 Tf 50 600 Td (${codes}) Tj ET`;
    const { pages } = await read(makePages([`${told} ${unknown}`, textContent(["Told."])]));
    expect(pages).toMatchObject([
      { text: "Abstract", content: "glyphs", quality: 0 },
      { text: "Told.", content: "text", quality: 1 },
    ]);
    expect(await failure(makePages([unknown]))).toMatchObject({
      code: "file-empty",
      reason: "Its fonts do not tell which letters they draw.",
    });
  });

  it("drops what no text may hold", async () => {
    const { pages } = await read(
      makePages(["BT /F1 11 Tf 50 700 Td (nul\\000 bell\\007 end) Tj ET"]),
    );
    expect(pages[0]!.text).not.toMatch(/[\u0000-\u0008]/u);
    expect(pages[0]!.text.isWellFormed()).toBe(true);
    expect(pages[0]!.text).toContain("end");
  });
});
