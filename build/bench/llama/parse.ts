import { z } from "zod";

const benchResultSchema = z.object({
  n_prompt: z.int(),
  n_gen: z.int(),
  n_depth: z.int(),
  samples_ts: z.array(z.number().positive()).min(1),
});

/** One test of llama-bench. */
export interface BenchResult {
  promptTokens: number;
  generatedTokens: number;
  /** Tokens that were in the context before. */
  depth: number;
  /** Tokens per second of each repetition. */
  tokensPerSecond: number[];
}

/** Reads what llama-bench prints with `-o json`. @throws Error when it is something else */
export function parseLlamaBench(json: string): BenchResult[] {
  return z
    .array(benchResultSchema)
    .min(1)
    .parse(JSON.parse(json))
    .map((result) => ({
      promptTokens: result.n_prompt,
      generatedTokens: result.n_gen,
      depth: result.n_depth,
      tokensPerSecond: result.samples_ts,
    }));
}

const batchedResultSchema = z.object({
  pl: z.int(),
  pp: z.int(),
  tg: z.int(),
  speed_tg: z.number().positive(),
});

/** Reads what llama-batched-bench prints with `--output-format jsonl`, among other lines. */
export function parseBatchedBench(
  output: string,
): { sequences: number; tokensPerSecond: number }[] {
  const lines = output.split("\n").filter((line) => line.trimStart().startsWith('{"n_kv_max"'));
  if (lines.length === 0) throw new Error("llama-batched-bench printed no result.");
  return lines.map((line) => {
    const { pl, speed_tg } = batchedResultSchema.parse(JSON.parse(line));
    return { sequences: pl, tokensPerSecond: speed_tg };
  });
}

/** The CPU variants among a process' mapped files, such as "haswell", as /proc/PID/maps lists them. */
export function variantsInMaps(maps: string): string[] {
  const found = [...maps.matchAll(/\/libggml-cpu-([\w]+)\.so/gu)].map(([, name]) => name ?? "");
  return [...new Set(found)].sort();
}
