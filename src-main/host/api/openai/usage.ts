import type { GenerationStats } from "../../../contract/chat.ts";

export type Stats = Pick<GenerationStats, "promptTokens" | "reusedTokens" | "tokens">;

/** Several answers to one prompt: the prompt counts once. */
export function addUsage(all: readonly Stats[]): Stats {
  return {
    promptTokens: all[0]?.promptTokens ?? 0,
    reusedTokens: all[0]?.reusedTokens ?? 0,
    tokens: all.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}

export function toUsage({ promptTokens, reusedTokens, tokens }: Stats): unknown {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: tokens,
    total_tokens: promptTokens + tokens,
    prompt_tokens_details: { cached_tokens: reusedTokens },
  };
}
