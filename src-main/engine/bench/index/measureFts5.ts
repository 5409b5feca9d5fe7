import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { IndexBenchAnswer, IndexBenchTask } from "../../../contract/indexBench.ts";
import { ClusteredChunks } from "./clusteredChunks.ts";
import { timeQueries } from "./timeQueries.ts";

const rowsPerTransaction = 4_096;
const limit = 10;

/** The same texts and questions in SQLite's own full-text index, with the same stemming. */
export async function measureFts5(
  { dir, chunks, queries }: Extract<IndexBenchTask, { task: "fts5" }>,
  onProgress: (line: string) => void,
): Promise<IndexBenchAnswer<"fts5">> {
  const source = new ClusteredChunks(chunks);
  using database = new DatabaseSync(path.join(dir, "fts5.sqlite"));
  database.exec("CREATE VIRTUAL TABLE chunks USING fts5(text, tokenize = 'porter unicode61')");
  const insert = database.prepare("INSERT INTO chunks(rowid, text) VALUES (?, ?)");
  let addMs = 0;
  for (let from = 0; from < chunks; from += rowsPerTransaction) {
    const count = Math.min(rowsPerTransaction, chunks - from);
    const texts = Array.from({ length: count }, (_, at) => source.row(from + at).text);
    const begun = performance.now();
    database.exec("BEGIN");
    for (const [at, text] of texts.entries()) insert.run(from + at, text);
    database.exec("COMMIT");
    addMs += performance.now() - begun;
    onProgress(`SQLite FTS5: ${from + count} of ${chunks} chunks`);
  }
  const select = database.prepare(
    "SELECT rowid FROM chunks WHERE chunks MATCH ? ORDER BY rank LIMIT ?",
  );
  const { timings } = await timeQueries(queries, async (number) => {
    const words = source.query(number).text.split(" ");
    return select.all(words.map((word) => `"${word}"`).join(" OR "), limit);
  });
  return { addMs, timings };
}
