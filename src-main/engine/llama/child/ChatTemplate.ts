import { types } from "node:util";
import { createContext, runInContext } from "node:vm";
import { Template } from "@huggingface/jinja";
import { HearthError } from "../../../contract/errors.ts";
import type { ChatMessage, TemplateInfo, ToolDefinition } from "../InferenceBackend.ts";
import { tellToolsInWords } from "../tools/toolWords.ts";
import { chatMlFallback, plainFallback, type FallbackTemplate } from "./fallbackTemplates.ts";
import { lostPart, toTemplateInput } from "./templateInput.ts";

/** What a template gets to know of its model. */
export interface TemplateSource {
  /** `tokenizer.chat_template` of the model file, if it has one. */
  readonly template: string | null;
  readonly bosToken: string;
  readonly eosToken: string;
  /** Whether the vocabulary has a control token of this text; decides which fallback fits. */
  readonly hasControlToken: (text: string) => boolean;
}

export interface RenderedPrompt {
  readonly text: string;
  readonly template: TemplateInfo;
  /** Strings that end an answer under this template besides the model's own end token. */
  readonly stop: readonly string[];
  /** Whether the template ends with an opened `<think>`: the answer then begins inside a thought. */
  readonly opensThought: boolean;
}

export interface RenderLimits {
  /** A template comes with a downloaded file and may loop for hours. */
  readonly timeoutMs: number;
  /** Least size of the allowed output; four times the messages' size when that is more. */
  readonly outputChars: number;
}

const defaultLimits: RenderLimits = { timeoutMs: 1_000, outputChars: 1 << 20 };

/**
 * Renders conversations with the template of a model file, under a cap of time and size.
 *
 * Templates differ in what they accept. They are tried with, in this order: the messages as they are;
 * the system message put in front of the first user message; and besides, neighbours of one role
 * joined, so that roles alternate. The first result that holds every message's text wins. When there
 * is none the named fallback template is used, and the result says so and why.
 *
 * Tools and their calls are given to the template itself where it shows them; else they are put into
 * words, in the shapes above.
 */
export class ChatTemplate {
  /** How a plain conversation is rendered, found by rendering one. */
  readonly info: TemplateInfo;
  readonly #source: TemplateSource;
  readonly #limits: RenderLimits;
  readonly #fallback: FallbackTemplate;
  #parsed: Template | null = null;
  /** Set once the model's template has run into a cap: it is not given another second each time. */
  #banned: string | null = null;

  constructor(source: TemplateSource, limits: RenderLimits = defaultLimits) {
    this.#source = source;
    this.#limits = limits;
    this.#fallback = source.hasControlToken("<|im_start|>") ? chatMlFallback : plainFallback;
    this.info = this.render([{ role: "user", content: "Hello" }]).template;
  }

