import { interleave } from "../rewriteQuery.ts";
import type { AnswerNode } from "../runNode.ts";
import type { FoundPassage } from "../types.ts";

const retrieveLimit = 24;

/**
 * Searches with the newest query. What was found before stays, and what is new stands between it, as
 * far up as the new query has it: only the first passages are weighed. Pinned ones are always first.
 */
export const retrieve: AnswerNode = async (run, { ask, queries, found }) => {
  const query = queries.at(-1) ?? ask.question;
  const passages = await run.tools.retriever.retrieve(query, {
    limit: retrieveLimit,
    signal: run.signal,
    ...(ask.documentIds ? { documentIds: ask.documentIds } : {}),
  });
  run.box.put(passages);
  const byQuery = queries.length - 1;
  const all: FoundPassage[] = [];
  const known = new Set(found.map(({ chunkId }) => chunkId));
  const remarks: string[] = [];
  if (found.length === 0 && ask.pinned.length > 0) {
    const ranked = new Map(passages.map((passage) => [passage.chunk.id, passage]));
    const pinned = await run.tools.retriever.byIds(ask.pinned);
    const gone = new Set(ask.pinned).size - new Set(pinned.map(({ chunk }) => chunk.id)).size;
    if (gone > 0) {
      remarks.push(
        gone === 1
          ? "A pinned passage is not in the library any more."
          : `${gone} pinned passages are not in the library any more.`,
      );
    }
    for (const passage of pinned) {
      if (known.has(passage.chunk.id)) continue;
      known.add(passage.chunk.id);
      const { chunk, score, explain } = ranked.get(passage.chunk.id) ?? passage;
      run.box.put([{ ...passage, score, explain }]);
      all.push({ chunkId: chunk.id, score, explain, byQuery });
    }
  }
  const fresh = passages
    .filter(({ chunk }) => !known.has(chunk.id))
    .map(({ chunk, score, explain }) => ({ chunkId: chunk.id, score, explain, byQuery }));
  return {
    found: [...all, ...interleave(found, fresh, ask.pinned.length)],
    remarks,
    step: { note: queries.length > 1 ? `${fresh.length} new with: ${query}` : "" },
  };
};
