import type { BenchMeasure, BenchRun } from "../../contract/bench.ts";
import { csvOf, type FieldValue } from "../core/tables.ts";

/** Runs as JSON text, with everything that was kept. */
export function toJson(runs: readonly BenchRun[]): string {
  return `${JSON.stringify({ runs }, null, 2)}\n`;
}

/**
 * Runs as a table for spreadsheets (RFC 4180): a row for each, in each test the median and the
 * slowest and fastest repetition, in tokens per second.
 */
export function toCsv(runs: readonly BenchRun[]): string {
  const tests = testsOf(runs);
  const header = [
    ...Object.keys(facts),
    ...tests.flatMap((name) => [name, `${name}_slowest`, `${name}_fastest`]),
  ];
  const rows = runs.map((run) => [
    ...Object.values(facts).map((fact) => fact(run)),
    ...tests.flatMap((name) => {
      const measure = run.measures.find((candidate) => nameOf(candidate) === name);
      if (!measure) return [null, null, null];
      const { tokensPerSecond, samples } = measure;
      return [tokensPerSecond, Math.min(...samples), Math.max(...samples)].map(rounded);
    }),
  ]);
  return csvOf([header, ...rows]);
}

const facts: Record<string, (run: BenchRun) => FieldValue> = {
  date: (run) => new Date(run.at).toISOString(),
  model: (run) => run.model,
  quantization: (run) => run.quantization,
  parameters: (run) => run.parameters,
  model_bytes: (run) => run.modelBytes,
  device: (run) => run.device,
  gpu_layers: (run) => run.gpuLayers,
  threads: (run) => run.threads,
  context_tokens: (run) => run.contextTokens,
  kv_type: (run) => run.kvType,
  processor: (run) => run.machine.processor,
  cores: (run) => run.machine.cores,
  memory_bytes: (run) => run.machine.memoryBytes,
  hearth: (run) => run.hearthVersion,
  library: (run) => run.libraryVersion,
  repeats: (run) => run.repeats,
  disturbed: (run) => run.disturbed,
};

/** Names of all tests of all runs, in the order of the newest run that has them. */
function testsOf(runs: readonly BenchRun[]): string[] {
  return [...new Set(runs.flatMap((run) => run.measures.map(nameOf)))];
}

function nameOf({ test, chats, tokens }: BenchMeasure): string {
  return test === "chats" ? `chats_${chats}` : `${test}_${tokens}`;
}

function rounded(rate: number): number {
  return Math.round(rate * 100) / 100;
}
