import { rewriteQuery } from "../rewriteQuery.ts";
import type { AnswerNode } from "../runNode.ts";

/** The next query, made in code. */
export const rewrite: AnswerNode = async (run, { standalone, found, queries }) => {
  const passages = await run.box.load(found);
  const query = rewriteQuery(
    standalone,
    passages.map(({ chunk }) => chunk.text),
    queries,
  );
  if (query === null) return { step: { note: "no other query to try" } };
  return { queries: [query], step: { note: query } };
};
