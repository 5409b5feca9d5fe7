import { llamaBench } from "../llama/runLlama.ts";
import { nothingToDispose, type Row } from "../Row.ts";
import { freshSeed, wordText } from "../texts.ts";

/** About what the words around the messages take. */
const templateTokens = 25;

/** Reading a prompt that no cache holds any part of, until its first token is with the caller. */
function prefill(tokens: number): Row {
  return {
    key: `prefill-${tokens}`,
    name: `prefill ${tokens} tokens`,
    unit: "tokens/s",
    reach: { kind: "at-least", value: 0.97 },
    open: async (bench) => {
      let evaluated = 0;
      return {
        ours: async () => {
          // llama-bench, too, begins each run with an empty cache.
          await bench.engine.restartChatModel();
          const seed = freshSeed();
          const { wallMs, stats } = await bench.engine.generate({
            system: `Text ${seed}.`,
            prompt: wordText(tokens - templateTokens, seed),
            tokens: 1,
          });
          evaluated = stats.promptTokens - stats.reusedTokens;
          return (1000 * evaluated) / wallMs;
        },
        theirs: () => llamaBench(bench, { promptTokens: tokens, repetitions: 1 }),
        notes: () => `ours with ${evaluated} tokens`,
        [Symbol.asyncDispose]: nothingToDispose,
      };
    },
  };
}

export const prefills: readonly Row[] = [prefill(512), prefill(2048)];
