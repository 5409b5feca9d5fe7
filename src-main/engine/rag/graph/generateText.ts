import type { AskEvent } from "../../../contract/search.ts";
import type { ChatMessage, InferenceBackend } from "../../llama/InferenceBackend.ts";
import { ReasoningSplitter } from "../../llama/ReasoningSplitter.ts";
import { goesRound } from "../repeats.ts";

export interface GeneratedText {
  text: string;
  promptTokens: number;
  answerTokens: number;
  cutOff: boolean;
}

/**
 * Has a model write from documents. A thought is no answer: it is neither shown nor kept. What a model
 * says again it says for ever, so it is stopped there.
 *
 * @param request.begun what it wrote before it was interrupted; it goes on behind that
 */
export async function generateText(
  backend: InferenceBackend,
  request: { messages: readonly ChatMessage[]; maxTokens: number; begun?: string },
  signal: AbortSignal,
  listen: { onText?: (text: string) => void; emit?: (event: AskEvent) => void } = {},
): Promise<GeneratedText> {
  const begun = request.begun ?? "";
  const loop = new AbortController();
  const events = backend.generate(
    {
      prompt: {
        kind: "chat",
        messages:
          begun === ""
            ? request.messages
            : [...request.messages, { role: "assistant", content: begun }],
        ...(begun === "" ? {} : { continueLast: true }),
      },
      maxTokens: request.maxTokens,
      // Greedy: a question about documents has no use for invention.
      sampling: { temperature: 0, repeatPenalty: 1.1 },
    },
    { signal: AbortSignal.any([signal, loop.signal]), priority: "chat" },
  );
  const written: GeneratedText = { text: begun, promptTokens: 0, answerTokens: 0, cutOff: false };
  let splitter = new ReasoningSplitter(begun === "" ? "anew" : "inAnswer");
  const hear = ({ text }: { text: string }): void => {
    if (text === "") return;
    written.text += text;
    listen.onText?.(text);
  };
  for await (const event of events) {
    if (event.type === "prompt") {
      // Told before the first piece of text.
      if (event.opensThought && begun === "") splitter = new ReasoningSplitter("behindMark");
      const done = event.evaluatedTokens + event.reusedTokens;
      listen.emit?.({ type: "prompt", done, total: event.totalTokens });
    } else if (event.type === "text") {
      hear(splitter.push(event.text));
      if (goesRound(written.text)) loop.abort();
    } else if (event.type === "queued") listen.emit?.(event);
    else {
      hear(splitter.end());
      // The counts come with the end, also where it was stopped for going round.
      written.promptTokens = event.promptTokens;
      written.answerTokens = event.tokens;
      written.cutOff = event.reason === "length" || event.reason === "context-full";
    }
  }
  signal.throwIfAborted();
  return written;
}
