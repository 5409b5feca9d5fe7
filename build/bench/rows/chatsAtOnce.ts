import type { BenchEngine } from "../BenchEngine.ts";
import { llamaBatchedBench } from "../llama/runLlama.ts";
import { nothingToDispose, type Row } from "../Row.ts";
import { freshSeed, wordText } from "../texts.ts";

const promptTokens = 128;
const generatedTokens = 128;
const templateTokens = 25;

interface Prompt {
  system: string;
  prompt: string;
}

/** Tokens per second of several requests together: the time for 1 + n tokens each, less that for one. */
async function aggregateRate(engine: BenchEngine, prompts: readonly Prompt[]): Promise<number> {
  const all = async (tokens: number): Promise<{ ms: number; tokens: number }> => {
    const begun = performance.now();
    const done = await Promise.all(prompts.map((prompt) => engine.generate({ ...prompt, tokens })));
    return {
      ms: performance.now() - begun,
      tokens: done.reduce((sum, { stats }) => sum + stats.tokens, 0),
    };
  };
  const one = await all(1);
  const many = await all(1 + generatedTokens);
  return (1000 * (many.tokens - one.tokens)) / (many.ms - one.ms);
}

function chatsAtOnce(count: number): Row {
  return {
    key: `chats-${count}`,
    name: `${count} chats at once, aggregate`,
    unit: "tokens/s",
    reach: { kind: "at-least", value: 0.95 },
    open: async (bench) => {
      const prompts = Array.from({ length: count }, () => {
        const seed = freshSeed();
        return {
          system: `Text ${seed}.`,
          prompt: wordText(promptTokens - templateTokens, seed),
        };
      });
      // Reads the prompts: only writing is compared.
      await Promise.all(prompts.map((prompt) => bench.engine.generate({ ...prompt, tokens: 1 })));
      return {
        ours: () => aggregateRate(bench.engine, prompts),
        theirs: () => llamaBatchedBench(bench, { sequences: count, promptTokens, generatedTokens }),
        [Symbol.asyncDispose]: nothingToDispose,
      };
    },
  };
}

export const chatsAtOnceRows: readonly Row[] = [2, 4, 8].map(chatsAtOnce);
