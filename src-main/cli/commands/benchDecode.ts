import type { GenerationStats } from "../../contract/chat.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { modelIdOf } from "../findModel.ts";
import { followStream } from "../followStream.ts";

type Stats = GenerationStats & { threads: number };
type ModelChoice = Awaited<ReturnType<typeof modelIdOf>>;

/** One measured run. Rates are tokens per second. */
export interface DecodeRun {
  stats: Stats;
  /** From the request to the end of the reply, as the caller of the engine sees it. */
  wallMs: number;
}

/** Enough for the weights to be in memory and the threads to be running. */
const warmUpTokens = 32;

export const benchDecode = defineCommand({
  name: "bench decode",
  usage: "[--model M] [--tokens N] [--runs N]",
  summary: "Measures how fast a loaded model writes",
  options: {
    model: { kind: "text", value: "M", help: "id, name or file of the model" },
    tokens: {
      kind: "number",
      integer: true,
      min: 2,
      max: 4096,
      default: 128,
      value: "N",
      help: "tokens to write",
    },
    runs: {
      kind: "number",
      integer: true,
      min: 1,
      max: 100,
      default: 3,
      value: "N",
      help: "runs; the middle one counts",
    },
  },
  run: async (values, _positionals, context) => {
    const model = await modelIdOf(values.model, context);
    context.terminal.progress("Warming up");
    await decode(context, model, Math.min(warmUpTokens, values.tokens));
    const runs: DecodeRun[] = [];
    for (let n = 1; n <= values.runs; n++) {
      context.terminal.progress(`Run ${n} of ${values.runs}`);
      runs.push(await decode(context, model, values.tokens));
    }
    const json = toBenchJson(runs);
    const { tokensPerSecond, tokens, threads, model: name } = json;
    return {
      json,
      text: `${tokensPerSecond.toFixed(1)} tokens per second (${tokens} tokens, ${threads} threads, ${name})\n`,
    };
  },
});

/** Greedy, on past the model's own end, so that each run does the same work. */
async function decode(
  context: CommandContext,
  model: ModelChoice,
  tokens: number,
): Promise<DecodeRun> {
  const client = await context.engine();
  const begun = performance.now();
  const { stats } = await followStream(
    client.stream(
      "generate.run",
      {
        messages: [{ role: "user", content: "Tell a long story." }],
        ...model,
        sampling: { temperature: 0, repeatPenalty: 1, maxTokens: tokens },
        ignoreEos: true,
        guessAhead: false,
      },
      { signal: context.signal },
    ),
    () => {},
  );
  return { stats, wallMs: performance.now() - begun };
}

export interface BenchJson {
  tokensPerSecond: number;
  tokens: number;
  threads: number;
  model: string;
  quantization: string;
  /** All tokens by the whole time of the call, prompt included. */
  wallTokensPerSecond: number;
  /** Rates of all runs, in order. */
  runs: number[];
}

export function toBenchJson(runs: readonly DecodeRun[]): BenchJson {
  const sorted = runs.toSorted((a, b) => a.stats.tokensPerSecond - b.stats.tokensPerSecond);
  // Of an even number the lower one of the middle two: no claim that was not measured.
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (!middle) throw new RangeError("No run to report.");
  const { stats, wallMs } = middle;
  return {
    tokensPerSecond: stats.tokensPerSecond,
    tokens: stats.tokens,
    threads: stats.threads,
    model: stats.model,
    quantization: stats.quantization,
    wallTokensPerSecond: (1000 * stats.tokens) / wallMs,
    runs: runs.map((run) => run.stats.tokensPerSecond),
  };
}
