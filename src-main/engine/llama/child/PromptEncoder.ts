import { randomBytes } from "node:crypto";
import { HearthError } from "../../../contract/errors.ts";
import type {
  ChatMessage,
  GeneratePrompt,
  TemplateInfo,
  ToolCall,
  ToolDefinition,
} from "../InferenceBackend.ts";
import type { ChatTemplate } from "./ChatTemplate.ts";
import type { Vocabulary } from "./Vocabulary.ts";

/** What the encoder needs of a vocabulary. */
export type PromptVocabulary = Pick<Vocabulary, "tokenize" | "controlTexts" | "addsBos" | "bos">;

export interface EncodedPrompt {
  readonly tokens: Int32Array;
  readonly template: TemplateInfo | null;
  readonly stop: readonly string[];
  /** The prompt ends with an opened `<think>`, and nothing of the answer is there yet. */
  readonly opensThought: boolean;
}

/** How many answers' tokens are kept for being continued. */
const rememberedAnswers = 16;

/**
 * Turns a prompt into tokens. Control tokens come from the template alone: where a message's text
 * spells one out, such as `<|im_end|>`, it reaches the model as that text.
 *
 * How: what a message spells is replaced by a stand-in of private-use characters before the template
 * runs, so that the template may trim or cut as it likes. Behind it, the text is split at the control
 * tokens that are left, which are the template's own. A run of plain text between two of them that has
 * a stand-in gets its words back and is turned into tokens with control tokens switched off.
 */
export class PromptEncoder {
  readonly #vocabulary: PromptVocabulary;
  readonly #template: ChatTemplate;
  readonly #answers = new Map<string, Int32Array>();
  #controlPattern: RegExp | null | undefined;

  constructor(vocabulary: PromptVocabulary, template: ChatTemplate) {
    this.#vocabulary = vocabulary;
    this.#template = template;
  }

  encode(prompt: GeneratePrompt): EncodedPrompt {
    if (prompt.kind === "text") {
      const options = { addSpecial: false, parseSpecial: prompt.parseSpecial ?? false };
      const tokens = this.#vocabulary.tokenize(prompt.text, options);
      return { tokens: this.#withBos(tokens), template: null, stop: [], opensThought: false };
    }
    return this.#encodeChat(prompt.messages, prompt.continueLast ?? false, prompt.tools ?? []);
  }

  /** Keeps the very tokens of an answer, so that continuing it finds them all in the cache. */
  rememberAnswer(text: string, tokens: Int32Array): void {
    if (text === "") return;
    this.#answers.delete(text);
    this.#answers.set(text, tokens);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= rememberedAnswers) break;
      this.#answers.delete(oldest);
    }
  }

