import { describe, expect, it } from "vitest";
import { findPattern } from "./findMatches.ts";
import { countPlaces, FoldedSource, stepPlace, type FindSource } from "./findPlaces.ts";

const pages = ["a harbour, a harbour", "", "nothing", "HARBOUR"];

function source(read: number[] = []): FindSource {
  return {
    count: pages.length,
    pieces: (part) => {
      read.push(part);
      if (part === 2) return Promise.reject(new Error("A damaged page."));
      return Promise.resolve([{ text: pages[part - 1] ?? "", endsLine: true }]);
    },
  };
}

const harbour = findPattern("harbour", { matchCase: false, wholeWords: false }) ?? /$^/u;

async function partsFound(folded: FoldedSource, from: number): Promise<number[]> {
  const parts: number[] = [];
  for await (const { part } of folded.search(harbour, from, new AbortController().signal)) {
    parts.push(part);
  }
  return parts;
}

describe("FoldedSource", () => {
  it("searches from a part on, around the end, past what cannot be read, and reads once", async () => {
    const read: number[] = [];
    const folded = new FoldedSource(source(read));
    expect(await partsFound(folded, 3)).toEqual([4, 1]);
    expect(await partsFound(folded, 1)).toEqual([1, 4]);
    expect(read).toEqual([3, 4, 1, 2]);
  });

  it("stops when it is told to", async () => {
    const read: number[] = [];
    const controller = new AbortController();
    for await (const _ of new FoldedSource(source(read)).search(harbour, 1, controller.signal)) {
      controller.abort();
    }
    expect(read.length).toBeLessThan(pages.length);
  });

  it("searches a thousand pages without holding the window up", async () => {
    const text = "The harbour lies still and the boats lie in it. ".repeat(60);
    const folded = new FoldedSource({
      count: 1000,
      pieces: () => Promise.resolve([{ text, endsLine: true }]),
    });
    let longest = 0;
    let before = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - before);
      before = performance.now();
    });
    let total = 0;
    for await (const { places } of folded.search(harbour, 1, new AbortController().signal)) {
      total += places.length / 2;
    }
    clearInterval(timer);
    expect(total).toBe(60_000);
    // A machine that others use too is given time; without slices this is seconds.
    expect(longest).toBeLessThan(500);
  });
});

describe("places", () => {
  const places = new Map([
    [7, [0, 3]],
    [2, [4, 7, 9, 12]],
  ]);

  it("are counted in the order of the document", () => {
    expect(countPlaces(places, { part: 2, index: 1 })).toEqual({ total: 3, at: 2 });
    expect(countPlaces(places, { part: 7, index: 0 })).toEqual({ total: 3, at: 3 });
    expect(countPlaces(new Map(), null)).toEqual({ total: 0, at: 0 });
  });

  it("follow one another around the end, both ways", () => {
    const seen = [{ part: 2, index: 0 }];
    for (const by of [1, 1, 1, -1, -1] as const) {
      const next = stepPlace(places, seen.at(-1) ?? null, by);
      if (next) seen.push(next);
    }
    expect(seen.map(({ part, index }) => `${part}.${index}`)).toEqual([
      "2.0",
      "2.1",
      "7.0",
      "2.0",
      "7.0",
      "2.1",
    ]);
    expect(stepPlace(new Map(), null, 1)).toBeNull();
  });
});