  /** @throws HearthError `bad-input` when there is nothing to answer */
  render(messages: readonly ChatMessage[], tools: readonly ToolDefinition[] = []): RenderedPrompt {
    if (messages.length === 0)
      throw new HearthError({ code: "bad-input", title: "There is no message to answer." });
    const outcome = this.#renderWithModelTemplate(messages, tools);
    if ("text" in outcome) {
      return {
        text: outcome.text,
        template: { source: "model", name: "model" },
        stop: [],
        opensThought: opensThought(outcome.text, messages),
      };
    }
    return {
      text: this.#fallback.render(tellToolsInWords(messages, tools)),
      template: { source: "fallback", name: this.#fallback.name, reason: outcome.reason },
      stop: this.#fallback.stop,
      opensThought: false,
    };
  }

  #renderWithModelTemplate(
    messages: readonly ChatMessage[],
    tools: readonly ToolDefinition[],
  ): { text: string } | { reason: string } {
    const { template } = this.#source;
    if (template === null) return { reason: "The model file has no chat template." };
    if (this.#banned) return { reason: this.#banned };
    const told = tellToolsInWords(messages, tools);
    const attempts: { shape: readonly ChatMessage[]; tools: readonly ToolDefinition[] }[] = [
      { shape: told, tools: [] },
      { shape: mergeSystem(told), tools: [] },
      { shape: alternate(mergeSystem(told)), tools: [] },
    ];
    if (knowsTools(template, messages, tools)) {
      attempts.unshift({ shape: messages, tools }, { shape: mergeSystem(messages), tools });
    }
    let reason = "";
    for (const { shape, tools: shown } of attempts) {
      try {
        const text = this.#run(template, shape, shown);
        const lost = lostPart(text, shape, shown);
        if (!lost) return { text };
        reason = `The model's chat template leaves out ${lost}.`;
      } catch (error) {
        const stopped = stopReason(error);
        if (stopped) {
          this.#banned = stopped;
          return { reason: stopped };
        }
        reason = `The model's chat template fails: ${types.isNativeError(error) ? error.message : String(error)}`;
      }
    }
    return { reason };
  }

  #run(
    template: string,
    messages: readonly ChatMessage[],
    tools: readonly ToolDefinition[],
  ): string {
    const input = toTemplateInput(messages, tools);
    const render = (): string => {
      this.#parsed ??= new Template(template);
      return this.#parsed.render({
        ...input,
        add_generation_prompt: true,
        bos_token: this.#source.bosToken,
        eos_token: this.#source.eosToken,
      });
    };
    // The watchdog of node:vm interrupts whatever runs inside the call, functions from outside too.
    const text: unknown = runInContext("render()", createContext({ render }), {
      timeout: this.#limits.timeoutMs,
    });
    if (typeof text !== "string") throw new TypeError("the result is not text");
    const size = JSON.stringify(input).length;
    if (text.length > Math.max(this.#limits.outputChars, 4 * size)) throw new OutputTooLarge();
    return text;
  }
}

class OutputTooLarge extends Error {}

function stopReason(error: unknown): string | null {
  if (error instanceof OutputTooLarge)
    return "The model's chat template writes more text than a prompt can hold.";
  // The time limit throws an error of the inner world, which is no instance of this one's Error.
  if (
    types.isNativeError(error) &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  ) {
    return "The model's chat template takes too long.";
  }
  return null;
}

/** A mark at the end is the template's own unless it belongs to the last message. */
function opensThought(rendered: string, messages: readonly ChatMessage[]): boolean {
  const mark = /<think>\s*$/.exec(rendered);
  if (!mark) return false;
  return rendered.slice(0, mark.index).includes(messages.at(-1)?.content.trim() ?? "");
}

/** Whether a template has words of its own for what a conversation with tools needs. */
function knowsTools(
  template: string,
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
): boolean {
  const calls = messages.some(({ toolCalls }) => toolCalls !== undefined && toolCalls.length > 0);
  const results = messages.some(({ role }) => role === "tool");
  if (tools.length === 0 && !calls && !results) return false;
  return (
    (tools.length === 0 || /\btools\b/.test(template)) && (!calls || /tool_calls/.test(template))
  );
}

const joined = (first: string, second: string): string =>
  [first, second].filter((text) => text !== "").join("\n\n");

/** System messages moved in front of the first user message. */
function mergeSystem(messages: readonly ChatMessage[]): ChatMessage[] {
  const system = messages
    .filter((message) => message.role === "system")
    .map((message) => message.content);
  const rest = messages.filter((message) => message.role !== "system");
  const first = rest.findIndex((message) => message.role === "user");
  const text = system.join("\n\n");
  if (first < 0) return text === "" ? rest : [{ role: "user", content: text }, ...rest];
  return rest.map((message, index) =>
    index === first ? { role: message.role, content: joined(text, message.content) } : message,
  );
}

/** Neighbours of one role joined; an opening assistant message gets a user message to follow. */
function alternate(messages: readonly ChatMessage[]): ChatMessage[] {
  const result: ChatMessage[] = [];
  for (const message of messages) {
    const last = result.at(-1);
    if (last?.role === message.role) {
      result[result.length - 1] = {
        role: last.role,
        content: joined(last.content, message.content),
      };
    } else {
      result.push(message);
    }
  }
  return result[0]?.role === "assistant"
    ? [{ role: "user", content: "(start)" }, ...result]
    : result;
}
