import { createHash } from "node:crypto";
import type { ChunkRecord, DocumentRecord } from "../store/records.ts";
import type { Store } from "../store/Store.ts";
import { indexedText, type OpenIndex } from "./PassageIndex.ts";

/** Vectors that were made before, by what they were made of. */
export type KnownVectors = ReadonlyMap<string, Float32Array>;

/** The same for chunks whose vectors are the same, wherever they stand. */
export function vectorKey(chunk: Pick<ChunkRecord, "context" | "text">): string {
  return createHash("sha256").update(indexedText(chunk).toWellFormed()).digest("base64");
}

/** Those of the published versions of documents, as far as the index in use holds them. */
export async function knownVectors(
  documents: readonly DocumentRecord[],
  store: Store,
  { index, stamp }: OpenIndex,
): Promise<KnownVectors> {
  const found = new Map<string, Float32Array>();
  for (const { id, version, fingerprint } of documents) {
    if (version === 0 || fingerprint !== stamp) continue;
    const vectors = await index.vectorsOf(id, version);
    if (vectors.size === 0) continue;
    for (const chunk of await store.documents.chunksOf(id, version)) {
      const vector = vectors.get(chunk.id);
      if (vector) found.set(vectorKey(chunk), vector);
    }
  }
  return found;
}
