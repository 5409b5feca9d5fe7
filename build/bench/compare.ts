import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureTestModels } from "../setup/testModels.ts";
import { BenchEngine } from "./BenchEngine.ts";
import { VariantLog } from "./llama/loadedVariant.ts";
import { ensureLlamaTools } from "./llama/llamaTools.ts";
import { formatRatio, formatReport, type ComparisonReport, type RowResult } from "./report.ts";
import type { Bench, Row } from "./Row.ts";
import { chooseRows, rows } from "./rows/index.ts";
import { median } from "../../src-main/engine/bench/median.ts";
import { judge, summarizeRatios, type Pair } from "./statistics.ts";

/**
 * `npm run bench:compare [-- --pairs N --rows a,b --model GGUF --embedder GGUF --json]` measures
 * Hearth beside llama.cpp's own programs: the same libraries, model file and threads, in turns.
 */
const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "5" },
    rows: { type: "string" },
    model: { type: "string" },
    embedder: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** Everything but the result goes to the error stream. */
const log = (line: string): void => console.error(line);

const progress = (line: string): void => {
  if (!process.stderr.isTTY) return;
  const room = (process.stderr.columns ?? 80) - 1;
  process.stderr.write(`\r\u001b[2K${line.slice(0, room)}`);
};

/** The first interrupt ends it in good order after what is being measured; the second at once. */
const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(130);
    log("Stopping after this measurement.");
    interrupt.abort(new Error("Stopped."));
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function main(): Promise<number> {
  if (values.help) {
    log(
      "npm run bench:compare [-- --pairs N --rows KEY,KEY --model GGUF --embedder GGUF --json]\n",
    );
    for (const row of rows) log(`  ${row.key.padEnd(14)} ${row.name}`);
    return 0;
  }
  const report = await compare();
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report));
  const missed = report.rows.some((row) => row.verdict === "missed");
  return missed || report.failed.length > 0 ? 1 : 0;
}

async function compare(): Promise<ComparisonReport> {
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1)
    throw new Error("--pairs takes a whole number from 1.");
  const chosen = chooseRows(values.rows);
  const loadAverage = os.loadavg()[0] ?? 0;
  const tools = await ensureLlamaTools(log, progress);
  const models = await ensureTestModels(log);
  const chatModel = path.resolve(
    values.model ?? path.join(models, "SmolLM2-135M-Instruct.Q4_1.gguf"),
  );
  const embeddingModel = path.resolve(
    values.embedder ?? path.join(models, "all-MiniLM-L6-v2.Q8_0.gguf"),
  );
  await using engine = await BenchEngine.open([chatModel, embeddingModel]);
  const loaded = await engine.loadChatModel();
  const variants = new VariantLog();
  if (loaded.pid !== null) await variants.look("ours", loaded.pid);
  const bench: Bench = {
    ...{ tools, engine, chatModel, embeddingModel, variants, progress, pairs },
    threads: loaded.threads,
  };
  const results: RowResult[] = [];
  const failed: ComparisonReport["failed"] = [];
  for (const row of chosen) {
    try {
      const result = await measure(row, bench, results);
      results.push(result);
      log(`${row.key}: ${formatRatio(result.ratio)} ${result.verdict}`);
    } catch (error) {
      interrupt.signal.throwIfAborted();
      failed.push({ key: row.key, name: row.name, error: String(error) });
      log(`${row.key}: ${String(error)}`);
    }
  }
  return {
    machine: {
      cpu: os.cpus()[0]?.model ?? "unknown processor",
      threads: bench.threads,
      loadAverage,
    },
    bundle: tools.bundle,
    chatModel: path.basename(chatModel),
    embeddingModel: path.basename(embeddingModel),
    variants: { ours: [...variants.ours], theirs: [...variants.theirs] },
    rows: results,
    failed,
  };
}

/** Measures a row pair by pair; which side is first changes with each, so that drift hits both. */
async function measure(row: Row, bench: Bench, earlier: readonly RowResult[]): Promise<RowResult> {
  progress(`${row.name}: setting up`);
  // What earlier rows left in the cache must not be part of this one.
  await bench.engine.restartChatModel();
  await using open = await row.open(bench);
  const pairs: Pair[] = [];
  for (let n = 1; n <= bench.pairs; n++) {
    progress(`${row.name}: pair ${n} of ${bench.pairs}`);
    const theirsFirst = row.order === "theirs-first" || n % 2 === 1;
    const first = await (theirsFirst ? open.theirs() : open.ours());
    interrupt.signal.throwIfAborted();
    const second = await (theirsFirst ? open.ours() : open.theirs());
    interrupt.signal.throwIfAborted();
    pairs.push(theirsFirst ? { ours: second, theirs: first } : { ours: first, theirs: second });
  }
  progress("");
  const ratio = summarizeRatios(pairs);
  const { reach } = row;
  const other =
    reach.kind === "within" ? earlier.find(({ key }) => key === reach.of)?.ratio.median : undefined;
  return {
    ...{ key: row.key, name: row.name, unit: row.unit, reach, ratio, pairs },
    verdict: judge(reach, ratio, other),
    ours: median(pairs.map((pair) => pair.ours)),
    theirs: median(pairs.map((pair) => pair.theirs)),
    notes: open.notes?.() ?? "",
  };
}
