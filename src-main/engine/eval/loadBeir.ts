import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { HearthError, cancelledError } from "../../contract/errors.ts";
import { countRelevant, type Judgements } from "./metrics.ts";

export interface BeirDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface BeirQuery {
  readonly id: string;
  readonly text: string;
  /** As they stand in a document, where the collection tells them; else empty. */
  readonly answers: readonly string[];
}

/** A collection with questions and judgements. */
export interface BeirDataset {
  readonly name: string;
  readonly documents: readonly BeirDocument[];
  /** Only those for which at least one relevant document is known. */
  readonly queries: readonly BeirQuery[];
  /** By query id. */
  readonly judgements: ReadonlyMap<string, Judgements>;
}

const id = z.union([z.string().min(1), z.number()]).transform(String);
const documentLine = z
  .object({ _id: id, title: z.string().nullish(), text: z.string().nullish() })
  .transform(({ _id: documentId, title, text }) => ({
    id: documentId,
    title: title ?? "",
    text: text ?? "",
  }));
const queryLine = z
  .object({ _id: id, text: z.string(), answers: z.array(z.string()).nullish() })
  .transform(({ _id: queryId, text, answers }) => ({ id: queryId, text, answers: answers ?? [] }));

/**
 * Reads a folder in BEIR's layout: `corpus.jsonl`, `queries.jsonl`, and `qrels.tsv` or
 * `qrels/test.tsv`. Judgements may have a header or none, and three columns (query, document, grade)
 * or trec_eval's four (query, iteration, document, grade).
 *
 * @throws HearthError `not-found` for a missing file, `bad-input` for a line that cannot be read or a
 *   collection with nothing to measure.
 */
export async function loadBeir(
  dataDir: string,
  options: { signal?: AbortSignal } = {},
): Promise<BeirDataset> {
  const dir = resolve(dataDir);
  const documents = await readLines(join(dir, "corpus.jsonl"), documentLine, options.signal);
  const queries = await readLines(join(dir, "queries.jsonl"), queryLine, options.signal);
  const judgements = await readJudgements(dir);
  const dataset: BeirDataset = {
    name: basename(dir),
    documents,
    queries: queries.filter((query) => countRelevant(judgements.get(query.id) ?? new Map()) > 0),
    judgements,
  };
  if (dataset.documents.length === 0 || dataset.queries.length === 0) {
    throw new HearthError({
      code: "bad-input",
      title: "There is nothing to measure in this folder.",
      cause:
        dataset.documents.length === 0
          ? "corpus.jsonl has no documents."
          : "No query has a relevant document in the judgements.",
      suggestion:
        "Choose a folder with corpus.jsonl, queries.jsonl and qrels.tsv that fit together.",
    });
  }
  return dataset;
}

async function readLines<T>(
  path: string,
  schema: z.ZodType<T>,
  signal: AbortSignal | undefined,
): Promise<T[]> {
  await requireFile(path);
  const rows: T[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path, "utf8") })) {
    if (signal?.aborted === true) throw cancelledError();
    number += 1;
    if (line.trim() !== "") rows.push(parseLine(line, schema, path, number));
  }
  return rows;
}

function parseLine<T>(line: string, schema: z.ZodType<T>, path: string, number: number): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw badLine(path, number, error);
  }
}

async function readJudgements(dir: string): Promise<Map<string, Map<string, number>>> {
  const flat = join(dir, "qrels.tsv");
  const path = (await isFile(flat)) ? flat : join(dir, "qrels", "test.tsv");
  await requireFile(path);
  const judgements = new Map<string, Map<string, number>>();
  const lines = (await readFile(path, "utf8")).split(/\r?\n/);
  lines.forEach((line, at) => {
    if (line.trim() === "") return;
    const columns = line.split(/\t| +/);
    const grade = Number(columns.at(-1));
    const queryId = columns[0];
    const documentId = columns.at(-2);
    if (columns.length < 3 || columns.length > 4 || !queryId || !documentId) {
      throw badLine(path, at + 1, new Error("It needs three or four columns."));
    }
    if (!Number.isFinite(grade)) {
      // Only the first line may be a header.
      if (at === 0) return;
      throw badLine(path, at + 1, new Error(`"${columns.at(-1)}" is no grade.`));
    }
    const ofQuery = judgements.get(queryId) ?? new Map<string, number>();
    ofQuery.set(documentId, grade);
    judgements.set(queryId, ofQuery);
  });
  return judgements;
}

function badLine(path: string, number: number, error: unknown): HearthError {
  const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  return new HearthError(
    {
      code: "bad-input",
      title: "A line of the test collection cannot be read.",
      cause: `Line ${number} of ${basename(path)}: ${why}`,
      suggestion: "Correct the line and try again.",
    },
    { cause: error },
  );
}

async function requireFile(path: string): Promise<void> {
  if (await isFile(path)) return;
  throw new HearthError({
    code: "not-found",
    title: "A file of the test collection is missing.",
    cause: `There is no ${basename(path)} in that folder.`,
    suggestion: "Choose a folder with corpus.jsonl, queries.jsonl and qrels.tsv.",
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}
