import fs from "node:fs/promises";
import path from "node:path";
import {
  benchDimensions,
  type IndexBenchAnswer,
  type IndexBenchTask,
} from "../../../contract/indexBench.ts";
import { VectorIndex } from "../../index/VectorIndex.ts";
import { HybridRetriever } from "../../retrieval/HybridRetriever.ts";
import { ClusteredChunks } from "./clusteredChunks.ts";
import { exportChunks } from "./exportChunks.ts";
import { measureFts5 } from "./measureFts5.ts";
import { percentile, timeQueries } from "./timeQueries.ts";

type Task<T extends IndexBenchTask["task"]> = Extract<IndexBenchTask, { task: T }>;
type OnProgress = (line: string) => void;

const rowsPerAdd = 4_096;
/** What a document of a few pages adds. */
const rowsPerAppend = 10;
const appends = 20;
const appendRounds = 3;
const limit = 10;

/** @returns the answer that belongs to the task, by `indexBenchAnswers` */
export async function runIndexTask(task: IndexBenchTask, onProgress: OnProgress): Promise<unknown> {
  switch (task.task) {
    case "build":
      return await build(task, onProgress);
    case "exact":
      return await searchExactly(task, onProgress);
    case "search":
      return await search(task);
    case "append":
      return await append(task);
    case "fts5":
      return await measureFts5(task, onProgress);
    case "export":
      return await exportChunks(task, onProgress);
  }
}

async function build(
  { dir, chunks }: Task<"build">,
  onProgress: OnProgress,
): Promise<IndexBenchAnswer<"build">> {
  const source = new ClusteredChunks(chunks);
  await using index = await openIndex(dir);
  let ingestMs = 0;
  for (let from = 0; from < chunks; from += rowsPerAdd) {
    const count = Math.min(rowsPerAdd, chunks - from);
    const rows = Array.from({ length: count }, (_, at) => source.row(from + at));
    // Making them up is no part of it.
    ingestMs += await timed(() => index.add(rows));
    onProgress(`${from + count} of ${chunks} chunks`);
  }
  onProgress("Bringing the words up to date");
  ingestMs += await timed(() => index.optimize({ force: true }));
  onProgress("Building the index over the vectors");
  const indexMs = await timed(() => index.refresh());
  return { ingestMs, indexMs, diskBytes: await sizeOf(dir), tuning: index.tuning ?? null };
}

async function searchExactly(
  { dir, chunks, queries }: Task<"exact">,
  onProgress: OnProgress,
): Promise<IndexBenchAnswer<"exact">> {
  const source = new ClusteredChunks(chunks);
  await using index = await openIndex(dir);
  const { timings, results } = await timeQueries(queries, (number) => {
    onProgress(`Comparing every vector: ${number + 1} of ${queries}`);
    return index.vectorSearch(source.query(number).vector, { limit, exact: true });
  });
  const retriever = retrieverOver(source, {
    keywordSearch: (query, options) => index.keywordSearch(query, options),
    vectorSearch: (vector, options) => index.vectorSearch(vector, { ...options, exact: true }),
  });
  const hybrid: string[][] = [];
  for (let number = 0; number < queries; number += 1) {
    onProgress(`Both ways, exactly: ${number + 1} of ${queries}`);
    hybrid.push(idsOf(await retriever.retrieve(String(number), { limit })));
  }
  return { timings, vector: results.map(idsOf), hybrid };
}

async function search({
  dir,
  chunks,
  queries,
  mode,
}: Task<"search">): Promise<IndexBenchAnswer<"search">> {
  const source = new ClusteredChunks(chunks);
  const begun = performance.now();
  await using index = await openIndex(dir);
  const openMs = performance.now() - begun;
  const { timings, results } = await timeQueries(queries, searcher(source, index, mode));
  return { openMs, timings, rssBytes: process.memoryUsage.rss(), found: results.map(idsOf) };
}

/** Before and after additions that nothing has tidied. */
async function append({
  dir,
  chunks,
  queries,
}: Task<"append">): Promise<IndexBenchAnswer<"append">> {
  const source = new ClusteredChunks(chunks);
  await using index = await openIndex(dir);
  const ask = searcher(source, index, "hybrid");
  const measure = async (): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < appendRounds; round += 1) {
      times.push(...(await timeQueries(queries, ask)).times);
    }
    return percentile(times, 0.95);
  };
  const beforeP95Ms = await measure();
  for (let round = 0; round < appends; round += 1) {
    const first = chunks + round * rowsPerAppend;
    await index.add(Array.from({ length: rowsPerAppend }, (_, at) => source.row(first + at)));
  }
  return { rows: appends * rowsPerAppend, beforeP95Ms, afterP95Ms: await measure() };
}

function searcher(
  source: ClusteredChunks,
  index: VectorIndex,
  mode: "vector" | "keyword" | "hybrid",
): (number: number) => Promise<readonly { chunkId: string }[]> {
  if (mode === "vector") {
    return (number) => index.vectorSearch(source.query(number).vector, { limit });
  }
  if (mode === "keyword") {
    return (number) => index.keywordSearch(source.query(number).text, { limit });
  }
  const retriever = retrieverOver(source, index);
  return (number) => retriever.retrieve(String(number), { limit });
}

/** The product's retriever. Its questions are numbers of queries, so that none is made up twice. */
function retrieverOver(
  source: ClusteredChunks,
  index: Pick<VectorIndex, "keywordSearch" | "vectorSearch">,
): HybridRetriever<{ chunkId: IndexHitId }> {
  return new HybridRetriever({
    index: {
      keywordSearch: (number, options) =>
        index.keywordSearch(source.query(Number(number)).text, options),
      vectorSearch: (vector, options) => index.vectorSearch(vector, options),
    },
    embed: async (numbers) => numbers.map((number) => source.query(Number(number)).vector),
    resolve: async (chunkIds) => chunkIds.map((chunkId) => ({ chunkId })),
  });
}

type IndexHitId = Awaited<ReturnType<VectorIndex["vectorSearch"]>>[number]["chunkId"];

function openIndex(dir: string): Promise<VectorIndex> {
  const fingerprint = {
    model: "generated",
    quantization: "",
    chunkerVersion: "",
    prefix: "",
    dimensions: benchDimensions,
  };
  return VectorIndex.open({ dir, fingerprint });
}

function idsOf(hits: readonly { chunkId: string }[]): string[] {
  return hits.map(({ chunkId }) => chunkId);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function sizeOf(dir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await fs.readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await fs.stat(path.join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
