import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { z } from "zod";
import { HearthError, cancelledError } from "../../contract/errors.ts";
import { chunkIdSchema, documentIdSchema, type ChunkId } from "../../contract/ids.ts";
import type { retrievalEvalSchema } from "../../contract/system.ts";
import {
  VectorIndex,
  type IndexHit,
  type IndexRow,
  type IndexSearchOptions,
} from "../index/VectorIndex.ts";
import {
  HybridRetriever,
  type RetrievalMode,
  type StoredChunk,
} from "../retrieval/HybridRetriever.ts";
import type { Rerank } from "../retrieval/rerank.ts";
import { defaultSettings, type RetrievalSettings } from "../retrieval/settings.ts";
import type { Embed } from "../retrieval/vector.ts";
import { ablate, crossValidate, type ScoreWith } from "./compareSettings.ts";
import type { BeirDataset, BeirDocument } from "./loadBeir.ts";
import { average, scoreRanking, type QueryScores, type RetrievalMetrics } from "./queryScores.ts";

export type RetrievalEval = z.infer<typeof retrievalEvalSchema>;

/** A chunk of a test document, as the product cuts and indexes it. */
export interface EvalChunk {
  /** What is embedded. */
  readonly embedText: string;
  /** What keyword search looks at. */
  readonly indexText: string;
}

