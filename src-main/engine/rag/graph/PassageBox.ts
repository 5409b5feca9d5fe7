import { HearthError } from "../../../contract/errors.ts";
import type { ChunkId, DocumentId } from "../../../contract/ids.ts";
import type {
  Passage,
  PassageRetriever,
  ReadableDocument,
} from "../../retrieval/PassageRetriever.ts";
import type { ChunkRecord } from "../../store/records.ts";
import type { FoundPassage } from "./types.ts";

/** The passages of one run with their texts, which the graph's state does not hold. */
export class PassageBox {
  readonly #retriever: Pick<PassageRetriever, "byIds" | "chunksOf">;
  readonly #passages = new Map<ChunkId, Passage>();
  #document: { id: DocumentId; chunks: Map<ChunkId, ChunkRecord> } | null = null;

  constructor(retriever: Pick<PassageRetriever, "byIds" | "chunksOf">) {
    this.#retriever = retriever;
  }

  put(passages: readonly Passage[]): void {
    for (const passage of passages) this.#passages.set(passage.chunk.id, passage);
  }

  /** A passage that {@link put} or {@link load} has brought. */
  readonly get = (chunkId: ChunkId): Passage | undefined => this.#passages.get(chunkId);

  /** The passages with their texts, in order; those of documents that are gone are left out. */
  async load(found: readonly FoundPassage[]): Promise<Passage[]> {
    const missing = found.filter(({ chunkId }) => !this.#passages.has(chunkId));
    if (missing.length > 0) {
      this.put(await this.#retriever.byIds(missing.map(({ chunkId }) => chunkId)));
    }
    return found.flatMap(({ chunkId, score, explain }) => {
      const passage = this.#passages.get(chunkId);
      return passage ? [{ ...passage, score, explain }] : [];
    });
  }

  /** All chunks of a document; one document at a time is held. */
  async chunks(document: ReadableDocument): Promise<ReadonlyMap<ChunkId, ChunkRecord>> {
    if (this.#document?.id !== document.id) {
      const chunks = await this.#retriever.chunksOf(document);
      this.#document = { id: document.id, chunks: new Map(chunks.map((one) => [one.id, one])) };
    }
    return this.#document.chunks;
  }

  /** @throws HearthError `conflict` where the document changed since the plan was made */
  async chunk(document: ReadableDocument, chunkId: ChunkId): Promise<ChunkRecord> {
    const chunk = (await this.chunks(document)).get(chunkId);
    if (chunk) return chunk;
    throw new HearthError({
      code: "conflict",
      title: `“${document.name}” changed while it was being read.`,
      cause: "A passage that was to be read next is not there any more.",
      suggestion: "Ask again: the answer will be made from the document as it is now.",
    });
  }
}
