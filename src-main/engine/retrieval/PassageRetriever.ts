import type { ChunkId, DocumentId } from "../../contract/ids.ts";
import type { Hit } from "../../contract/search.ts";
import { indexedText, type PassageIndex } from "../library/PassageIndex.ts";
import type { ChunkRecord } from "../store/records.ts";
import type { Store } from "../store/Store.ts";
import { HybridRetriever, type StoredChunk } from "./HybridRetriever.ts";
import type { ModelReranker } from "./ModelReranker.ts";

/** A chunk that was found, with its document's name and how it came by its rank. */
export interface Passage {
  chunk: ChunkRecord;
  document: string;
  score: number;
  explain: Hit["explain"];
}

/** A document with its text as it is now. */
export interface ReadableDocument {
  id: DocumentId;
  name: string;
  version: number;
}

/** Finds passages of the library: the search index proposes, the store decides what is current. */
export class PassageRetriever {
  readonly #store: Store;
  readonly #passages: PassageIndex;
  readonly #reranker: ModelReranker;
  readonly #isAttachment: (documentId: DocumentId) => boolean;

  constructor(options: {
    store: Store;
    passages: PassageIndex;
    reranker: ModelReranker;
    /** Attachments of messages are found only where they are asked about. */
    isAttachment: (documentId: DocumentId) => boolean;
  }) {
    this.#store = options.store;
    this.#passages = options.passages;
    this.#reranker = options.reranker;
    this.#isAttachment = options.isAttachment;
  }

  async retrieve(
    query: string,
    options: { limit: number; documentIds?: readonly DocumentId[]; signal?: AbortSignal },
  ): Promise<Passage[]> {
    const { signal } = options;
    const { index } = await this.#passages.open(signal);
    const retriever = new HybridRetriever<StoredChunk & { readonly record: ChunkRecord }>({
      index,
      rerank: this.#reranker.current,
      textOf: ({ record }) => indexedText(record),
      embed: (texts, embedOptions) =>
        this.#passages.embed(texts, { ...embedOptions, priority: "chat" }),
      resolve: async (ids) => {
        const records = await this.#store.documents.getChunks([...ids]);
        const named = options.documentIds !== undefined;
        return records
          .filter((record) => named || !this.#isAttachment(record.documentId))
          .map((record) => ({ chunkId: record.id, record }));
      },
    });
    const hits = await retriever.retrieve(query, { mode: "hybrid", ...options });
    return await this.#named(
      hits.map((hit) => ({ chunk: hit.chunk.record, score: hit.score, explain: hit.explain })),
    );
  }

  /** Passages by their ids, in that order, as far as they are there; found by no search, so without a score. */
  async byIds(ids: readonly ChunkId[]): Promise<Passage[]> {
    const records = await this.#store.documents.getChunks([...ids]);
    return await this.#named(
      records.map((chunk) => ({ chunk, score: 0, explain: { contributions: [] } })),
    );
  }

  /**
   * The documents that can be read whole, in the order of the library, and the names of those that
   * cannot. Without ids all that are no attachments.
   */
  async readable(
    ids?: readonly DocumentId[],
  ): Promise<{ documents: ReadableDocument[]; unreadable: string[] }> {
    const versions = new Map(
      (await this.#store.documents.readyVersions()).map((ready) => [ready.documentId, ready]),
    );
    const wanted = ids && new Set(ids);
    const records = (await this.#store.documents.list()).filter((record) =>
      wanted ? wanted.has(record.id) : !record.attachment,
    );
    const documents: ReadableDocument[] = [];
    const unreadable: string[] = [];
    for (const { id, name } of records) {
      const ready = versions.get(id);
      if (ready) documents.push({ id, name, version: ready.version });
      else unreadable.push(name);
    }
    return { documents, unreadable };
  }

  /** All chunks of one document in reading order; none where that version is gone. */
  async chunksOf({ id, version }: ReadableDocument): Promise<ChunkRecord[]> {
    return await this.#store.documents.chunksOf(id, version);
  }

  async #named(found: readonly Omit<Passage, "document">[]): Promise<Passage[]> {
    const names = new Map<DocumentId, string>();
    const passages: Passage[] = [];
    for (const { chunk, ...rest } of found) {
      let document = names.get(chunk.documentId);
      if (document === undefined) {
        document = (await this.#store.documents.get(chunk.documentId))?.name ?? "";
        names.set(chunk.documentId, document);
      }
      passages.push({ chunk, document, ...rest });
    }
    return passages;
  }
}
