import type { EvalQuestion } from "../../../contract/evals.ts";
import { holdsAnswer } from "./answerMetrics.ts";

/** What of a citation can be judged. */
export interface JudgedCitation {
  /** Id of the document, and its file's name: a set knows one of them. */
  readonly documentId: string;
  readonly document: string;
  readonly page: number | null;
  readonly quote: string;
}

export interface CitationScores {
  readonly citationPrecision: number | null;
  readonly citationRecall: number | null;
  readonly pageCorrect: number | null;
  readonly goldInQuote: number | null;
}

const notJudged: CitationScores = {
  citationPrecision: null,
  citationRecall: null,
  pageCorrect: null,
  goldInQuote: null,
};

/**
 * How well the citations of one answer, in their order, lead to what is known to answer the question:
 * precision is the share of them that do, recall the share of right pages that any leads to. All are
 * null where no right place is known or nothing was answered: declining is counted elsewhere. An answer
 * without citations has a recall of 0 and no precision.
 */
export function scoreCitations(
  question: Pick<EvalQuestion, "goldDocument" | "goldPages" | "goldText" | "answers">,
  citations: readonly JudgedCitation[],
  abstained: boolean,
): CitationScores {
  if (question.goldDocument === null || abstained) return notJudged;
  const right = citations.filter((citation) => leadsToGold(question, citation));
  // Where no page is known, the document is the one right place.
  const places = new Set(right.map(({ page }) => (question.goldPages.length === 0 ? 0 : page)));
  const wanted = Math.max(1, new Set(question.goldPages).size);
  const [first] = citations;
  const words = question.goldText === null ? question.answers : [question.goldText];
  const held = right.some(({ quote }) => words.some((text) => holdsAnswer(quote, text)));
  return {
    citationPrecision: citations.length === 0 ? null : right.length / citations.length,
    citationRecall: places.size / wanted,
    pageCorrect: first && leadsToGold(question, first) ? 1 : 0,
    goldInQuote: words.length === 0 ? null : held ? 1 : 0,
  };
}

function leadsToGold(
  { goldDocument, goldPages }: Pick<EvalQuestion, "goldDocument" | "goldPages">,
  { documentId, document, page }: JudgedCitation,
): boolean {
  if (goldDocument !== documentId && goldDocument !== document) return false;
  return goldPages.length === 0 || (page !== null && goldPages.includes(page));
}
