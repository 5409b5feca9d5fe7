/**
 * What the engine asks of anything that runs a model. A llama process implements it today; other
 * backends can stand behind the same interface.
 */
import type { DraftRefusal } from "../../contract/models.ts";

export type MessageRole = "system" | "user" | "assistant" | "tool";

/** A function that the model asked to have called. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as JSON text, as the model wrote them. */
  readonly argumentsJson: string;
}

/** A function that the model may ask for. */
export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  /** JSON schema of its arguments. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface ChatMessage {
  readonly role: MessageRole;
  readonly content: string;
  /** What an assistant's message asked for. */
  readonly toolCalls?: readonly ToolCall[];
  /** Which call a tool's message answers. */
  readonly toolCallId?: string;
}

/**
 * What is to be completed.
 *
 * - `chat`: rendered by the model's own template. With `continueLast` the last message has to be the
 *   assistant's, with its text exactly as it was generated (reasoning included); generation goes on
 *   behind its last character, as if it had never stopped.
 * - `text`: given to the model as it is. Control tokens written in it stay plain text unless
 *   `parseSpecial` is set.
 */
export type GeneratePrompt =
  | {
      readonly kind: "chat";
      readonly messages: readonly ChatMessage[];
      readonly continueLast?: boolean;
      /** Shown to the model by its template, or in words where the template knows no tools. */
      readonly tools?: readonly ToolDefinition[];
    }
  | { readonly kind: "text"; readonly text: string; readonly parseSpecial?: boolean };

/** How tokens are drawn. What is left out takes the value of {@link defaultSampling}. */
export interface SamplingOptions {
  /** 0 is greedy: always the likeliest token; only frequency and presence penalty matter then. */
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  /** 1 is off. Looks at the last 64 generated tokens, never at the prompt: quoting is not punished. */
  readonly repeatPenalty?: number;
  /** Subtracted from the logit of each token already written, per time written. 0 is off. */
  readonly frequencyPenalty?: number;
  /** Subtracted once from the logit of each token already written. 0 is off. */
  readonly presencePenalty?: number;
  /** The same seed, prompt and settings give the same text. Random when left out. */
  readonly seed?: number;
}

export const defaultSampling = {
  temperature: 0.7,
  topK: 40,
  topP: 0.95,
  minP: 0.05,
  repeatPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
} as const satisfies Omit<Required<SamplingOptions>, "seed">;

export interface GenerateRequest {
  readonly prompt: GeneratePrompt;
  /** No limit but the context when left out. */
  readonly maxTokens?: number;
  readonly sampling?: SamplingOptions;
  /** Generation ends before the first of these; none of its text is ever streamed. */
  readonly stop?: readonly string[];
  /** Go on behind the model's end-of-generation token. For measuring only. */
  readonly ignoreEos?: boolean;
  /** False: one token a step, even where the text could be foreseen. For measuring only. */
  readonly guessAhead?: boolean;
  /** A grammar in GBNF that the whole answer has to follow; its start is the rule `root`. */
  readonly grammar?: string;
  /** Report the probability of each token and of so many likeliest others, 0 to 20. */
  readonly logprobs?: number;
}

/** Natural logarithm of a token's probability before any sampling setting. */
export interface TokenLogprob {
  readonly token: number;
  /** May be part of a character: then the bytes are the truth. */
  readonly text: string;
  readonly bytes: readonly number[];
  readonly logprob: number;
}

export interface ChosenLogprob extends TokenLogprob {
  /** The likeliest tokens in falling order. */
  readonly top: readonly TokenLogprob[];
}

export type EndReason = "stop" | "length" | "context-full" | "cancelled";

/** Where the words around the messages came from. `fallback` is to be shown to the user. */
export interface TemplateInfo {
  readonly source: "model" | "fallback";
  /** `model`, or the name of the fallback. */
  readonly name: string;
  /** Why the model's own template was not used. */
  readonly reason?: string;
}

/** Tokens that were foreseen, and how many of them turned out right. */
export interface GuessCount {
  readonly drafted: number;
  readonly accepted: number;
}

export type GenerateEvent =
  /** Every place in the batch is taken; `place` 1 is next. Sent again when it changes. */
  | { readonly type: "queued"; readonly place: number }
  | {
      readonly type: "prompt";
      /** Tokens of the prompt that were run through the model so far, without reused ones. */
      readonly evaluatedTokens: number;
      /** Tokens of the prompt that were still in the cache. */
      readonly reusedTokens: number;
      /** Tokens of the whole prompt. */
      readonly totalTokens: number;
      /** Absent for `text` prompts. */
      readonly template?: TemplateInfo;
      /** The prompt ends with an opened `<think>`, as some templates write it: the text goes on in a thought. */
      readonly opensThought?: boolean;
    }
  /** Whole code points only. `tokens` is how many were generated since the event before. */
  | {
      readonly type: "text";
      readonly text: string;
      readonly tokens: number;
      /** One for each of `tokens`, where asked for. */
      readonly logprobs?: readonly ChosenLogprob[];
    }
  | {
      readonly type: "end";
      readonly reason: EndReason;
      /** Which of the request's stop strings ended it, where one did. */
      readonly stopString?: string;
      readonly promptTokens: number;
      readonly reusedTokens: number;
      /** Generated tokens. */
      readonly tokens: number;
      /** From the arrival of the request to its first token; null when there was none. */
      readonly firstTokenMs: number | null;
      /** Speed of generation after the first token; null below two tokens. */
      readonly tokensPerSecond: number | null;
      /** Guesses by looking up what followed the same words before, and by a draft model. */
      readonly guesses?: { readonly lookup: GuessCount; readonly draftModel: GuessCount };
    };

