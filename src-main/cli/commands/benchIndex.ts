import { spawn } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { cancelledError, HearthError } from "../../contract/errors.ts";
import {
  indexBenchAnswers,
  indexBenchMessageSchema,
  type IndexBenchAnswer,
  type IndexBenchTask,
} from "../../contract/indexBench.ts";
import { entryPath, nodeBinary } from "../../paths/entries.ts";
import { childEnvironment } from "../../supervisor/childEnvironment.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { exitCodes } from "../exitCodes.ts";
import { measurePeers, preparePeers } from "./benchIndexPeers.ts";
import {
  formatIndexReport,
  missedGoals,
  recallAt10,
  type IndexReport,
  type PeerMeasured,
} from "./benchIndexReport.ts";

const queries = 200;
/** Comparing every vector of a large table takes long; so many say enough. */
const queriesOfMany = 48;
const manyChunks = 500_000;

export const benchIndex = defineCommand({
  name: "bench index",
  usage: "[--chunks N] [--compare]",
  summary: "Measures the search index on generated chunks and questions",
  options: {
    chunks: {
      kind: "number",
      integer: true,
      min: 1_000,
      max: 5_000_000,
      default: 100_000,
      value: "N",
      help: "chunks to search in",
    },
    compare: {
      kind: "flag",
      help: "measure chromadb, faiss and SQLite FTS5 too; fetches the first two once, by pip",
    },
  },
  run: async ({ chunks, compare }, _positionals, context) => {
    const python = compare ? await preparePeers(context) : undefined;
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-bench-"));
    try {
      const report = await measure(folder, chunks, python, context);
      return {
        json: report,
        text: formatIndexReport(report),
        exitCode: report.missed.length === 0 ? exitCodes.ok : exitCodes.failed,
      };
    } finally {
      await fs.rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    }
  },
});

async function measure(
  folder: string,
  chunks: number,
  python: string | undefined,
  context: CommandContext,
): Promise<IndexReport> {
  const asked = chunks < manyChunks ? queries : queriesOfMany;
  const table = { dir: path.join(folder, "index"), chunks, queries: asked };
  const built = await runTask({ task: "build", ...table }, context);
  const exact = await runTask({ task: "exact", ...table }, context);
  context.terminal.progress("Searching");
  const vector = await runTask({ task: "search", mode: "vector", ...table }, context);
  const keyword = await runTask({ task: "search", mode: "keyword", ...table }, context);
  const hybrid = await runTask({ task: "search", mode: "hybrid", ...table }, context);
  context.terminal.progress("Searching after additions");
  const appended = await runTask({ task: "append", ...table }, context);
  const peers = python
    ? await besideOthers({ folder, chunks, queries: asked, python, wanted: exact.vector }, context)
    : undefined;
  const report = {
    chunks,
    flat: exact.timings,
    vector: { ...vector.timings, recallAt10: recallAt10(exact.vector, vector.found) },
    keyword: keyword.timings,
    hybrid: { ...hybrid.timings, recallAt10: recallAt10(exact.hybrid, hybrid.found) },
    ingestMs: built.ingestMs,
    indexMs: built.indexMs,
    openMs: hybrid.openMs,
    diskMb: built.diskBytes / 1e6,
    rssMb: hybrid.rssBytes / 1e6,
    appends: { ...appended, ratio: appended.afterP95Ms / appended.beforeP95Ms },
    tuning: built.tuning,
    ...(peers ? { peers } : {}),
  };
  return { ...report, missed: missedGoals(report) };
}

async function besideOthers(
  options: {
    folder: string;
    chunks: number;
    queries: number;
    python: string;
    wanted: readonly (readonly string[])[];
  },
  context: CommandContext,
): Promise<{ chroma: PeerMeasured; faiss: PeerMeasured; fts5: PeerMeasured }> {
  const { folder, wanted, ...rest } = options;
  const dir = path.join(folder, "others");
  await fs.mkdir(dir);
  const size = { dir, chunks: rest.chunks, queries: rest.queries };
  const fts5 = await runTask({ task: "fts5", ...size }, context);
  await runTask({ task: "export", ...size }, context);
  const others = await measurePeers({ dir, ...rest }, context);
  const toMeasured = ({ found, rssBytes, ...times }: (typeof others)["chroma"]): PeerMeasured => ({
    ...times,
    recallAt10: recallAt10(wanted, found),
    rssMb: rssBytes / 1e6,
  });
  return {
    chroma: toMeasured(others.chroma),
    faiss: toMeasured(others.faiss),
    fts5: { ...fts5.timings, addMs: fts5.addMs },
  };
}

/** Runs one task in a process of its own, so that none finds in memory what another one read. */
async function runTask<T extends IndexBenchTask["task"]>(
  task: Extract<IndexBenchTask, { task: T }>,
  { signal, terminal }: CommandContext,
): Promise<IndexBenchAnswer<T>> {
  if (signal.aborted) throw cancelledError();
  const child = spawn(nodeBinary(), [entryPath("indexBench"), JSON.stringify(task)], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    windowsHide: true,
    env: childEnvironment(process.env, { ELECTRON_RUN_AS_NODE: "1" }),
  });
  const end = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", end, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      child.on("message", (data) => {
        const message = indexBenchMessageSchema.parse(data);
        if (message.type === "progress") terminal.progress(message.line);
        else if (message.type === "failed") reject(failed(message.title, message.cause));
        // Which schema belongs to the task, the table says; the compiler cannot follow that.
        else resolve(indexBenchAnswers[task.task].parse(message.answer) as IndexBenchAnswer<T>);
      });
      child.on("error", reject);
      child.on("close", (code, by) => {
        reject(signal.aborted ? cancelledError() : failed("It ended.", `${by ?? code}`));
      });
    });
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

function failed(title: string, cause: string | undefined): HearthError {
  return new HearthError({
    code: "internal",
    title: "The index could not be measured.",
    cause: cause === undefined ? title : `${title} ${cause}`,
    suggestion: "Look whether memory and disk have room for so many chunks, or measure fewer.",
  });
}
