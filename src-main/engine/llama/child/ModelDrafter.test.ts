import koffi from "koffi";
import { describe, expect, it } from "vitest";
import type { StepOutcome } from "./LlamaContext.ts";
import { ModelDrafter, type DraftPace } from "./ModelDrafter.ts";
import type { NativeBatch } from "./NativeBatch.ts";

const size = 16;
const endToken = 15;
const pace: DraftPace = { stepMs: 10, tokensLeft: 200, stop: () => false };
const text = (length: number): number[] => Array.from({ length }, (_, n) => n % 7);

/** A small model that reads a token in half a millisecond and says what it is told to say. */
function setUp(says: (call: number) => { token: number; sure: boolean }) {
  const row: bigint = koffi.alloc("float", size);
  const steps: number[] = [];
  const cuts: number[] = [];
  const outcomes: (StepOutcome | Error)[] = [];
  let clock = 0;
  let calls = 0;
  const drafter = new ModelDrafter(
    {
      logitsOfRow: () => {
        const { token, sure } = says(calls++);
        const logits = new Float32Array(size);
        logits[token] = sure ? 20 : 1;
        koffi.encode(row, "float", logits, size);
        return row;
      },
      memoryClear: () => void cuts.push(0),
      memoryRemove: (_memory, _sequence, from) => {
        cuts.push(from);
        return true;
      },
    },
    {
      batchTokens: 64,
      contextTokens: 512,
      pointer: 1n,
      memory: 1n,
      decode: async (batch: NativeBatch) => {
        const outcome = outcomes.shift() ?? "done";
        if (outcome instanceof Error) throw outcome;
        steps.push(batch.length);
        clock += batch.length / 2;
        return outcome;
      },
    },
    { size, isEndOfGeneration: (token) => token === endToken },
    () => clock,
  );
  return { drafter, steps, cuts, outcomes };
}

const sure = (token: number) => ({ token, sure: true });

/** Lets it read what it has to, and gives its first draft. */
async function firstDraft(drafter: ModelDrafter, tokens: readonly number[], most = 16) {
  for (let call = 0; call < 50; call++) {
    const draft = await drafter.draft(tokens, most, pace);
    if (draft.ms > 0) return draft;
  }
  throw new Error("It never began to draft.");
}

describe("ModelDrafter", () => {
  it("reads a long text in pieces as long as a step, one a call, and then writes", async () => {
    const { drafter, steps } = setUp((call) => sure(call + 1));
    const { tokens } = await firstDraft(drafter, text(120));
    // Two to learn the speed by, then 20 tokens for 10 ms; the last ones go with the guess.
    expect(steps).toEqual([32, 32, 20, 20, 16 - 1, 1, 1, 1, 1]);
    expect(tokens).toEqual([1, 2, 3, 4]);
  });

  it("leaves a text alone that takes longer to read than it can win", async () => {
    const { drafter, steps } = setUp(() => sure(1));
    await firstDraft(drafter, text(100));
    steps.length = 0;
    const other = Array.from({ length: 300 }, (_, n) => (n * 3) % 11);
    for (let call = 0; call < 5; call++) await drafter.draft(other, 8, { ...pace, tokensLeft: 40 });
    expect(steps).toEqual([]);
    await drafter.draft(other, 8, pace);
    expect(steps).toEqual([20]);
  });

  it("keeps what two texts have in common at their start", async () => {
    const { drafter, steps, cuts } = setUp(() => sure(1));
    await firstDraft(drafter, text(70));
    [steps.length, cuts.length] = [0, 0];
    // Two of the four guesses were right, and another token followed.
    const { tokens } = await drafter.draft([...text(70), 1, 1, 5], 8, pace);
    expect(cuts).toEqual([72]);
    expect(steps).toEqual([1, 1, 1, 1]);
    expect(tokens).toHaveLength(4);
  });

  it("stops where it is in doubt, at the end of a text, at the room, and when told", async () => {
    const doubt = setUp((call) => ({ token: 3, sure: call < 2 }));
    expect((await firstDraft(doubt.drafter, text(20))).tokens).toEqual([3, 3]);
    const end = setUp((call) => sure(call === 1 ? endToken : 3));
    expect((await firstDraft(end.drafter, text(20))).tokens).toEqual([3, endToken]);
    const room = setUp(() => sure(3));
    expect((await firstDraft(room.drafter, text(20), 3)).tokens).toEqual([3, 3, 3]);
    expect((await room.drafter.draft(text(512), 8, pace)).tokens).toEqual([]);
    const told = await room.drafter.draft(text(20), 8, { ...pace, stop: () => true });
    expect(told.tokens).toEqual([3]);
  });

  it("guesses further ahead the more was right, up to eight, and less after mistakes", async () => {
    const { drafter } = setUp(() => sure(1));
    const tokens = text(20);
    await firstDraft(drafter, tokens);
    const lengths: number[] = [];
    for (const accepted of [4, 6, 8, 2, 0, 0]) {
      drafter.record(accepted, 1);
      lengths.push((await drafter.draft(tokens, 16, pace)).tokens.length);
    }
    expect(lengths).toEqual([6, 8, 8, 5, 3, 2]);
  });

  it("rests when guesses cost more than they bring", async () => {
    const { drafter, steps } = setUp(() => sure(1));
    await firstDraft(drafter, text(20));
    drafter.record(0, 5);
    steps.length = 0;
    for (let call = 0; call < 32; call++) await drafter.draft(text(20), 8, pace);
    expect(steps).toEqual([]);
    await drafter.draft(text(20), 8, pace);
    expect(steps.length).toBeGreaterThan(0);
  });

  it("never fails the request that it guesses for", async () => {
    const { drafter, outcomes, cuts } = setUp(() => sure(1));
    await firstDraft(drafter, text(20));
    outcomes.push("no-room");
    cuts.length = 0;
    expect((await drafter.draft([...text(20), 2], 8, pace)).tokens).toEqual([]);
    expect(cuts.at(-1)).toBe(0);
    expect((await firstDraft(drafter, text(20))).tokens).toHaveLength(4);
    outcomes.push(new Error("It broke."));
    expect((await drafter.draft([...text(20), 3], 8, pace)).tokens).toEqual([]);
    expect((await drafter.draft(text(20), 8, pace)).ms).toBe(0);
  });
});
