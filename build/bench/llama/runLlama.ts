import { spawn } from "node:child_process";
import path from "node:path";
import type { Bench } from "../Row.ts";
import type { LlamaProgram } from "./llamaTools.ts";
import { parseBatchedBench, parseLlamaBench } from "./parse.ts";
import { median } from "../../../src-main/engine/bench/median.ts";

/** The environment in which the programs find the prebuilt libraries. */
export function llamaEnvironment(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, LD_LIBRARY_PATH: folder };
}

/** Runs one of llama.cpp's programs to its end. @returns its standard output */
async function runLlama(
  { tools, variants }: Bench,
  program: LlamaProgram,
  args: readonly string[],
): Promise<string> {
  const child = spawn(path.join(tools.folder, program), args, {
    env: llamaEnvironment(tools.folder),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const over = new AbortController();
  const watching =
    child.pid === undefined || variants.theirs.size > 0
      ? undefined
      : variants.watch("theirs", child.pid, over.signal);
  let output = "";
  let words = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr
    .setEncoding("utf8")
    .on("data", (text: string) => (words = (words + text).slice(-2000)));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${words.trim()}`);
    return output;
  } finally {
    over.abort();
    await watching;
  }
}

export interface BenchWork {
  promptTokens?: number;
  generatedTokens?: number;
  depth?: number;
  repetitions: number;
}

/** llama-bench's tokens per second: the median of its repetitions, after its own warm-up. */
export async function llamaBench(bench: Bench, work: BenchWork): Promise<number> {
  const output = await runLlama(bench, "llama-bench", [
    ...["-m", bench.chatModel, "-t", String(bench.threads), "-o", "json"],
    ...["-p", String(work.promptTokens ?? 0), "-n", String(work.generatedTokens ?? 0)],
    ...["-d", String(work.depth ?? 0), "-r", String(work.repetitions)],
  ]);
  const [result] = parseLlamaBench(output);
  if (!result) throw new Error("llama-bench printed no result.");
  return median(result.tokensPerSecond);
}

export interface BatchedWork {
  sequences: number;
  promptTokens: number;
  generatedTokens: number;
}

/** llama-batched-bench's generated tokens per second over all sequences, with one KV cache for all. */
export async function llamaBatchedBench(bench: Bench, work: BatchedWork): Promise<number> {
  const { sequences, promptTokens, generatedTokens } = work;
  const cells = sequences * (promptTokens + generatedTokens);
  const output = await runLlama(bench, "llama-batched-bench", [
    ...["-m", bench.chatModel, "-t", String(bench.threads), "-kvu", "-c", String(cells)],
    ...["-npp", String(promptTokens), "-ntg", String(generatedTokens)],
    ...["-npl", String(sequences), "--output-format", "jsonl"],
  ]);
  const result = parseBatchedBench(output).find((line) => line.sequences === sequences);
  if (!result) throw new Error(`llama-batched-bench printed nothing for ${sequences} sequences.`);
  return result.tokensPerSecond;
}
