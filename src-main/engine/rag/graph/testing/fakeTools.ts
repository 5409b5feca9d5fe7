import os from "node:os";
import path from "node:path";
import { HearthError } from "../../../../contract/errors.ts";
import type { ChunkId, DocumentId, ModelId } from "../../../../contract/ids.ts";
import type { Model } from "../../../../contract/models.ts";
import { resourcesDir } from "../../../../paths/entries.ts";
import { splitSentences } from "../../../library/chunks/splitSentences.ts";
import type {
  CallOptions,
  GenerateRequest,
  InferenceBackend,
} from "../../../llama/InferenceBackend.ts";
import type { ModelManager } from "../../../models/ModelManager.ts";
import type { Passage } from "../../../retrieval/PassageRetriever.ts";
import type { ChunkRecord } from "../../../store/records.ts";
import { coverage, stemSet, termsOf } from "../../evidence/terms.ts";
import { PromptLibrary } from "../../prompts/PromptLibrary.ts";
import type { AnswerTools } from "../types.ts";

const dimensions = 128;

/** A library in memory, with the real grading, prompts and alignment on it. */
export class FakeLibrary {
  readonly chunks: ChunkRecord[] = [];
  readonly names = new Map<DocumentId, string>();
  /** Queries that were searched with. */
  readonly queries: string[] = [];
  /** What the model was asked. */
  readonly requests: GenerateRequest[] = [];
  /** What it writes, piece by piece; by default a fixed sentence. */
  reply: (request: GenerateRequest) => readonly string[] = () => ["Nothing", " is", " known."];
  contextTokens = 2048;
  hasModel = true;

  /** One chunk for each text, each on a page of its own. */
  add(name: string, ...texts: string[]): DocumentId {
    const documentId = `doc-${this.names.size + 1}` as DocumentId;
    this.names.set(documentId, name);
    texts.forEach((text, ordinal) => {
      this.chunks.push({
        id: `${documentId}:${ordinal}` as ChunkId,
        documentId,
        version: 1,
        ordinal,
        page: ordinal + 1,
        text,
        context: "",
        parts: [{ page: ordinal + 1, start: 0, end: text.length, textStart: 0 }],
        sentences: splitSentences(text),
        location: { kind: "page", page: ordinal + 1, rects: [] },
      });
    });
    return documentId;
  }

  tools(): AnswerTools {
    return {
      retriever: {
        retrieve: (query, { limit, documentIds }) => {
          this.queries.push(query);
          const terms = termsOf(query);
          const found = this.#chunksIn(documentIds)
            .map((chunk) => ({ chunk, score: coverage(terms, stemSet(chunk.text)) }))
            .filter(({ score }) => score > 0)
            .sort((a, b) => b.score - a.score)
            .slice(0, limit);
          return Promise.resolve(found.map(({ chunk, score }) => this.#passage(chunk, score)));
        },
        byIds: (ids) =>
          Promise.resolve(
            ids.flatMap((id) => {
              const chunk = this.chunks.find((one) => one.id === id);
              return chunk ? [this.#passage(chunk, 0)] : [];
            }),
          ),
        readable: (ids) =>
          Promise.resolve({
            documents: [...this.names]
              .filter(([id]) => !ids || ids.includes(id))
              .map(([id, name]) => ({ id, name, version: 1 })),
            unreadable: [],
          }),
        chunksOf: ({ id }) => Promise.resolve(this.#chunksIn([id])),
      },
      passages: { embed: (texts) => Promise.resolve(texts.map(vectorOf)) },
      models: this.#models(),
      prompts: new PromptLibrary({
        shipped: path.join(resourcesDir(), "prompts"),
        home: path.join(os.tmpdir(), "hearth-no-such-home"),
      }),
      locate: ({ chunk }) => Promise.resolve(chunk.location),
    };
  }

  #chunksIn(ids: readonly DocumentId[] | undefined): ChunkRecord[] {
    return this.chunks.filter(({ documentId }) => !ids || ids.includes(documentId));
  }

  #passage(chunk: ChunkRecord, score: number): Passage {
    const contributions =
      score === 0 ? [] : [{ list: "vector" as const, rank: 1, raw: score, contribution: score }];
    const document = this.names.get(chunk.documentId) ?? "";
    return { chunk, document, score, explain: { contributions } };
  }

  #models(): Pick<ModelManager, "find" | "use"> {
    const { requests } = this;
    const generate = async function* (
      this: FakeLibrary,
      request: GenerateRequest,
      options: CallOptions = {},
    ): ReturnType<InferenceBackend["generate"]> {
      requests.push(request);
      yield { type: "prompt", evaluatedTokens: 1, reusedTokens: 0, totalTokens: 1 };
      const pieces = this.reply(request);
      for (const text of pieces) {
        if (options.signal?.aborted) break;
        yield { type: "text", text, tokens: 1 };
      }
      yield {
        type: "end",
        reason: options.signal?.aborted ? "cancelled" : "stop",
        promptTokens: 10,
        reusedTokens: 0,
        tokens: pieces.length,
        firstTokenMs: 1,
        tokensPerSecond: 1,
      };
    }.bind(this);
    const backend = {
      info: { contextTokens: this.contextTokens },
      countTokens: (texts: readonly string[]) =>
        Promise.resolve(texts.map((text) => text.split(/\s+/).filter(Boolean).length)),
      generate,
    } as unknown as InferenceBackend;
    return {
      find: () => {
        if (this.hasModel)
          return { id: "m" as ModelId, name: "Small", quantization: "Q4" } as Model;
        throw new HearthError({ code: "model-missing", title: "There is no chat model." });
      },
      use: (_model, _purpose, work) => work(backend),
    };
  }
}

/** Texts with the same words have vectors that point the same way. */
function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const stem of stemSet(text)) {
    let hash = 7;
    for (const letter of stem) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
    vector[hash % dimensions]! += 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
