import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Utf8Assembler } from "./Utf8Assembler.ts";

describe("Utf8Assembler", () => {
  it("gives out the same text however its bytes are cut, whole characters only", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(fc.nat(60)), (text, cuts) => {
        const bytes = new TextEncoder().encode(text);
        const places = [0, ...cuts.filter((cut) => cut < bytes.length), bytes.length].sort(
          (a, b) => a - b,
        );
        const assembler = new Utf8Assembler();
        const pieces = places
          .slice(1)
          .map((end, index) => assembler.push(bytes.subarray(places[index], end)));
        expect(pieces.join("")).toBe(text.toWellFormed());
        expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
        expect(assembler.incomplete).toBe(false);
      }),
    );
  });

  it("holds an unfinished character back and says so", () => {
    const assembler = new Utf8Assembler();
    const fox = new TextEncoder().encode("a🦊");
    expect(assembler.push(fox.subarray(0, 3))).toBe("a");
    expect(assembler.incomplete).toBe(true);
    expect(assembler.push(fox.subarray(3))).toBe("🦊");
    expect(assembler.incomplete).toBe(false);
  });

  it("does not wait for what can never be complete", () => {
    const assembler = new Utf8Assembler();
    expect(assembler.push(Uint8Array.of(0x80, 0xff, 0xc0, 0x41))).toBe("\uFFFD\uFFFD\uFFFDA");
    expect(assembler.push(Uint8Array.of(0xe2, 0x41))).toBe("\uFFFDA");
    expect(assembler.push(Uint8Array.of(0xef, 0xbb, 0xbf))).toBe("\uFEFF");
  });
});