export interface EvaluateRetrievalOptions {
  readonly dataset: BeirDataset;
  /** The product's own way of cutting a document. */
  readonly chunk: (document: BeirDocument) => readonly EvalChunk[] | Promise<readonly EvalChunk[]>;
  readonly embed: Embed;
  /** The model that reads found passages again, where there is one. */
  readonly rerank?: Rerank | undefined;
  /** Where the index is made; a folder of its own, which is removed at the end. */
  readonly tempDir?: string;
  /** Also with each technique of the hybrid search switched off. */
  readonly ablate?: boolean;
  /** Also with settings that are chosen on all folds of the queries but one, for that one. */
  readonly folds?: number;
  readonly onProgress?: (progress: { stage: string; done: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

/** Chunks asked for per query: ten documents are among them even if each is found in many chunks. */
const chunksPerQuery = 100;
const chunksPerBatch = 64;

/**
 * Measures retrieval on a collection with judgements: every document is cut, embedded and indexed as
 * the product does it, then each query is run by keywords, by vectors and by both. A document's place
 * is that of its best chunk.
 *
 * @throws HearthError `bad-input` for an empty collection, or if no arm finds anything that is judged
 *   relevant: then the collection and its judgements do not belong together.
 */
export async function evaluateRetrieval(options: EvaluateRetrievalOptions): Promise<RetrievalEval> {
  const { dataset } = options;
  if (dataset.documents.length === 0 || dataset.queries.length === 0) {
    throw nothingToMeasure("The collection has no documents or no queries.");
  }
  const dir = await mkdtemp(join(options.tempDir ?? tmpdir(), "hearth-eval-"));
  try {
    const from = performance.now();
    const built = await buildIndex(dir, options);
    const ingestMs = performance.now() - from;
    try {
      const searcher = new Searcher(built, options);
      const scoreHybrid: ScoreWith = (settings) => searcher.score("hybrid", settings);
      const results = {
        keyword: average(await searcher.score("keyword", defaultSettings)),
        vector: average(await searcher.score("vector", defaultSettings)),
        hybrid: average(await scoreHybrid(defaultSettings)),
      };
      if (Object.values(results).every(({ recallAt10 }) => recallAt10 === 0)) {
        throw nothingToMeasure("No query found any of the documents that are judged relevant.");
      }
      return {
        dataset: dataset.name,
        documents: dataset.documents.length,
        queries: dataset.queries.length,
        arms: results,
        ingestMs,
        ...(options.ablate === true
          ? { ablation: await ablate(scoreHybrid, { reranks: options.rerank !== undefined }) }
          : {}),
        ...(options.folds === undefined
          ? {}
          : { folds: await crossValidate(scoreHybrid, options.folds) }),
      };
    } finally {
      await built.index.close();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface BuiltIndex {
  readonly index: VectorIndex;
  readonly documentOf: ReadonlyMap<ChunkId, string>;
  /** What is read again: as much as was embedded. */
  readonly textOf: ReadonlyMap<ChunkId, string>;
}

async function buildIndex(dir: string, options: EvaluateRetrievalOptions): Promise<BuiltIndex> {
  const { documents } = options.dataset;
  const documentOf = new Map<ChunkId, string>();
  const textOf = new Map<ChunkId, string>();
  let index: VectorIndex | undefined;
  let waiting: { chunkId: ChunkId; documentId: string; chunk: EvalChunk }[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const vectors = await embedAll(
      options,
      waiting.map(({ chunk }) => chunk.embedText),
    );
    index ??= await openIndex(join(dir, "index"), vectors[0]?.length ?? 0);
    const rows = waiting.map(({ chunkId, documentId, chunk }, at): IndexRow => {
      const vector = vectors[at];
      if (!vector) throw nothingToMeasure("The embedding model returned too few vectors.");
      return {
        chunkId,
        documentId: documentIdSchema.parse(documentId),
        version: 1,
        text: chunk.indexText,
        vector,
      };
    });
    await index.add(rows, options.signal ? { signal: options.signal } : {});
    waiting = [];
  };

  for (const [at, document] of documents.entries()) {
    throwIfAborted(options.signal);
    for (const chunk of await options.chunk(document)) {
      // Ids of a collection can be of any length; those of chunks cannot.
      const chunkId = chunkIdSchema.parse(`${at}-${documentOf.size}`);
      documentOf.set(chunkId, document.id);
      textOf.set(chunkId, chunk.embedText);
      waiting.push({ chunkId, documentId: `document-${at}`, chunk });
    }
    if (waiting.length >= chunksPerBatch) await flush();
    options.onProgress?.({ stage: "indexing", done: at + 1, total: documents.length });
  }
  await flush();
  if (!index) throw nothingToMeasure("None of the documents has any text.");
  await index.optimize({ force: true });
  await index.refresh(options.signal ? { signal: options.signal } : {});
  return { index, documentOf, textOf };
}

/** A ranking of documents for each query, by one way of searching. */
class Searcher {
  readonly #built: BuiltIndex;
  readonly #options: EvaluateRetrievalOptions;
  readonly #queryVectors = new Map<string, Float32Array>();
  readonly #found = new Map<string, Promise<IndexHit[]>>();

  constructor(built: BuiltIndex, options: EvaluateRetrievalOptions) {
    this.#built = built;
    this.#options = options;
  }

  async score(mode: RetrievalMode, settings: RetrievalSettings): Promise<QueryScores> {
    const { dataset, signal, onProgress } = this.#options;
    const retriever = new HybridRetriever<StoredChunk>({
      index: {
        keywordSearch: (query, search) =>
          this.#once(`words ${query}`, search, () =>
            this.#built.index.keywordSearch(query, search),
          ),
        vectorSearch: (vector, search) =>
          this.#once(`vector ${vector.join()}`, search, () =>
            this.#built.index.vectorSearch(vector, search),
          ),
      },
      embed: (texts) => this.#embed(texts),
      rerank: this.#options.rerank,
      textOf: ({ chunkId }) => this.#built.textOf.get(chunkId) ?? "",
      resolve: async (chunkIds) => chunkIds.map((chunkId) => ({ chunkId })),
      settings,
    });
    const scores: RetrievalMetrics[] = [];
    for (const [at, query] of dataset.queries.entries()) {
      throwIfAborted(signal);
      const hits = await retriever.retrieve(query.text, {
        mode,
        limit: chunksPerQuery,
        ...(signal ? { signal } : {}),
      });
      // A set keeps the first place of each document: that of its best chunk.
      const ranking = [
        ...new Set(hits.map((hit) => this.#built.documentOf.get(hit.chunkId) ?? "")),
      ];
      scores.push(scoreRanking(ranking, dataset.judgements.get(query.id) ?? new Map()));
      onProgress?.({ stage: "searching", done: at + 1, total: dataset.queries.length });
    }
    return scores;
  }

  /** The same search is not run again for other settings. */
  #once(
    what: string,
    { limit, withVectors }: IndexSearchOptions,
    search: () => Promise<IndexHit[]>,
  ): Promise<IndexHit[]> {
    const key = `${limit} ${String(withVectors)} ${what}`;
    const found = this.#found.get(key) ?? search();
    this.#found.set(key, found);
    return found;
  }

  async #embed(texts: readonly string[]): Promise<Float32Array[]> {
    const missing = texts.filter((text) => !this.#queryVectors.has(text));
    const vectors = missing.length === 0 ? [] : await embedAll(this.#options, missing);
    missing.forEach((text, at) => this.#queryVectors.set(text, vectors[at] ?? new Float32Array()));
    return texts.map((text) => this.#queryVectors.get(text) ?? new Float32Array());
  }
}

async function openIndex(dir: string, dimensions: number): Promise<VectorIndex> {
  return VectorIndex.open({
    dir,
    fingerprint: {
      model: "evaluation",
      quantization: "",
      chunkerVersion: "",
      prefix: "",
      dimensions,
    },
  });
}

async function embedAll(
  options: EvaluateRetrievalOptions,
  texts: readonly string[],
): Promise<readonly Float32Array[]> {
  throwIfAborted(options.signal);
  return options.embed(texts, options.signal ? { signal: options.signal } : {});
}

function nothingToMeasure(cause: string): HearthError {
  return new HearthError({
    code: "bad-input",
    title: "There is nothing to measure.",
    cause,
    suggestion: "Choose a folder with corpus.jsonl, queries.jsonl and qrels.tsv that fit together.",
  });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelledError();
}
