import type { Receipt } from "../../../../src-main/contract/search.ts";

export type PromptPart = "system" | "history" | "evidence" | "question" | "template";

export interface TokenPart<P extends string> {
  readonly part: P;
  readonly tokens: number;
}

/**
 * The prompt in its parts, which add up to it; the answer; and what of the context was left, where
 * the size of the context is known.
 */
export function tokenParts({ tokens, promptTokens, answerTokens, budget }: Receipt): {
  readonly prompt: readonly TokenPart<PromptPart>[];
  readonly answer: TokenPart<"answer">;
  readonly free: TokenPart<"free"> | null;
} {
  const { system, history, evidence, question } = tokens;
  // What the model's template puts around the parts is the rest of the prompt.
  const template = Math.max(0, promptTokens - system - history - evidence - question);
  const free = budget ? budget.contextTokens - promptTokens - answerTokens : null;
  return {
    prompt: [
      { part: "system", tokens: system },
      { part: "history", tokens: history },
      { part: "evidence", tokens: evidence },
      { part: "question", tokens: question },
      { part: "template", tokens: template },
    ],
    answer: { part: "answer", tokens: answerTokens },
    free: free === null ? null : { part: "free", tokens: Math.max(0, free) },
  };
}

export interface StepLine {
  readonly name: string;
  readonly ms: number;
  readonly tokens: number;
  /** How often it ran. */
  readonly times: number;
  readonly notes: readonly string[];
}

/** The steps by their names, in the order in which they first ran: some run several times. */
export function stepLines(steps: Receipt["steps"]): StepLine[] {
  const lines = new Map<string, StepLine>();
  for (const { name, ms, note, tokens } of steps) {
    const line = lines.get(name) ?? { name, ms: 0, tokens: 0, times: 0, notes: [] };
    lines.set(name, {
      name,
      ms: line.ms + ms,
      tokens: line.tokens + tokens,
      times: line.times + 1,
      notes: note === "" ? line.notes : [...line.notes, note],
    });
  }
  return [...lines.values()];
}

type Passage = Receipt["passages"][number];
export type ListName = Passage["contributions"][number]["list"];

/** The ways of searching that gave a passage something, in a steady order. */
export function listsOf(passages: readonly Passage[]): ListName[] {
  const order: readonly ListName[] = ["keyword", "vector", "neighbours"];
  const seen = new Set(
    passages.flatMap(({ contributions }) => contributions.map(({ list }) => list)),
  );
  return [
    ...order.filter((list) => seen.has(list)),
    ...[...seen].filter((list) => !order.includes(list)),
  ];
}
