import { createHash } from "node:crypto";
import type { EvalQuestion, EvalSet } from "../../../../contract/evals.ts";
import { HearthError } from "../../../../contract/errors.ts";
import type { BuiltSet } from "./BuiltSet.ts";
import { injections } from "./injections.ts";
import { inventedFacts } from "./inventedFacts.ts";
import { xquadSet } from "./xquadSet.ts";

export interface SetRequest {
  readonly setId: string;
  readonly dataDir: string | null;
  readonly seed: number;
}

/**
 * The set that is meant: one of those that come with Hearth, a collection in a folder, or one of the
 * user's own.
 *
 * @throws HearthError `bad-input` for a collection without its folder, `not-found`
 */
export async function buildSet(
  { setId, dataDir, seed }: SetRequest,
  own: readonly EvalSet[],
  signal: AbortSignal,
): Promise<BuiltSet> {
  if (setId === "invented") return inventedFacts(seed);
  if (setId === "injections") return injections(seed);
  if (setId === "xquad") {
    if (dataDir === null) throw folderMissing();
    return await xquadSet(dataDir, signal);
  }
  const set = own.find(({ id }) => id === setId);
  if (!set) throw setMissing(setId);
  return { id: set.id, name: set.name, kind: "own", questions: set.questions, files: [] };
}

/** Tells whether questions are still the same. */
export function hashQuestions(questions: readonly EvalQuestion[]): string {
  return createHash("sha256").update(JSON.stringify(questions)).digest("hex").slice(0, 24);
}

function folderMissing(): HearthError {
  return new HearthError({
    code: "bad-input",
    title: "XQuAD needs its folder.",
    cause: "The collection does not come with Hearth.",
    suggestion: "Name a folder with corpus.jsonl, queries.jsonl and qrels.tsv.",
  });
}

export function setMissing(setId: string): HearthError {
  return new HearthError({
    code: "not-found",
    title: "There is no such set of questions.",
    cause: `None is called “${setId}”.`,
    suggestion: "Choose invented, xquad, injections, or a set of your own.",
  });
}
