import type { ChatMessage } from "../llama/InferenceBackend.ts";

export interface FittedHistory {
  messages: ChatMessage[];
  promptTokens: number;
  /** Messages from the beginning of the conversation that had to be left out. */
  dropped: number;
}

/**
 * The newest part of a conversation that fits. The system prompt and the last message always stay;
 * whole turns are left out from the oldest on, because half a turn misleads a model. Nothing is
 * shortened: what is dropped is counted, so that the user can be told.
 *
 * @param budget tokens that the prompt may fill
 * @returns undefined if even the system prompt with the last message does not fit
 */
export async function fitHistory(
  system: string,
  history: readonly ChatMessage[],
  budget: number,
  count: (messages: ChatMessage[]) => Promise<number>,
): Promise<FittedHistory | undefined> {
  const head: ChatMessage[] = system === "" ? [] : [{ role: "system", content: system }];
  // A conversation starts with the user; these are the places where it may be cut.
  const starts = history.flatMap((message, at) => (message.role === "user" ? [at] : []));
  const at = async (start: number): Promise<FittedHistory> => {
    const messages = [...head, ...history.slice(start)];
    return { messages, promptTokens: await count(messages), dropped: start };
  };
  const first = starts[0];
  if (first === undefined) return undefined;
  const whole = await at(first);
  if (whole.promptTokens <= budget) return { ...whole, dropped: 0 };
  // Binary search for the earliest start that fits: counting a long chat is not free.
  let low = 1;
  let high = starts.length - 1;
  let best: FittedHistory | undefined;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const tried = await at(starts[middle]!);
    if (tried.promptTokens <= budget) {
      best = tried;
      high = middle - 1;
    } else {
      low = middle + 1;
    }
  }
  return best;
}
