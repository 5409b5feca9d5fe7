import type { DocumentId } from "../../contract/ids.ts";
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
          .map((record) => ({ chunkId: record.id, version: record.version, record }));
      },
    });
    const hits = await retriever.retrieve(query, { mode: "hybrid", ...options });
    const names = new Map<DocumentId, string>();
    const passages: Passage[] = [];
    for (const hit of hits) {
      const chunk = hit.chunk.record;
      let document = names.get(chunk.documentId);
      if (document === undefined) {
        document = (await this.#store.documents.get(chunk.documentId))?.name ?? "";
        names.set(chunk.documentId, document);
      }
      passages.push({ chunk, document, score: hit.score, explain: hit.explain });
    }
    return passages;
  }
}
