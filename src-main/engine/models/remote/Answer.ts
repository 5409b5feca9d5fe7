import { StopMatcher } from "../../llama/child/StopMatcher.ts";
import type { GenerateEvent, GenerateRequest, EndReason } from "../../llama/InferenceBackend.ts";
import type { Chunk, Usage } from "./readChunk.ts";

type End = Extract<GenerateEvent, { type: "end" }>;

/** Pieces that a server may send beyond what was asked for before it is cut off. */
const tolerance = 16;
const mostCharacters = 8 * 1024 * 1024;

export interface AnswerOptions {
  readonly request: GenerateRequest;
  readonly contextTokens: number;
  /** What the prompt fills, by Hearth's count, rather too much. */
  readonly promptEstimate: number;
  /** Bytes of the prompt: it cannot have more tokens than about that. */
  readonly promptBytes: number;
  /** Text that the server may send again before what is new; it is left out. */
  readonly echo?: string;
  readonly now?: () => number;
}

/**
 * Gathers a streamed answer: turns its chunks into text as a model of this computer would have written
 * it, ends it where it has to end, and believes no count that cannot be true.
 */
export class Answer {
  readonly #options: AnswerOptions;
  readonly #stops: StopMatcher;
  readonly #now: () => number;
  readonly #begun: number;
  readonly #calls = new Map<number, { name: string; argumentsJson: string }>();
  #firstAt: number | null = null;
  #lastAt = 0;
  #pieces = 0;
  #characters = 0;
  #echo: string;
  #held = "";
  #thinking = false;
  #hasText = false;
  #usage: Usage | null = null;
  #finish: string | null = null;
  /** Why it is over although the server would go on. */
  #cut: EndReason | null = null;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#stops = new StopMatcher(options.request.stop ?? []);
    this.#echo = options.echo ?? "";
    this.#now = options.now ?? (() => performance.now());
    this.#begun = this.#now();
  }

  /** Nothing more of the server's is wanted. */
  get isCut(): boolean {
    return this.#cut !== null;
  }

  /** The server has said how it ended. */
  get isFinished(): boolean {
    return this.#finish !== null;
  }

  /** Anything of the answer itself has come. */
  get hasBegun(): boolean {
    return this.#firstAt !== null;
  }

  /** The text that a chunk adds; null where it adds none. */
  take(chunk: Chunk): GenerateEvent | null {
    this.#usage = chunk.usage ?? this.#usage;
    this.#finish = chunk.finish ?? this.#finish;
    this.#takeCalls(chunk);
    const adds = chunk.text !== "" || chunk.reasoning !== "" || chunk.toolCalls.length > 0;
    if (!adds || this.isCut) return null;
    this.#lastAt = this.#now();
    this.#firstAt ??= this.#lastAt;
    this.#pieces++;
    this.#characters += chunk.text.length + chunk.reasoning.length;
    const { text, stopped } = this.#stops.push(this.#withoutEcho(this.#joined(chunk)));
    if (stopped) this.#cut = "stop";
    else if (this.#isEndless()) this.#cut = "length";
    return text === "" ? null : { type: "text", text, tokens: 1 };
  }

  /** What was held back, and the calls of tools as a model writes them. */
  rest(): GenerateEvent | null {
    const calls = [...this.#calls]
      .toSorted(([one], [other]) => one - other)
      .map(
        ([, { name, argumentsJson }]) =>
          `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${argumentsJson || "{}"}}\n</tool_call>`,
      );
    // An echo that was never whole was none.
    const held = this.isCut ? "" : this.#stops.push(this.#held).text + this.#stops.flush();
    this.#held = "";
    const text = held + calls.join("\n");
    return text === "" ? null : { type: "text", text, tokens: 0 };
  }

  end(reason: EndReason | null = null): End {
    const { promptTokens, promptIsTold } = this.#promptTokens();
    const { tokens, tokensAreTold } = this.#tokens();
    const cached = this.#usage?.cachedTokens ?? 0;
    const seconds = (this.#lastAt - (this.#firstAt ?? 0)) / 1000;
    const stopString = this.#stops.matched;
    return {
      type: "end",
      reason: reason ?? this.#cut ?? (this.#finish === "length" ? "length" : "stop"),
      ...(stopString === null ? {} : { stopString }),
      promptTokens,
      reusedTokens: promptIsTold ? Math.min(cached, promptTokens) : 0,
      tokens,
      firstTokenMs: this.#firstAt === null ? null : this.#firstAt - this.#begun,
      tokensPerSecond: tokens < 2 || seconds <= 0 ? null : (tokens - 1) / seconds,
      ...(promptIsTold && tokensAreTold ? {} : { countsEstimated: true }),
    };
  }

  /** The text without what it only says again. Held back is what may still become that. */
  #withoutEcho(text: string): string {
    if (this.#echo === "") return text;
    this.#held += text;
    if (this.#echo.startsWith(this.#held) && this.#held.length < this.#echo.length) return "";
    const isEcho = this.#held.startsWith(this.#echo);
    const fresh = isEcho ? this.#held.slice(this.#echo.length) : this.#held;
    this.#held = "";
    this.#echo = "";
    return fresh;
  }

  /** A thought stands between its marks, as models write it. */
  #joined({ text, reasoning }: Chunk): string {
    let joined = "";
    if (reasoning !== "" && !this.#hasText) {
      if (!this.#thinking) joined += "<think>\n";
      this.#thinking = true;
      joined += reasoning;
    }
    if (text !== "") {
      if (this.#thinking) joined += "\n</think>\n\n";
      this.#thinking = false;
      this.#hasText = true;
      joined += text;
    }
    return joined;
  }

  #takeCalls({ toolCalls }: Chunk): void {
    for (const { index, name, argumentsJson } of toolCalls) {
      const call = this.#calls.get(index) ?? { name: "", argumentsJson: "" };
      call.name ||= name;
      call.argumentsJson += argumentsJson;
      this.#characters += argumentsJson.length;
      this.#calls.set(index, call);
    }
  }

  /** More came than was asked for: each piece is a token at least. */
  #isEndless(): boolean {
    const { request, contextTokens } = this.#options;
    const most = Math.min(request.maxTokens ?? Infinity, contextTokens) + tolerance;
    return this.#pieces > most || this.#characters > mostCharacters;
  }

  #promptTokens(): { promptTokens: number; promptIsTold: boolean } {
    const { promptBytes, promptEstimate } = this.#options;
    const told = this.#usage?.promptTokens ?? null;
    // A template adds some hundred tokens at most, tools included in the bytes.
    const promptIsTold = told !== null && told >= 1 && told <= promptBytes + 1024;
    return { promptTokens: promptIsTold ? told : promptEstimate, promptIsTold };
  }

  #tokens(): { tokens: number; tokensAreTold: boolean } {
    const { request, contextTokens } = this.#options;
    const told = this.#usage?.tokens ?? null;
    const most = (request.maxTokens ?? contextTokens) + tolerance;
    const tokensAreTold = told !== null && told >= this.#pieces - 2 && told <= most;
    return { tokens: tokensAreTold ? told : this.#pieces, tokensAreTold };
  }
}
