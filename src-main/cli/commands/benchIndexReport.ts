import type { IndexBenchAnswer, Timings } from "../../contract/indexBench.ts";
import { formatBytes, formatMs, formatTable } from "../format.ts";

/** One kind of search. */
export interface Measured extends Timings {
  /** Share of the ten best by comparing every vector that it finds too. */
  recallAt10?: number;
}

/** Another program on the same chunks and questions. */
export interface PeerMeasured extends Measured {
  addMs: number;
  rssMb?: number;
}

export interface IndexReport {
  chunks: number;
  flat: Measured;
  vector: Measured;
  keyword: Measured;
  hybrid: Measured;
  ingestMs: number;
  indexMs: number;
  openMs: number;
  diskMb: number;
  /** Of a process that has only opened the index and searched, by words and vectors. */
  rssMb: number;
  /** Hybrid search before and after 20 additions, of so many rows together, that nothing has tidied. */
  appends: IndexBenchAnswer<"append"> & { ratio: number };
  tuning: IndexBenchAnswer<"build">["tuning"];
  peers?: { chroma: PeerMeasured; faiss: PeerMeasured; fts5: PeerMeasured };
  missed: string[];
}

/** From so many chunks on, what is to be reached is told in relation to comparing every vector. */
const manyChunks = 500_000;
/** Recall counts as equal when it is no more than this below. */
const equalRecall = 0.005;

/** What of the goals was not reached, in words. */
export function missedGoals(report: Omit<IndexReport, "missed">): string[] {
  const { flat, vector, keyword, hybrid, appends, peers } = report;
  const isMany = report.chunks >= manyChunks;
  const leastRecall = isMany ? 0.95 : 0.99;
  const goals: [reached: boolean, miss: string][] = [
    [
      recallOf(vector) >= leastRecall,
      `vector search finds less than ${leastRecall} of the ten best`,
    ],
    [
      recallOf(hybrid) >= leastRecall,
      `hybrid search finds less than ${leastRecall} of the ten best`,
    ],
    [
      appends.ratio <= 1.3,
      "20 additions that were not tidied make the p95 more than 1.3 times as long",
    ],
  ];
  if (isMany) {
    goals.push([
      vector.p50Ms <= 0.06 * flat.p50Ms,
      "vector search takes more than 0.06 of comparing every vector",
    ]);
  } else {
    goals.push(
      [hybrid.p50Ms <= 15, "hybrid search takes more than 15 ms"],
      [hybrid.firstMs <= 100, "the first query takes more than 100 ms"],
      [report.rssMb <= 250, "a process that only searches takes more than 250 MB"],
    );
  }
  if (peers) {
    const { chroma, fts5 } = peers;
    goals.push(
      [
        report.ingestMs + report.indexMs <= 0.1 * chroma.addMs,
        "adding takes more than 0.1 of chromadb's time",
      ],
      [vector.p50Ms <= 3 * chroma.p50Ms, "vector search takes more than 3 times chromadb's time"],
      [recallOf(vector) >= recallOf(chroma) - equalRecall, "chromadb finds more of the ten best"],
      [report.rssMb < (chroma.rssMb ?? Infinity), "chromadb takes less memory"],
      [keyword.p50Ms <= 2 * fts5.p50Ms, "keyword search takes more than 2 times FTS5's time"],
    );
  }
  return goals.flatMap(([reached, miss]) => (reached ? [] : [miss]));
}

/** Share of what is wanted that was found, over all queries. */
export function recallAt10(
  wanted: readonly (readonly string[])[],
  found: readonly (readonly string[])[],
): number {
  let right = 0;
  let all = 0;
  for (const [query, ids] of wanted.entries()) {
    const hits = new Set(found[query]);
    right += ids.filter((id) => hits.has(id)).length;
    all += ids.length;
  }
  return all === 0 ? 0 : right / all;
}

export function formatIndexReport(report: IndexReport): string {
  const { flat, vector, keyword, hybrid, appends, tuning, peers } = report;
  const searches: [string, Measured][] = [
    ["every vector compared", flat],
    ["vector", vector],
    ["keyword", keyword],
    ["hybrid", hybrid],
  ];
  if (peers) {
    searches.push(
      ["chromadb", peers.chroma],
      ["faiss, inverted lists", peers.faiss],
      ["SQLite FTS5", peers.fts5],
    );
  }
  const rows = searches.map(([name, { p50Ms, p95Ms, firstMs, recallAt10: recall }]) => [
    name,
    p50Ms.toFixed(1),
    p95Ms.toFixed(1),
    firstMs.toFixed(1),
    recall === undefined ? "" : recall.toFixed(3),
  ]);
  const facts = [
    ["chunks", String(report.chunks)],
    ["adding", formatMs(report.ingestMs)],
    ["index over the vectors", formatMs(report.indexMs)],
    ["opening", formatMs(report.openMs)],
    ["on disk", formatBytes(report.diskMb * 1e6)],
    ["memory while searching", formatBytes(report.rssMb * 1e6)],
    ["after 20 additions", `${appends.ratio.toFixed(2)} times the p95`],
    [
      "chosen",
      tuning
        ? `${tuning.bits} bits, ${tuning.nprobes} partitions, ${tuning.candidates} candidates`
        : "every vector compared",
    ],
    ...(peers
      ? [
          [
            "chromadb",
            `adding ${formatMs(peers.chroma.addMs)}, ${formatBytes((peers.chroma.rssMb ?? 0) * 1e6)}`,
          ],
          [
            "faiss",
            `adding ${formatMs(peers.faiss.addMs)}, ${formatBytes((peers.faiss.rssMb ?? 0) * 1e6)}`,
          ],
          ["SQLite FTS5", `adding ${formatMs(peers.fts5.addMs)}`],
        ]
      : []),
  ];
  return [
    formatTable([["", "p50 ms", "p95 ms", "first ms", "recall@10"], ...rows]),
    formatTable(facts),
    ...report.missed.map((line) => `Missed: ${line}\n`),
  ].join("");
}

function recallOf({ recallAt10: recall = 0 }: Measured): number {
  return recall;
}
