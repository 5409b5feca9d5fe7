import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StopMatcher } from "./StopMatcher.ts";

function run(stops: string[], pieces: string[]): { shown: string; stopped: boolean } {
  const matcher = new StopMatcher(stops);
  let shown = "";
  for (const piece of pieces) {
    const { text, stopped } = matcher.push(piece);
    shown += text;
    if (stopped) return { shown, stopped };
  }
  return { shown: shown + matcher.flush(), stopped: false };
}

describe("StopMatcher", () => {
  it("ends before a stop string that comes in pieces", () => {
    expect(run(["\nUser:"], ["Yes.", "\n", "Us", "er", ": more"])).toEqual({
      shown: "Yes.",
      stopped: true,
    });
  });

  it("holds back what may become a stop string, and shows it when it does not", () => {
    const matcher = new StopMatcher(["END"]);
    expect(matcher.push("the E")).toEqual({ text: "the ", stopped: false });
    expect(matcher.push("N")).toEqual({ text: "", stopped: false });
    expect(matcher.push("T!")).toEqual({ text: "ENT!", stopped: false });
  });

  it("takes the first of several", () => {
    expect(run(["b", "ab"], ["xab"])).toEqual({ shown: "x", stopped: true });
  });

  it("says which one it was", () => {
    const matcher = new StopMatcher(["b", "ab", "c"]);
    expect(matcher.matched).toBeNull();
    matcher.push("xa");
    expect(matcher.matched).toBeNull();
    matcher.push("bc");
    expect(matcher.matched).toBe("ab");
  });

  it("shows everything where there is nothing to stop at", () => {
    expect(run(["", "zz"], ["a", "z", "b"])).toEqual({ shown: "azb", stopped: false });
  });

  it("shows the same however the text is cut", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 30 });
    const stop = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        letters,
        fc.array(stop, { maxLength: 3 }),
        fc.array(fc.nat(30)),
        (text, stops, cuts) => {
          const places = [0, ...cuts.filter((cut) => cut < text.length), text.length].sort(
            (a, b) => a - b,
          );
          const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
          const first = Math.min(
            ...stops.map((word) => text.indexOf(word)).filter((at) => at >= 0),
            text.length,
          );
          const found = stops.some((word) => text.includes(word));
          const { shown, stopped } = run(stops, pieces);
          expect(stopped).toBe(found);
          // Cut in pieces, the stop string that is complete first wins; it may begin later than another.
          expect(text.startsWith(shown)).toBe(true);
          expect(shown.length).toBeGreaterThanOrEqual(first);
          expect(stops.every((word) => !shown.includes(word))).toBe(true);
        },
      ),
    );
  });
});
