import { describe, expect, it } from "vitest";
import { locate } from "../locate.ts";
import type { ReadPage, ReadSummary } from "../Reader.ts";
import { decodeText } from "./decodeText.ts";
import { readText } from "./readText.ts";

async function read(content: Uint8Array): Promise<{ pages: ReadPage[]; summary: ReadSummary }> {
  const pages: ReadPage[] = [];
  const summary = await readText(Uint8Array.from(content), (page) => void pages.push(page), {});
  return { pages, summary };
}

const utf16 = (text: string, big: boolean): Uint8Array => {
  const bytes = Buffer.from(text, "utf16le");
  return big ? bytes.swap16() : bytes;
};

describe("decodeText", () => {
  const text = "Grüße, naïve café — 10 €\nzweite Zeile";
  it.each([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${text}`)],
    ["UTF-16 LE with a mark", utf16(`\uFEFF${text}`, false)],
    ["UTF-16 BE with a mark", utf16(`\uFEFF${text}`, true)],
    ["UTF-16 LE", utf16(text.replace(" — 10 €", ""), false)],
    ["UTF-16 BE", utf16(text.replace(" — 10 €", ""), true)],
    [
      "windows-1252",
      Buffer.from("Gr\xfc\xdfe, na\xefve caf\xe9 \x97 10 \x80\nzweite Zeile", "latin1"),
    ],
  ])("reads %s", (_, bytes) => {
    expect(decodeText(Uint8Array.from(bytes)).replace(" — 10 €", "")).toBe(
      text.replace(" — 10 €", ""),
    );
  });

  it("unifies line ends and drops control characters", () => {
    expect(decodeText(Uint8Array.from(Buffer.from("a\r\nb\rc\x07\n")))).toBe("a\nb\nc\n");
  });

  it("is not misled by one wrong byte far into a file", () => {
    const bytes = Buffer.concat([
      Buffer.from("good text ".repeat(20_000)),
      Buffer.from([0xe9]),
      Buffer.from(" end"),
    ]);
    expect(decodeText(Uint8Array.from(bytes)).endsWith("é end")).toBe(true);
  });

  it("refuses NUL bytes and noise", () => {
    const unknown = expect.objectContaining({ code: "file-type-unknown" });
    expect(() => decodeText(Uint8Array.from(Buffer.from("text\0text text text")))).toThrow(unknown);
    expect(() => decodeText(new Uint8Array([1, 2, 3, 0x81, 0x90, 0xff]))).toThrow(unknown);
  });

  it("makes lone surrogates whole", () => {
    const bytes = Uint8Array.from(Buffer.from([0xff, 0xfe, 0x41, 0, 0x00, 0xd8, 0x42, 0]));
    expect(decodeText(bytes)).toBe("A\uFFFDB");
  });
});

describe("readText", () => {
  it("tells paragraphs and their lines", async () => {
    const { pages, summary } = await read(Buffer.from("One\nstill one\n\n  \nTwo  \n\nThree"));
    const page = pages[0]!;
    expect(summary).toMatchObject({ mediaType: "text/plain", paged: false, pageCount: 1 });
    expect(page.blocks.map((block) => page.text.slice(block.start, block.end))).toEqual([
      "One\nstill one",
      "Two",
      "Three",
    ]);
    expect(page.blocks.map(({ start, end }) => locate([{ page, start, end }]))).toEqual([
      { kind: "lines", from: 1, to: 2 },
      { kind: "lines", from: 5, to: 5 },
      { kind: "lines", from: 7, to: 7 },
    ]);
  });

  it("cuts a long text into parts between paragraphs, with lines counted on", async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) =>
      i % 10 === 9 ? "" : `Line ${i + 1} of the file`,
    );
    const { pages } = await read(Buffer.from(lines.join("\n")));
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.map((page) => page.text).join("")).toBe(lines.join("\n"));
    for (const page of pages) {
      const first = page.text.split("\n").findIndex((line) => line !== "");
      expect(page.text.split("\n")[first]).toBe(`Line ${page.firstLine + first} of the file`);
    }
  });

  it("takes one word of 5 MB", async () => {
    const { pages } = await read(Buffer.alloc(5_000_000, "x"));
    expect(pages).toHaveLength(1);
    expect(pages[0]!.blocks).toEqual([{ start: 0, end: 5_000_000, kind: "paragraph" }]);
  });

  it("refuses a text of blanks", async () => {
    await expect(read(Buffer.from(" \n\t\n--- ***"))).rejects.toMatchObject({ code: "file-empty" });
  });
});
