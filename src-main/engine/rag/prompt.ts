import type { ChatMessage } from "../llama/InferenceBackend.ts";

export interface PromptPassage {
  document: string;
  page: number | null;
  text: string;
}

const instructions =
  "Answer the question in one to three short sentences, using only the passages below. " +
  "Do not add anything that the passages do not say.";

/**
 * The messages of a grounded answer. Passages come before the question: what small models read last
 * they follow best, and an unchanged beginning is not evaluated again.
 */
export function buildPrompt(
  question: string,
  passages: readonly PromptPassage[],
): { messages: ChatMessage[]; evidence: string; system: string } {
  const evidence = passages
    .map(({ document, page, text }) => {
      const place = page === null ? document : `${document}, page ${page}`;
      return `[${place}]\n${text.trim()}`;
    })
    .join("\n\n");
  return {
    system: instructions,
    evidence,
    messages: [
      { role: "system", content: instructions },
      { role: "user", content: `Passages:\n\n${evidence}\n\nQuestion: ${question.trim()}` },
    ],
  };
}
