import type { ChatMessage } from "../InferenceBackend.ts";

/** A template of Hearth's own, for models that bring none that works. */
export interface FallbackTemplate {
  /** Shown to the user. */
  readonly name: string;
  readonly stop: readonly string[];
  render(messages: readonly ChatMessage[]): string;
}

/** For models whose vocabulary has the ChatML tokens. */
export const chatMlFallback: FallbackTemplate = {
  name: "ChatML",
  stop: ["<|im_end|>"],
  render: (messages) =>
    [
      ...messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`),
      "<|im_start|>assistant\n",
    ].join(""),
};

const speakers = {
  system: "Instructions",
  user: "User",
  assistant: "Assistant",
  tool: "Result",
} as const;

/** For every other model: a written dialogue, which base models can continue too. */
export const plainFallback: FallbackTemplate = {
  name: "plain dialogue",
  stop: ["\nUser:"],
  render: (messages) =>
    [...messages.map(({ role, content }) => `${speakers[role]}: ${content}\n`), "Assistant:"].join(
      "",
    ),
};