export interface EmbedResult {
  /** L2-normalised, pooled as the model says; one per text, in order. */
  readonly vectors: readonly Float32Array[];
  /** How many texts were longer than the context and lost their end. */
  readonly truncatedTexts: number;
  /** Tokens that were evaluated. */
  readonly tokens: number;
}

export interface RankResult {
  /** How likely each text answers the question, from 0 to 1; one per text, in order. */
  readonly scores: readonly number[];
  /** How many texts did not fit beside the question and lost their end. */
  readonly truncatedTexts: number;
  /** Tokens that were evaluated. */
  readonly tokens: number;
}

export type ModelPurpose = "chat" | "embedding" | "reranking";

/** The model that guesses ahead for another one, or why the one that was asked for does not. */
export interface LoadedDraft {
  readonly modelPath: string;
  /** Null where it is used. */
  readonly refusal: DraftRefusal | null;
}

/** What is really loaded: read back from the library, not repeated from the request. */
export interface LoadedModelInfo {
  readonly purpose: ModelPurpose;
  readonly modelPath: string;
  readonly name: string | null;
  readonly architecture: string;
  /** The library's own description of type and quantization, such as "llama 135M Q4_1". */
  readonly description: string;
  readonly parameters: number;
  /** Size of the weights in memory. */
  readonly modelBytes: number;
  /** Tokens that one conversation, or one text to embed, can hold. */
  readonly contextTokens: number;
  /** Tokens that the model was trained for. */
  readonly trainContextTokens: number;
  readonly embeddingSize: number;
  readonly layers: number;
  readonly threads: number;
  /** `cpu`, or the name of the device that holds the offloaded layers. */
  readonly device: string;
  readonly gpuLayers: number;
  readonly template: TemplateInfo;
  /** Absent where none was asked for. */
  readonly draft?: LoadedDraft;
  readonly library: {
    readonly version: string;
    readonly folder: string;
    /** False where no hash is on record for this platform; the layout checks ran all the same. */
    readonly hashKnown: boolean;
  };
  readonly pid: number;
  readonly loadMs: number;
}

/** What a loaded chat model is doing, for whoever watches. Sent a few times a second while it works. */
export interface BackendActivity {
  /** Requests that are being read or written. */
  readonly running: number;
  /** Requests that wait for a place. */
  readonly waiting: number;
  /** Most requests at once. */
  readonly places: number;
  /** Tokens generated per second over all requests, over the last second. */
  readonly tokensPerSecond: number;
  /** Tokens of prompts read per second, over the last second. */
  readonly promptTokensPerSecond: number;
  /** Prompt tokens that are still to be read, over all requests. */
  readonly promptTokensLeft: number;
  /** Cells of the KV cache that hold a token; one that several sequences share counts once. */
  readonly kvCellsUsed: number;
  readonly kvCells: number;
  /** Bytes of one cell over all layers. */
  readonly kvBytesPerCell: number;
  /** Tokens of the longest running sequence, against the context of one conversation. */
  readonly longestTokens: number;
  /** Threads that the last step used. */
  readonly threads: number;
}

export const idleActivity: BackendActivity = {
  running: 0,
  waiting: 0,
  places: 1,
  tokensPerSecond: 0,
  promptTokensPerSecond: 0,
  promptTokensLeft: 0,
  kvCellsUsed: 0,
  kvCells: 0,
  kvBytesPerCell: 0,
  longestTokens: 0,
  threads: 0,
};

/** `chat` work is waited for by somebody; `background` work gives way to it. */
export type ComputePriority = "chat" | "background";

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly priority?: ComputePriority;
}

/**
 * One loaded model. Every method rejects with a HearthError: `model-died` when its process is gone,
 * `cancelled` when the signal fired, `context-full` when the prompt alone does not fit.
 */
export interface InferenceBackend extends AsyncDisposable {
  readonly info: LoadedModelInfo;

  /** What it is doing at the moment. */
  readonly activity: BackendActivity;

  /**
   * Streams one completion. Always ends with one `end` event or throws. An aborted signal ends it with
   * reason `cancelled` within one step; so does leaving the loop early.
   */
  generate(request: GenerateRequest, options?: CallOptions): AsyncIterable<GenerateEvent>;

  /** Tokens of each text alone, without what a template or the tokenizer adds. */
  countTokens(texts: readonly string[], options?: CallOptions): Promise<number[]>;

  /** Tokens that these messages fill as a prompt, rendered by the template. Nothing is evaluated. */
  countChatTokens(
    messages: readonly ChatMessage[],
    options?: CallOptions & { readonly tools?: readonly ToolDefinition[] },
  ): Promise<number>;

  /** Vectors of texts of any length. Nothing about a text makes it throw. Default priority: background. */
  embed(texts: readonly string[], options?: CallOptions): Promise<EmbedResult>;

  /**
   * Says how well each text answers the question. Nothing about a text makes it throw. Default
   * priority: chat, since somebody waits for what is found.
   */
  rank(question: string, texts: readonly string[], options?: CallOptions): Promise<RankResult>;
}
