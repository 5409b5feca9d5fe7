import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstWordAfter, packWords, unpackWords, wordAt, wordsFrom } from "./packedWords.ts";

const word = (start: number, end: number, x = 10, y = 20) => ({
  start,
  end,
  x,
  y,
  width: 30.5,
  height: 12.25,
});

describe("packed words", () => {
  it("come back as they were, to 1/32 point", () => {
    const coordinate = fc.double({ min: -5000, max: 50_000, noNaN: true });
    const size = fc.double({ min: 0, max: 20_000, noNaN: true });
    const raw = fc.record({
      gap: fc.nat(50),
      length: fc.integer({ min: 1, max: 6_000_000 }),
      x: coordinate,
      y: coordinate,
      width: size,
      height: size,
    });
    fc.assert(
      fc.property(fc.array(raw, { maxLength: 60 }), (items) => {
        let at = 0;
        const words = items.map(({ gap, length, ...rect }) => {
          const start = at + gap;
          at = start + length;
          return { start, end: at, ...rect };
        });
        const packed = packWords(wordsFrom(words));
        const back = unpackWords(packed);
        expect(back.count).toBe(words.length);
        for (const [i, expected] of words.entries()) {
          const actual = wordAt(back, i);
          expect([actual.start, actual.end]).toEqual([expected.start, expected.end]);
          for (const key of ["x", "y", "width", "height"] as const) {
            expect(Math.abs(actual[key] - expected[key])).toBeLessThan(1 / 32);
          }
        }
        expect(packWords(back)).toEqual(packed);
      }),
    );
  });

  it("take about ten bytes each", () => {
    const words = Array.from({ length: 500 }, (_, i) =>
      word(i * 6, i * 6 + 5, 50 + (i % 12) * 40, 60 + Math.floor(i / 12) * 14),
    );
    expect(packWords(wordsFrom(words)).length).toBeLessThan(500 * 11);
  });

  it("refuse bytes that they did not write", () => {
    const packed = packWords(wordsFrom([word(0, 5), word(6, 9)]));
    expect(() => unpackWords(packed.subarray(0, packed.length - 1))).toThrow(/end too early/u);
    expect(() => unpackWords(new Uint8Array([9, 1, 2, 3]))).toThrow(/format 9/u);
    expect(() => unpackWords(new Uint8Array([1, 255, 255, 255, 255, 15]))).toThrow(
      /end too early/u,
    );
    expect(() => unpackWords(new Uint8Array(0))).toThrow(RangeError);
  });

  it("are found by offset", () => {
    const words = wordsFrom([word(0, 5), word(6, 9), word(9, 14)]);
    expect([0, 4, 5, 8, 9, 13, 14].map((offset) => firstWordAfter(words, offset))).toEqual([
      0, 0, 1, 1, 2, 2, 3,
    ]);
  });
});
