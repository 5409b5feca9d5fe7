import type { BenchEngine, GenerateWork } from "../BenchEngine.ts";
import { llamaBench } from "../llama/runLlama.ts";
import { nothingToDispose, type Row } from "../Row.ts";
import { median } from "../../../src-main/engine/bench/median.ts";
import { freshSeed, wordText } from "../texts.ts";

const tokens = 128;
const repetitions = 3;

/**
 * Tokens per second as the caller sees them: the time for 1 + n tokens less the time for one. What
 * comes before the first token falls out, and frames that gather several tokens shift nothing.
 */
export async function decodeRate(
  engine: BenchEngine,
  work: Omit<GenerateWork, "tokens">,
): Promise<number> {
  const rates: number[] = [];
  for (let n = 0; n < repetitions; n++) {
    const one = await engine.generate({ ...work, tokens: 1 });
    const all = await engine.generate({ ...work, tokens: 1 + tokens });
    rates.push((1000 * (all.stats.tokens - one.stats.tokens)) / (all.wallMs - one.wallMs));
  }
  return median(rates);
}

export const decode: Row = {
  key: "decode",
  name: "decode, 128 greedy tokens, through the contract",
  unit: "tokens/s",
  reach: { kind: "at-least", value: 0.95 },
  open: async (bench) => {
    const work = { system: "You tell stories.", prompt: "Tell a long story." };
    const { stats } = await bench.engine.generate({ ...work, tokens });
    // Behind the same number of tokens: the longer the text, the longer a step.
    const depth = stats.promptTokens;
    return {
      ours: () => decodeRate(bench.engine, work),
      theirs: () => llamaBench(bench, { generatedTokens: tokens, depth, repetitions }),
      [Symbol.asyncDispose]: nothingToDispose,
    };
  },
};

/** Decoding with so much in the context already. The first run fills it, the others reuse that. */
function decodeAtDepth(depth: number, key: string): Row {
  return {
    key,
    name: `decode at depth ${depth}`,
    unit: "tokens/s",
    reach: { kind: "within", value: 0.03, of: decode.key },
    open: async (bench) => {
      const seed = freshSeed();
      const work = { system: `Text ${seed}.`, prompt: wordText(depth, seed) };
      const filled = await bench.engine.generate({ ...work, tokens: 1 });
      return {
        ours: () => decodeRate(bench.engine, work),
        theirs: () => llamaBench(bench, { generatedTokens: tokens, depth, repetitions: 1 }),
        notes: () => `ours at ${filled.stats.promptTokens} tokens`,
        [Symbol.asyncDispose]: nothingToDispose,
      };
    },
  };
}

export const decodeDepths: readonly Row[] = [
  decodeAtDepth(2048, "depth-2k"),
  decodeAtDepth(6144, "depth-6k"),
];
