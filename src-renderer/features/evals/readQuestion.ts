import type { EvalQuestion } from "../../../src-main/contract/evals.ts";

/** Stands for no document; ids are never so short. */
export const anyDocument = "-";

/** What stands in the fields. */
export interface TypedQuestion {
  readonly question: string;
  /** Several right ones are parted by a bar. */
  readonly answers: string;
  readonly documentId: string;
  readonly page: string;
  readonly answerable: boolean;
}

/**
 * The question that the fields make; null while something is missing, and "page" where that is no page.
 * An answerable question needs an answer or the document that gives it: else nothing could be counted.
 */
export function readQuestion(typed: TypedQuestion): EvalQuestion | "page" | null {
  const question = typed.question.trim();
  if (question === "") return null;
  const nowhere = { goldDocument: null, goldPages: [], goldText: null, order: null };
  if (!typed.answerable) return { ...nowhere, question, answers: [], answerable: false };
  const answers = typed.answers
    .split("|")
    .map((answer) => answer.trim())
    .filter((answer) => answer !== "");
  const page = typed.page.trim();
  if (page !== "" && !/^[1-9]\d{0,5}$/u.test(page)) return "page";
  const document = typed.documentId === anyDocument ? null : typed.documentId;
  if (answers.length === 0 && document === null) return null;
  return {
    ...nowhere,
    question,
    answers: answers.slice(0, 20),
    goldDocument: document,
    goldPages: page === "" || document === null ? [] : [Number(page)],
    answerable: true,
  };
}
