import { cancelledError } from "../../contract/errors.ts";
import type { ChunkId, DocumentId } from "../../contract/ids.ts";
import type { VectorIndex } from "../index/VectorIndex.ts";
import { fuse } from "./fuse.ts";
import { keywordList } from "./keyword.ts";
import type { FusedHit, RankedList } from "./rankedList.ts";
import { defaultSettings, type RetrievalSettings } from "./settings.ts";
import { rerank, type Rerank } from "./rerank.ts";
import { smooth } from "./smooth.ts";
import { vectorList, type Embed } from "./vector.ts";

export type RetrievalMode = "keyword" | "vector" | "hybrid";

/** The least that the document store must know of a chunk. */
export interface StoredChunk {
  readonly chunkId: ChunkId;
}

/** A hit that the document store vouches for, with what the store says of it. */
export interface RetrievedChunk<T extends StoredChunk> extends FusedHit {
  readonly chunk: T;
}

export interface HybridRetrieverOptions<T extends StoredChunk> {
  readonly index: Pick<VectorIndex, "keywordSearch" | "vectorSearch">;
  readonly embed: Embed;
  /**
   * Asks the document store for chunks. What is gone, not ready or of an older version is left out of
   * its answer, and dropped.
   */
  readonly resolve: (
    chunkIds: readonly ChunkId[],
    options: { readonly signal?: AbortSignal },
  ) => Promise<readonly T[]>;
  /** A model that reads the best passages again; none if left out. */
  readonly rerank?: Rerank | undefined;
  /** What it reads of a chunk. */
  readonly textOf?: (chunk: T) => string;
  /** {@link defaultSettings} if left out. */
  readonly settings?: RetrievalSettings;
}

export interface RetrieveOptions {
  readonly limit: number;
  readonly documentIds?: readonly DocumentId[];
  /** `hybrid` if left out. */
  readonly mode?: RetrievalMode;
  readonly signal?: AbortSignal;
}

/** How deep each list is read: a chunk that only one list has far down can still matter. */
const minDepth = 100;
const depthPerHit = 4;
const maxDepth = 6_400;

/**
 * Finds chunks by words and by meaning, joins both lists, and lets passages that say alike support
 * each other.
 */
export class HybridRetriever<T extends StoredChunk> {
  readonly #options: HybridRetrieverOptions<T>;

  constructor(options: HybridRetrieverOptions<T>) {
    this.#options = options;
  }

  /** The best chunks, best first, none twice. Fewer than `limit` only if there are no more. */
  async retrieve(query: string, options: RetrieveOptions): Promise<RetrievedChunk<T>[]> {
    const known = new Map<ChunkId, T | null>();
    // Hits of older versions may fill the lists; then both are read deeper.
    for (let depth = Math.max(minDepth, options.limit * depthPerHit); ; depth *= 4) {
      const found = await this.#search(query, { ...options, limit: depth });
      await this.#resolve(found, known, options.signal);
      const live = found.map((list) => ({
        ...list,
        hits: list.hits.filter((hit) => known.get(hit.chunkId)),
      }));
      const ranked = this.#rank(live);
      const exhausted = found.every((list) => !list.full);
      if (ranked.length >= options.limit || exhausted || depth >= maxDepth) {
        const hits = await this.#reread(query, ranked, known, options);
        return hits.slice(0, options.limit).flatMap(({ vector: _vector, ...hit }) => {
          const chunk = known.get(hit.chunkId);
          return chunk ? [{ ...hit, chunk }] : [];
        });
      }
    }
  }

  #rank(lists: readonly RankedList[]): FusedHit[] {
    const settings = this.#options.settings ?? defaultSettings;
    const fused = fuse(lists, settings);
    // A list that was asked for alone is given as it is.
    return lists.length > 1 ? smooth(fused, settings) : fused;
  }

  /** Has the best passages read again, where both lists were asked and there is a model for it. */
  async #reread(
    query: string,
    hits: readonly FusedHit[],
    known: ReadonlyMap<ChunkId, T | null>,
    { mode = "hybrid", signal }: RetrieveOptions,
  ): Promise<readonly FusedHit[]> {
    const { rerank: read, textOf, settings = defaultSettings } = this.#options;
    if (!read || !textOf || mode !== "hybrid" || settings.rerankShare === 0) return hits;
    const texts = hits.slice(0, settings.reranked).flatMap(({ chunkId }) => {
      const chunk = known.get(chunkId);
      return chunk ? [textOf(chunk)] : [];
    });
    if (texts.length === 0) return hits;
    const scores = await read(query, texts, signal ? { signal } : {});
    throwIfAborted(signal);
    return rerank(hits, texts.length, scores, settings);
  }

  async #search(query: string, options: RetrieveOptions): Promise<RankedList[]> {
    const { index, embed } = this.#options;
    const mode = options.mode ?? "hybrid";
    const search = { ...options, withVectors: mode === "hybrid" };
    const lists: Promise<RankedList>[] = [];
    if (mode !== "vector") lists.push(keywordList(index, query, search));
    if (mode !== "keyword") lists.push(vectorList(index, embed, query, search));
    const found = await Promise.all(lists);
    throwIfAborted(options.signal);
    return found;
  }

  async #resolve(
    lists: readonly RankedList[],
    known: Map<ChunkId, T | null>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const unknown = new Set<ChunkId>();
    for (const list of lists) {
      for (const { chunkId } of list.hits) if (!known.has(chunkId)) unknown.add(chunkId);
    }
    if (unknown.size === 0) return;
    const chunks = await this.#options.resolve([...unknown], signal ? { signal } : {});
    throwIfAborted(signal);
    for (const chunkId of unknown) known.set(chunkId, null);
    for (const chunk of chunks) known.set(chunk.chunkId, chunk);
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelledError();
}
