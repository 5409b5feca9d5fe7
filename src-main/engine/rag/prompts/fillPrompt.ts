import type { ChatMessage } from "../../llama/InferenceBackend.ts";

export interface PromptPassage {
  document: string;
  page: number | null;
  text: string;
}

export interface FilledPrompt {
  messages: ChatMessage[];
  /** What stands for the passages. */
  evidence: string;
  system: string;
}

/**
 * The messages of a prompt. Passages come before the question: what small models read last they
 * follow best, and an unchanged beginning is not evaluated again.
 */
export function fillPrompt(
  prompt: { readonly system: string; readonly user: string },
  question: string,
  passages: readonly PromptPassage[],
): FilledPrompt {
  const evidence = passages.map(quotePassage).join("\n\n");
  // In one go: what is put in must not be searched for placeholders.
  const user = prompt.user.replaceAll(/\{\{(passages|question)\}\}/g, (_mark, name: string) =>
    name === "passages" ? evidence : question.trim(),
  );
  return {
    system: prompt.system,
    evidence,
    messages: [
      ...(prompt.system === "" ? [] : [{ role: "system" as const, content: prompt.system }]),
      { role: "user", content: user },
    ],
  };
}

/**
 * A passage as data: its place above it, and fences around its text that no text of a document can
 * close, so that it cannot pass for the frame around it.
 */
export function quotePassage({ document, page, text }: PromptPassage): string {
  const name = document.replaceAll(/[\s[\]"]+/g, " ").trim();
  const place = page === null ? name : `${name}, page ${page}`;
  return `[${place}]\n"""\n${text.trim().replaceAll(/"{3,}/g, "'''")}\n"""`;
}
