import type { CaseScores, EvalQuestion } from "../../../contract/evals.ts";
import { ndcgAt, recallAt, reciprocalRankAt } from "../metrics.ts";

/** A retrieved passage, as far as it is judged. */
export interface JudgedPassage {
  readonly documentId: string;
  readonly document: string;
  /** Pages that it stands on; empty where the document has none. */
  readonly pages: readonly number[];
}

export type RetrievalScores = Pick<
  CaseScores,
  "recallAt1" | "recallAt5" | "recallAt10" | "mrrAt10" | "ndcgAt10"
>;

export const notRetrieved: RetrievalScores = {
  recallAt1: null,
  recallAt5: null,
  recallAt10: null,
  mrrAt10: null,
  ndcgAt10: null,
};

/**
 * How well the passages, best first, lead to what is known to answer the question. What is ranked are
 * pages, or documents where no page is known, each at the place of its best passage; a passage that
 * runs over several pages stands for a right one among them.
 */
export function scoreRetrieval(
  question: Pick<EvalQuestion, "goldDocument" | "goldPages">,
  passages: readonly JudgedPassage[],
): RetrievalScores {
  const { goldDocument, goldPages } = question;
  if (goldDocument === null) return notRetrieved;
  const place = (document: string, page: number | undefined): string =>
    goldPages.length === 0 || page === undefined ? document : `${document}\n${page}`;
  const right = goldPages.length === 0 ? [undefined] : goldPages;
  const judgements = new Map(right.map((page) => [place(goldDocument, page), 1]));
  const ranking = passages.flatMap(({ documentId, document, pages }) => {
    // The gold names a document by its id or by its file's name; here all are named in the same way.
    const isGold = goldDocument === documentId || goldDocument === document;
    const name = isGold ? goldDocument : documentId;
    const gold = isGold ? pages.filter((page) => goldPages.includes(page)) : [];
    const named = gold.length > 0 ? gold : pages.slice(0, 1);
    return named.length === 0 ? [place(name, undefined)] : named.map((page) => place(name, page));
  });
  const ranked = [...new Set(ranking)];
  return {
    recallAt1: recallAt(ranked, judgements, 1),
    recallAt5: recallAt(ranked, judgements, 5),
    recallAt10: recallAt(ranked, judgements, 10),
    mrrAt10: reciprocalRankAt(ranked, judgements, 10),
    ndcgAt10: ndcgAt(ranked, judgements, 10),
  };
}
