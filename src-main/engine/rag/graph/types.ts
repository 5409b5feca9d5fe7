import type { ChunkId, DocumentId, ModelId } from "../../../contract/ids.ts";
import type {
  AnswerSentence,
  AskEvent,
  Citation,
  Hit,
  Receipt,
  TokenBudget,
} from "../../../contract/search.ts";
import type { PassageIndex } from "../../library/PassageIndex.ts";
import type { ModelManager } from "../../models/ModelManager.ts";
import type { PassageRetriever, ReadableDocument } from "../../retrieval/PassageRetriever.ts";
import type { Stretch } from "../../store/records.ts";
import type { Locate } from "../citations.ts";
import type { Evidence } from "../evidence/gradeEvidence.ts";
import type { PromptLibrary } from "../prompts/PromptLibrary.ts";
import type { PassageBox } from "./PassageBox.ts";
import type { Turn } from "./understand/standalone.ts";

/** What an answer is made with. */
export interface AnswerTools {
  readonly retriever: Pick<PassageRetriever, "retrieve" | "byIds" | "readable" | "chunksOf">;
  readonly passages: Pick<PassageIndex, "embed">;
  readonly models: Pick<ModelManager, "find" | "use">;
  readonly prompts: PromptLibrary;
  readonly locate: Locate;
}

/** One run of the graph: what is of this process alone, and therefore not kept in checkpoints. */
export interface Run {
  readonly tools: AnswerTools;
  readonly box: PassageBox;
  readonly emit: (event: AskEvent) => void;
  readonly signal: AbortSignal;
  /** The conversation before the question, oldest first. */
  readonly history: readonly Turn[];
  /** What the answer says already: an interrupted one goes on behind it. */
  said: string;
  /** When the first text went out, in milliseconds from the start of the run; null before. */
  firstTextMs: number | null;
  readonly begun: number;
}

/** What is asked; the same for the whole run. */
export interface Ask {
  readonly question: string;
  readonly documentIds: readonly DocumentId[] | null;
  readonly pinned: readonly ChunkId[];
  /** Passages in the prompt of the answer before, in its order. */
  readonly previous: readonly ChunkId[];
  readonly modelId: ModelId | null;
  readonly maxTokens: number | null;
}

/** A passage that was found. Its text stays in the store, so that no checkpoint outlives a document. */
export interface FoundPassage {
  readonly chunkId: ChunkId;
  readonly score: number;
  readonly explain: Hit["explain"];
  /** Which of the queries found it first; likeness to a query that was rewritten proves nothing. */
  readonly byQuery: number;
}

/** Evidence whose texts were taken out; see `packEvidence`. */
export type PackedEvidence = Evidence;

/** What a model wrote, and what that took. */
export interface Spoken {
  readonly text: string;
  readonly model: string;
  readonly quantization: string;
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly cutOff: boolean;
  readonly tokens: Receipt["tokens"];
  readonly budget: TokenBudget | null;
}

export const nothingSpoken: Spoken = {
  text: "",
  model: "",
  quantization: "",
  promptTokens: 0,
  answerTokens: 0,
  cutOff: false,
  tokens: { system: 0, history: 0, evidence: 0, question: 0 },
  budget: null,
};

/** A stretch of a chunk that belongs to a part. */
export interface Piece extends Stretch {
  readonly chunkId: ChunkId;
}

/** Consecutive pieces of one document that are read together. */
export interface Part {
  readonly documentId: DocumentId;
  readonly pieces: readonly Piece[];
}

export interface WholePlan {
  readonly documents: readonly ReadableDocument[];
  readonly chunks: number;
  readonly parts: readonly Part[];
  /** The model that reads the parts, and what it is allowed for each; null where none does. */
  readonly reader: {
    readonly model: string;
    readonly quantization: string;
    readonly budget: TokenBudget;
  } | null;
}

/** What a part says for the request, with the sentences that carry it. */
export interface PartNote {
  readonly sentences: readonly {
    readonly text: string;
    readonly supported: AnswerSentence["supported"];
    readonly missing: readonly string[];
    readonly claims: boolean;
    readonly from: Piece | null;
  }[];
  /** Sentences of the model that the part does not carry; they are left out. */
  readonly leftOut: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
}

export interface Outcome {
  readonly answer: string;
  readonly abstained: boolean;
  readonly sentences: readonly AnswerSentence[];
  readonly citations: readonly Citation[];
  readonly nearest: readonly Citation[];
}
