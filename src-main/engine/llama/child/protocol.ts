import type { ErrorData } from "../../../contract/errors.ts";
import type { RequestRecord } from "../../egress/requestRecord.ts";
import type {
  BackendActivity,
  ChatMessage,
  EmbedResult,
  GenerateEvent,
  GenerateRequest,
  LoadedModelInfo,
  ModelPurpose,
} from "../InferenceBackend.ts";

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
  /** -1: all. 0: none, and no other device is touched. */
  readonly gpuLayers: number;
}

/** The calls of a llama process: request and result of each, by name. */
export interface ChildCalls {
  countTokens: { request: { texts: readonly string[] }; result: number[] };
  countChatTokens: { request: { messages: readonly ChatMessage[] }; result: number };
  embed: { request: { texts: readonly string[] }; result: EmbedResult };
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

export type ToChild =
  | { readonly type: "load"; readonly generation: number; readonly options: ChildLoadOptions }
  | {
      readonly type: "generate";
      readonly generation: number;
      readonly id: number;
      readonly request: GenerateRequest;
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
