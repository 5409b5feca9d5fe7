import type { DocumentId } from "../../contract/ids.ts";
import type { DocumentRecord } from "../store/records.ts";
import type { Store } from "../store/Store.ts";
import type { DocumentList } from "./DocumentList.ts";
import type { OpenIndex } from "./PassageIndex.ts";
import type { Prepared } from "./pipeline/IngestJob.ts";
import { documentMissing, keepPublished } from "./takeDocument.ts";

/**
 * Removes what belongs to no published version. Nothing may be added meanwhile: it would be taken for a
 * leftover.
 *
 * @returns documents that are not whole in the index
 */
export async function sweepIndex(
  store: Store,
  list: DocumentList,
  { index, stamp }: OpenIndex,
): Promise<DocumentId[]> {
  const present = new Map<DocumentId, Map<number, number>>();
  for (const { documentId, version, chunks } of await index.documents()) {
    const versions = present.get(documentId) ?? new Map<number, number>();
    present.set(documentId, versions.set(version, chunks));
  }
  const missing: DocumentId[] = [];
  // What is being made is gone on with.
  const making = new Map(
    (await store.jobs.list()).map((job) => [job.documentId, job.version] as const),
  );
  for (const ready of await store.documents.readyVersions()) {
    const versions = present.get(ready.documentId);
    present.delete(ready.documentId);
    // The count tells a document that was half rebuilt when the engine was ended, or added twice.
    const whole = versions?.get(ready.version) === list.get(ready.documentId)?.chunks;
    if (!versions || !whole || ready.fingerprint !== stamp) missing.push(ready.documentId);
    else if (versions.size > 1) {
      const kept = making.get(ready.documentId) ?? ready.version;
      await index.removeDocument(ready.documentId, { keepVersions: [ready.version, kept] });
    }
  }
  // What is left belongs to documents that are gone, were never finished, or are being renewed.
  for (const documentId of present.keys()) {
    const record = await store.documents.get(documentId);
    const kept = record ? keepPublished(record).keepVersions : [];
    const made = making.get(documentId);
    await index.removeDocument(documentId, {
      keepVersions: made === undefined ? kept : [...kept, made],
    });
  }
  return missing;
}

/** The first stage for a document whose text is stored and whose place in the index is missing. */
export async function readForRebuild(
  { id }: DocumentRecord,
  store: Store,
  target: OpenIndex,
): Promise<Prepared> {
  const record = await store.documents.get(id);
  if (record?.status !== "ready") throw documentMissing();
  await target.index.removeDocument(id);
  return {
    version: record.version,
    target,
    chunks: await store.documents.chunksOf(id, record.version),
    known: new Map(),
    patch: { fingerprint: target.stamp },
  };
}
