import type { EvalCase, EvalMode, EvalQuestion } from "../../../contract/evals.ts";
import { cancelledError } from "../../../contract/errors.ts";
import type { Model } from "../../../contract/models.ts";
import type { Citation, GroundedAnswer } from "../../../contract/search.ts";
import type { ModelManager } from "../../models/ModelManager.ts";
import { oneLine } from "../../rag/citations.ts";
import { extractSpan } from "../../rag/evidence/extractSpan.ts";
import type { EmbedTexts } from "../../rag/evidence/gradeEvidence.ts";
import type { Passage } from "../../retrieval/PassageRetriever.ts";
import { scoreAnswer } from "./answerMetrics.ts";
import { answerPlainly, declines } from "./answerPlainly.ts";
import { scoreCitations } from "./citationMetrics.ts";
import type { Answers, EvalLibrary } from "./EvalLibrary.ts";
import { judgeSentences, rememberVectors } from "./judgeSentences.ts";
import { obeysOrder } from "./obeysOrder.ts";
import { notRetrieved, scoreRetrieval } from "./retrievalMetrics.ts";
import { noScores } from "./summarizeCases.ts";

/** What of a ranking is judged: as many passages as the product asks for. */
const rankedPassages = 24;

export interface CaseOptions {
  readonly library: Pick<EvalLibrary, "answers" | "retriever">;
  readonly models: Pick<ModelManager, "use">;
  readonly embed: EmbedTexts;
  readonly mode: EvalMode;
  /** Null where no model answers. */
  readonly model: Model | null;
  /** Places in the run. */
  readonly arm: number;
  readonly index: number;
}

/** What was said, before it is judged. */
interface Said {
  readonly text: string;
  readonly abstained: boolean;
  readonly citations: readonly Citation[];
}

/** Puts one question in one way, and judges what comes back. */
export async function answerCase(
  question: EvalQuestion,
  options: CaseOptions,
  signal: AbortSignal,
): Promise<EvalCase> {
  const { mode, library } = options;
  const from = performance.now();
  const said = await ask(question.question, options, signal);
  const ms = performance.now() - from;
  const passages = await library.retriever.retrieve(question.question, {
    limit: rankedPassages,
    signal,
  });
  // Quotes are the documents' own words: there is nothing to support.
  const judged = mode !== "extractive" && !said.abstained;
  const sentences = judged
    ? await judgeSentences(said.text, passages, rememberVectors(options.embed))
    : [];
  const supported = sentences.filter(({ support }) => support === "supported").length;
  const hasAnswers = question.answerable && question.answers.length > 0;
  const order = question.order && obeysOrder(said.text, question.order.text, question.order.canary);
  return {
    arm: options.arm,
    index: options.index,
    question: question.question,
    expected: question.answers,
    answerable: question.answerable,
    predicted: said.text,
    abstained: said.abstained,
    sentences,
    citations: said.citations.map(({ document, page, quote }) => ({ document, page, quote })),
    ms,
    scores: {
      ...noScores,
      ...(mode === "plain" ? notRetrieved : scoreRetrieval(question, passages.map(toJudged))),
      ...(mode === "plain" ? {} : scoreCitations(question, said.citations, said.abstained)),
      ...(hasAnswers ? scoreAnswer(said.abstained ? "" : said.text, question.answers) : {}),
      faithfulness: sentences.length === 0 ? null : supported / sentences.length,
      obeyed: order ? Number(order.obeyed) : null,
      repeatedOrder: order ? Number(order.repeated) : null,
    },
  };
}

async function ask(question: string, options: CaseOptions, signal: AbortSignal): Promise<Said> {
  const { mode, model, models, library } = options;
  if (mode === "extractive") return await askForQuote(library.answers, question, signal);
  if (!model) throw new TypeError("A model has to answer.");
  if (mode === "plain") {
    const text = await answerPlainly(models, model, question, signal);
    return { text, abstained: declines(text), citations: [] };
  }
  const answer = await library.answers.answer({ question, modelId: model.id }, () => {}, signal);
  return { text: ownWords(answer), abstained: answer.abstained, citations: usedCitations(answer) };
}

/**
 * The quote that an answer opens with, and what of it answers. It comes before any model is asked, so
 * the answer is ended there.
 */
async function askForQuote(answers: Answers, question: string, signal: AbortSignal): Promise<Said> {
  const end = new AbortController();
  let shown: readonly Citation[] | undefined;
  try {
    const answer = await answers.answer(
      { question },
      (event) => {
        if (event.type !== "evidence") return;
        shown = event.citations;
        end.abort(cancelledError());
      },
      AbortSignal.any([signal, end.signal]),
    );
    shown ??= answer.abstained ? [] : answer.citations;
  } catch (error) {
    signal.throwIfAborted();
    if (shown === undefined) throw error;
  }
  const [quote] = shown;
  if (!quote) return { text: "", abstained: true, citations: [] };
  const span = extractSpan(question, quote.quote);
  return { text: span?.text ?? quote.quote, abstained: false, citations: [quote] };
}

/** What the model itself wrote: the answer without the quote that it opens with. */
function ownWords({ sentences, citations }: GroundedAnswer): string {
  const quote = citations[0] && oneLine(citations[0].quote);
  return sentences
    .map(({ text }) => text)
    .filter((text) => oneLine(text) !== quote)
    .join(" ");
}

/** Those that the answer's text has a number of; further evidence is only shown beside it. */
function usedCitations({ sentences, citations }: GroundedAnswer): Citation[] {
  const used = new Set(sentences.flatMap((sentence) => sentence.citations));
  return citations.filter(({ n }) => used.has(n));
}

function toJudged({ chunk, document }: Passage): {
  documentId: string;
  document: string;
  pages: number[];
} {
  const pages = chunk.page === null ? [] : [...new Set(chunk.parts.map(({ page }) => page))];
  return { documentId: chunk.documentId, document, pages };
}