  #encodeChat(
    messages: readonly ChatMessage[],
    continueLast: boolean,
    tools: readonly ToolDefinition[],
  ): EncodedPrompt {
    const last = messages.at(-1);
    if (continueLast && last?.role !== "assistant") {
      throw new HearthError({ code: "bad-input", title: "Only an answer can be continued." });
    }
    const standIns = new StandIns(this.#controlTokensPattern());
    const asked = continueLast ? messages.slice(0, -1) : messages;
    const rendered = this.#template.render(
      asked.map((message) => defusedMessage(message, standIns)),
      tools.map((tool) => standIns.hideAll(tool) as ToolDefinition),
    );
    const written = continueLast && last ? last.content : "";
    const begun = rendered.opensThought ? behindOpenedMark(written) : written;
    const known = this.#answers.get(begun);
    const text = known ? rendered.text : rendered.text + standIns.hide(begun);
    const tokens = this.#withBos(this.#tokenizeRendered(text, standIns));
    return {
      tokens: known ? Int32Array.from([...tokens, ...known]) : tokens,
      template: rendered.template,
      stop: rendered.stop,
      opensThought: rendered.opensThought && begun === "",
    };
  }

  #tokenizeRendered(text: string, standIns: StandIns): Int32Array {
    const pattern = this.#controlTokensPattern();
    if (!pattern || !standIns.used)
      return this.#vocabulary.tokenize(text, { addSpecial: false, parseSpecial: true });
    const parts: Int32Array[] = [];
    let pending = "";
    const flush = (): void => {
      parts.push(this.#vocabulary.tokenize(pending, { addSpecial: false, parseSpecial: true }));
      pending = "";
    };
    // A split by a pattern with one group keeps what the group matched: run, token, run, token, …
    for (const part of text.split(pattern)) {
      const restored = standIns.restore(part);
      if (restored === part) {
        pending += part;
        continue;
      }
      flush();
      parts.push(this.#vocabulary.tokenize(restored, { addSpecial: false, parseSpecial: false }));
    }
    flush();
    return Int32Array.from(parts.flatMap((part) => [...part]));
  }

  /** Templates may write the beginning-of-sequence token or leave it to the tokenizer: one, not two. */
  #withBos(tokens: Int32Array): Int32Array {
    const { addsBos, bos } = this.#vocabulary;
    return addsBos && tokens[0] !== bos ? Int32Array.from([bos, ...tokens]) : tokens;
  }

  #controlTokensPattern(): RegExp | null {
    if (this.#controlPattern === undefined) {
      const texts = this.#vocabulary
        .controlTexts()
        .map((text) => text.replace(/[\\^$.*+?()[\]{}|\-/]/g, "\\$&"));
      this.#controlPattern = texts.length > 0 ? new RegExp(`(${texts.join("|")})`) : null;
    }
    return this.#controlPattern;
  }
}

/** What was written of an answer as it stands behind a `<think>` that the template has opened already. */
function behindOpenedMark(written: string): string {
  const mark = /^\s*<think>\s*/.exec(written);
  if (mark) return written.slice(mark[0].length);
  return written === "" ? "" : `</think>\n\n${written}`;
}

function defusedMessage(message: ChatMessage, standIns: StandIns): ChatMessage {
  const { role, content, toolCalls, toolCallId } = message;
  return {
    role,
    content: standIns.hide(content),
    ...(toolCalls ? { toolCalls: toolCalls.map((call) => defusedCall(call, standIns)) } : {}),
    ...(toolCallId === undefined ? {} : { toolCallId }),
  };
}

/** JSON can spell a character in several ways, so what it means is looked at, not how it is written. */
function defusedCall(call: ToolCall, standIns: StandIns): ToolCall {
  let argumentsJson: string;
  try {
    argumentsJson = JSON.stringify(standIns.hideAll(JSON.parse(call.argumentsJson)));
  } catch {
    argumentsJson = standIns.hide(call.argumentsJson);
  }
  return { id: call.id, name: standIns.hide(call.name), argumentsJson };
}

/** Stand-ins for the control tokens that messages spell out. */
class StandIns {
  readonly #pattern: RegExp | null;
  readonly #mark = randomBytes(6).toString("hex");
  readonly #hidden: string[] = [];

  constructor(pattern: RegExp | null) {
    this.#pattern = pattern && new RegExp(pattern.source, "g");
  }

  get used(): boolean {
    return this.#hidden.length > 0;
  }

  hide(text: string): string {
    if (!this.#pattern) return text;
    return text.replace(
      this.#pattern,
      (token) => `\uF8FE${this.#mark}-${this.#hidden.push(token) - 1}\uF8FF`,
    );
  }

  /** The same in all texts of a value, names of fields included. */
  hideAll(value: unknown): unknown {
    if (typeof value === "string") return this.hide(value);
    if (Array.isArray(value)) return value.map((item) => this.hideAll(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.hide(key), this.hideAll(item)]),
    );
  }

  restore(text: string): string {
    if (!this.used) return text;
    const pattern = new RegExp(`\uF8FE${this.#mark}-(\\d+)\uF8FF`, "g");
    return text.replace(pattern, (_match, index: string) => this.#hidden[Number(index)] ?? "");
  }
}
