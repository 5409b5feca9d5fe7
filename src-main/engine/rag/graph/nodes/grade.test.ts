import { describe, expect, it } from "vitest";
import { PassageBox } from "../PassageBox.ts";
import type { State } from "../state.ts";
import { FakeLibrary } from "../testing/fakeTools.ts";
import type { Run } from "../types.ts";
import { declineBelow } from "../../evidence/strengthModel.ts";
import { grade } from "./grade.ts";

describe("grading", () => {
  const library = new FakeLibrary();
  library.add(
    "a.pdf",
    "The Grey Heron carries 412 passengers.",
    "Gas lamps light the quay at dusk.",
  );
  const tools = library.tools();
  const run = {
    tools,
    box: new PassageBox(tools.retriever),
    signal: new AbortController().signal,
  } as Run;
  const stateOf = (byQuery: number, strengths: number[]): State =>
    ({
      standalone: "Who lights the lamps?",
      strengths,
      found: library.chunks.map(({ id }) => ({
        chunkId: id,
        score: 1,
        explain: { contributions: [{ list: "vector", rank: 1, raw: 0.9, contribution: 1 }] },
        byQuery,
      })),
    }) as unknown as State;

  it("G3: judges what another query found against the question itself", async () => {
    const asked = await grade(run, stateOf(0, []));
    const rewritten = await grade(run, stateOf(1, [0.1]));
    const strengthOf = (result: typeof asked): number =>
      (result.evidence as State["evidence"]).strength;
    expect(strengthOf(asked)).toBeGreaterThan(0);
    expect(strengthOf(rewritten)).toBe(strengthOf(asked));
    const elsewhere = { ...stateOf(1, [0.1]), standalone: "Which cheese melts best?" } as State;
    expect(strengthOf(await grade(run, elsewhere))).toBeLessThan(strengthOf(asked));
  });

  it("G4: asks more of evidence that took more queries, and grades nothing twice", async () => {
    const thresholds: unknown[] = [];
    for (const strengths of [[], [0.1], [0.1, 0.1]]) {
      const { threshold } = await grade(run, stateOf(strengths.length, strengths));
      thresholds.push(threshold);
    }
    const dearer = (factor: number): number => 1 - (1 - declineBelow) * factor;
    expect(thresholds).toEqual([
      expect.closeTo(declineBelow, 5),
      expect.closeTo(dearer(0.9), 5),
      expect.closeTo(dearer(0.81), 5),
    ]);
    const before = await grade(run, stateOf(0, []));
    const again = await grade(run, { ...stateOf(0, [0.1]), evidence: before.evidence } as State);
    expect(again.evidence).toBeUndefined();
    expect(again.step?.note).toBe("nothing new was found");
  });
});
