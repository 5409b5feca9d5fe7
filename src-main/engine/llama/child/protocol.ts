import type { KvType } from "../../../contract/devices.ts";
import type { ErrorData } from "../../../contract/errors.ts";
import type { KvVerdict } from "../../../contract/models.ts";
import type { TextReading } from "../../../contract/quantBench.ts";
import type { RequestRecord } from "../../egress/requestRecord.ts";
import type {
  BackendActivity,
  ChatMessage,
  ComputePriority,
  EmbedResult,
  GenerateEvent,
  GenerateRequest,
  LoadedModelInfo,
  ModelPurpose,
  RankResult,
  ToolDefinition,
} from "../InferenceBackend.ts";
import type { FoundDevice } from "./devices.ts";

/** What a llama process is told to load. Plain data: it crosses the process border. */
export interface ChildLoadOptions {
  readonly modelPath: string;
  readonly purpose: ModelPurpose;
  /** Folder with libllama, libggml and their backends. */
  readonly libraryFolder: string;
  /** Key of the table of pinned hashes, such as `linux-x64`. */
  readonly libraryPlatform: string;
  readonly contextTokens: number | null;
  readonly threads: number;
  /** Most requests in one batch; 0 lets the process choose. */
  readonly places: number;
  /** Where states of idle conversations outlive the process; null: nowhere. */
  readonly stateFolder: string | null;
  /** -1: all. 0: none, and no other device is touched. */
  readonly gpuLayers: number;
  /** Which graphics device, as `devices.ts` names it; the first one when left out. */
  readonly deviceName?: string | null;
  /** How the cache keeps keys and values; `f16` when left out. */
  readonly kvType?: KvType;
  /** A small model that guesses ahead for this one; none when left out. */
  readonly draftPath?: string | null;
}

/** The calls of a llama process: request and result of each, by name. */
export interface ChildCalls {
  countTokens: { request: { texts: readonly string[] }; result: number[] };
  countChatTokens: {
    request: { messages: readonly ChatMessage[]; tools?: readonly ToolDefinition[] };
    result: number;
  };
  embed: { request: { texts: readonly string[] }; result: EmbedResult };
  rank: { request: { question: string; texts: readonly string[] }; result: RankResult };
}

export type ChildCallName = keyof ChildCalls;

/** One call without what the channel adds to it. */
export type ChildCall = {
  [Name in ChildCallName]: { readonly name: Name; readonly request: ChildCalls[Name]["request"] };
}[ChildCallName];

/** The answer to a {@link ChildCall}. */
export type ChildReply = {
  [Name in ChildCallName]: { readonly name: Name; readonly result: ChildCalls[Name]["result"] };
}[ChildCallName];

/** Which model is loaded, and where it runs. */
export type ModelPlace = Pick<
  ChildLoadOptions,
  "modelPath" | "libraryFolder" | "libraryPlatform" | "threads" | "gpuLayers" | "deviceName"
>;

/** Write another quantization of a model. */
export interface QuantizeQuestion {
  readonly kind: "quantize";
  readonly libraryFolder: string;
  readonly libraryPlatform: string;
  /** Full path of the model, and of the file that is to be written; what is there is overwritten. */
  readonly source: string;
  readonly target: string;
  /** A number of `llama_ftype`. */
  readonly fileType: number;
  readonly threads: number;
  /** Write nothing; only say on stderr what each tensor would become. */
  readonly dryRun?: boolean;
}

/** Let two quantizations of a model read the same text, and check every value of the first one. */
export interface CompareQuestion {
  readonly kind: "compare";
  readonly options: Omit<ModelPlace, "modelPath">;
  readonly purpose: ModelPurpose;
  readonly result: string;
  readonly source: string;
}

/** Let several files of one model read the same text, and compare the others with the first one. */
export interface ReadTextQuestion {
  readonly kind: "readText";
  readonly options: Omit<ModelPlace, "modelPath">;
  readonly text: string;
  readonly models: readonly string[];
}

export interface ModelComparison {
  readonly perplexityRatio: number | null;
  readonly similarity: number | null;
  readonly tokens: number;
}

/** What a process can be asked instead of loading a model to serve: it answers once and ends. */
export type ChildQuestion =
  | { readonly kind: "devices"; readonly libraryFolder: string; readonly libraryPlatform: string }
  | {
      readonly kind: "kvTypes";
      readonly options: ModelPlace;
      readonly types: readonly KvType[];
    }
  | QuantizeQuestion
  | CompareQuestion
  | ReadTextQuestion;

export type ChildAnswer =
  | { readonly kind: "devices"; readonly devices: readonly FoundDevice[] }
  | { readonly kind: "kvTypes"; readonly verdicts: readonly KvVerdict[] }
  /** How long the library took, and the most memory that the process had. */
  | { readonly kind: "quantize"; readonly ms: number; readonly peakBytes: number }
  | { readonly kind: "compare"; readonly comparison: ModelComparison }
  | { readonly kind: "readText"; readonly readings: readonly TextReading[] };

export type ToChild =
  | { readonly type: "ask"; readonly generation: number; readonly question: ChildQuestion }
  /** The answer to `turn`. */
  | { readonly type: "go"; readonly generation: number }
  | { readonly type: "load"; readonly generation: number; readonly options: ChildLoadOptions }
  | {
      readonly type: "generate";
      readonly generation: number;
      readonly id: number;
      readonly request: GenerateRequest;
      readonly priority: ComputePriority;
    }
  | {
      readonly type: "call";
      readonly generation: number;
      readonly id: number;
      readonly call: ChildCall;
    }
  | { readonly type: "cancel"; readonly generation: number; readonly id: number }
  | { readonly type: "ping"; readonly generation: number }
  | { readonly type: "close"; readonly generation: number };

export type FromChild =
  | { readonly type: "answer"; readonly generation: number; readonly answer: ChildAnswer }
  /** A step is done: the cores may be lent to somebody else, and are waited for. */
  | { readonly type: "turn"; readonly generation: number }
  | { readonly type: "progress"; readonly generation: number; readonly fraction: number }
  | { readonly type: "loaded"; readonly generation: number; readonly info: LoadedModelInfo }
  | { readonly type: "loadFailed"; readonly generation: number; readonly error: ErrorData }
  /** Several events of one stream at once: text is gathered for some milliseconds. */
  | {
      readonly type: "events";
      readonly generation: number;
      readonly id: number;
      readonly events: readonly GenerateEvent[];
    }
  | {
      readonly type: "result";
      readonly generation: number;
      readonly id: number;
      readonly reply: ChildReply;
    }
  | {
      readonly type: "failed";
      readonly generation: number;
      readonly id: number;
      readonly error: ErrorData;
    }
  | { readonly type: "refused"; readonly generation: number; readonly record: RequestRecord }
  | {
      readonly type: "activity";
      readonly generation: number;
      readonly activity: BackendActivity;
    }
  | { readonly type: "pong"; readonly generation: number };
