import { describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { detectType } from "./detectType.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("detectType", () => {
  it.each([
    ["%PDF-1.7\n...", "paper.pdf", "application/pdf"],
    ["%PDF-1.7\n...", "paper.txt", "application/pdf"],
    [`${"junk\n".repeat(100)}%PDF-1.4`, "paper", "application/pdf"],
    ["not a header, but named so", "paper.pdf", "application/pdf"],
    ["\x89PNG\r\n\x1a\n", "scan.png", "image/png"],
    ["\x89PNG\r\n\x1a\n", "scan.pdf", "image/png"],
    ["\xff\xd8\xff\xe0", "photo.jpg", "image/jpeg"],
    ["GIF89a....", "scan.gif", "image/gif"],
    ["RIFF....WEBPVP8 ", "scan.webp", "image/webp"],
    ["BM\x10\0\0\0\0\0\0\0", "scan.bmp", "image/bmp"],
    ["BMW is a maker of cars.", "cars.txt", "text/plain"],
    ["# Title", "notes.md", "text/markdown"],
    ["# Title", "NOTES.MARKDOWN", "text/markdown"],
    ["# Title", "notes.txt", "text/plain"],
    ["plain", "README", "text/plain"],
    ["caf\xe9 au lait and more", "old.txt", "text/plain"],
    ["\xff\xfeh\0i\0", "utf16.txt", "text/plain"],
    ["h\0e\0l\0l\0o\0", "utf16-without-mark.txt", "text/plain"],
  ])("%j named %s is %s", (content, name, type) => {
    expect(detectType(bytes(content), name)).toBe(type);
  });

  it.each([
    ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "letter.doc", /older Microsoft Office/u],
    ["PK\x03\x04....", "files.zip", /ZIP archive/u],
    ["II*\0....", "scan.tiff", /TIFF image/u],
    ["GGUF\x03\0\0\0", "model.gguf", /GGUF model/u],
    ["\x7fELF\x02", "tool", /a program/u],
    ["some text\0with a NUL in it", "data.txt", /not text/u],
    ["\x01\x02\x03\x80\x81\x90\xff\xfe\xfa", "data.bin", /not text/u],
  ])("%j named %s is refused with a reason", (content, name, reason) => {
    const refuse = (): unknown => detectType(bytes(content), name);
    expect(refuse).toThrow(HearthError);
    expect(refuse).toThrow(reason);
    expect(refuse).toThrow(expect.objectContaining({ code: "file-type-unknown" }));
  });

  it("says of a file of 0 bytes that it is empty", () => {
    expect(() => detectType(new Uint8Array(0), "a.pdf")).toThrow(
      expect.objectContaining({ code: "file-empty" }),
    );
  });
});
