import { cancelledError, HearthError } from "../../contract/errors.ts";
import type { GenerateEvent, GeneratePrompt, InferenceBackend } from "../llama/InferenceBackend.ts";
import { storyOf, textOf, wordsOf } from "./benchPrompts.ts";

export interface MeasureOptions {
  readonly backend: InferenceBackend;
  /** Numbers the repetition: each has texts of its own. */
  readonly seed: number;
  readonly tokens: number;
  readonly signal: AbortSignal;
  /** Tokens that were read or written since the last call. */
  readonly onTokens: (tokens: number) => void;
}

type EndEvent = Extract<GenerateEvent, { type: "end" }>;

interface Followed {
  readonly end: EndEvent;
  /** When the first text came, and how many tokens it held. */
  readonly firstAt: number;
  readonly firstTokens: number;
  readonly endAt: number;
}

/**
 * How fast the model reads a text that it has not seen: tokens that were evaluated per second, up to
 * the moment in which the first token of an answer is there. Reused tokens do not count.
 */
export async function measurePrefill(options: MeasureOptions): Promise<number> {
  const { backend, seed, tokens, signal } = options;
  const text = await textOf(seed, tokens, async (candidate) => {
    const [count] = await backend.countTokens([candidate], { signal });
    return count ?? 0;
  });
  const { end } = await follow(options, asText(text), 1, "prompt");
  const read = end.promptTokens - end.reusedTokens;
  return perSecond(read, end.firstTokenMs);
}

/**
 * How long the first token takes that answers the first question of a new chat, in milliseconds.
 * `tokens` is how many words the question has, about.
 */
export async function measureFirstToken(options: MeasureOptions): Promise<number> {
  const content = `What do you make of this? ${wordsOf(options.seed, options.tokens)}`;
  const prompt = { kind: "chat", messages: [{ role: "user", content }] } as const;
  const { end } = await follow(options, prompt, 1, "prompt");
  if (end.firstTokenMs === null) throw tooFast();
  return end.firstTokenMs;
}

/** How fast one chat is written, from its first token on. */
export async function measureDecode(options: MeasureOptions): Promise<number> {
  const { end } = await follow(options, asText(storyOf(options.seed)), options.tokens, "text");
  if (end.tokensPerSecond === null || end.tokensPerSecond <= 0) throw tooFast();
  return end.tokensPerSecond;
}

/**
 * How fast several chats are written that are asked for at the same moment: the tokens of all of
 * them, from the first one of any to the last one of all. What it takes to read the others' short
 * questions in between is part of it, and so is waiting where there are fewer places than chats.
 */
export async function measureChats(options: MeasureOptions, chats: number): Promise<number> {
  const ownEnd = new AbortController();
  const signal = AbortSignal.any([options.signal, ownEnd.signal]);
  const done: Followed[] = [];
  const failures: unknown[] = [];
  // All have ended before an error is told, so that nothing goes on behind it.
  await Promise.all(
    Array.from({ length: chats }, async (_, chat) => {
      try {
        const story = asText(storyOf(options.seed * 100 + chat));
        done.push(await follow({ ...options, signal }, story, options.tokens, "text"));
      } catch (error) {
        failures.push(error);
        // One that failed spoils the measurement: the others end too, and their errors say only that.
        ownEnd.abort();
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
  const firstAt = Math.min(...done.map((chat) => chat.firstAt));
  const beforeIt = done.find((chat) => chat.firstAt === firstAt)?.firstTokens ?? 0;
  const endAt = Math.max(...done.map((chat) => chat.endAt));
  const tokens = done.reduce((sum, chat) => sum + chat.end.tokens, 0) - beforeIt;
  return perSecond(tokens, endAt - firstAt);
}

/** Runs one request to its end. Greedy, and on past the model's own end: each does the same work. */
async function follow(
  { backend, signal, onTokens }: MeasureOptions,
  prompt: GeneratePrompt,
  maxTokens: number,
  counted: "prompt" | "text",
): Promise<Followed> {
  let firstAt: number | undefined;
  let firstTokens = 0;
  let read = 0;
  const events = backend.generate(
    {
      prompt,
      maxTokens,
      sampling: { temperature: 0, repeatPenalty: 1 },
      ignoreEos: true,
      // How fast it can guess depends on the text; this is about the model and the machine.
      guessAhead: false,
    },
    { signal, priority: "chat" },
  );
  for await (const event of events) {
    if (event.type === "text") {
      if (firstAt === undefined) {
        firstAt = performance.now();
        firstTokens = event.tokens;
      }
      if (counted === "text") onTokens(event.tokens);
    } else if (event.type === "prompt") {
      if (counted === "prompt") onTokens(event.evaluatedTokens - read);
      read = event.evaluatedTokens;
    } else if (event.type === "end") {
      if (event.reason === "cancelled" || signal.aborted) throw cancelledError();
      const endAt = performance.now();
      return { end: event, firstAt: firstAt ?? endAt, firstTokens, endAt };
    }
  }
  throw new HearthError({
    code: "model-died",
    title: "The model stopped before the measurement was done.",
    suggestion: "Run the benchmark again.",
  });
}

function asText(text: string): GeneratePrompt {
  return { kind: "text", text };
}

function perSecond(tokens: number, ms: number | null): number {
  if (ms === null || ms <= 0 || tokens <= 0) throw tooFast();
  return (1000 * tokens) / ms;
}

function tooFast(): HearthError {
  return new HearthError({
    code: "unavailable",
    title: "The benchmark could not measure this model.",
    cause: "It wrote no text that a time could be taken of.",
    suggestion: "Try it in a chat first, then run the benchmark again.",
  });
}
