import type { DocumentId } from "../../contract/ids.ts";
import type { KeyedLock } from "../core/KeyedLock.ts";
import type { Store } from "../store/Store.ts";
import type { DocumentList } from "./DocumentList.ts";
import { indexChunks } from "./indexChunks.ts";
import { IngestProgress } from "./IngestProgress.ts";
import type { OpenIndex, PassageIndex } from "./PassageIndex.ts";
import { keepPublished } from "./takeDocument.ts";

/** All work that writes to the index waits in one queue, by this key. */
export const ingestQueue = "ingest";

export interface ReindexOptions {
  store: Store;
  index: PassageIndex;
  list: DocumentList;
  queue: KeyedLock;
  signal: AbortSignal;
}

type ReadyVersion = Awaited<ReturnType<Store["documents"]["readyVersions"]>>[number];

/** Brings the index in step with the store: what one has and the other lacks. */
export async function reindex(options: ReindexOptions): Promise<void> {
  const { index: passages, queue, signal } = options;
  const target = await passages.open(signal);
  // In one turn: what an ingest adds between looking and removing must not be taken for a leftover.
  const missing = await queue.run(ingestQueue, () => sweep(options, target));
  for (const ready of missing) {
    await queue.run(ingestQueue, () => rebuild(ready, options, target));
  }
  await queue.run(ingestQueue, () => target.index.optimize());
}

/** Removes what belongs to no published version. @returns the versions that are not whole */
async function sweep(
  { store, list }: ReindexOptions,
  { index, stamp }: OpenIndex,
): Promise<ReadyVersion[]> {
  const present = new Map<DocumentId, Map<number, number>>();
  for (const { documentId, version, chunks } of await index.documents()) {
    const versions = present.get(documentId) ?? new Map<number, number>();
    present.set(documentId, versions.set(version, chunks));
  }
  const missing: ReadyVersion[] = [];
  // What is being made is gone on with.
  const making = new Map(
    (await store.jobs.list()).map((job) => [job.documentId, job.version] as const),
  );
  for (const ready of await store.documents.readyVersions()) {
    const versions = present.get(ready.documentId);
    present.delete(ready.documentId);
    // The count tells a document that was half rebuilt when the engine was ended, or added twice.
    const whole = versions?.get(ready.version) === list.get(ready.documentId)?.chunks;
    if (!versions || !whole || ready.fingerprint !== stamp) missing.push(ready);
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

async function rebuild(
  { documentId, version }: ReadyVersion,
  { store, index: passages, list, signal }: ReindexOptions,
  target: OpenIndex,
): Promise<void> {
  const record = await store.documents.get(documentId);
  // Removed or read anew while it waited.
  if (record?.status !== "ready" || record.version !== version || signal.aborted) return;
  await target.index.removeDocument(documentId);
  const chunks = await store.documents.chunksOf(documentId, version);
  const progress = new IngestProgress(record, (row, rate) => list.put(row, rate));
  await indexChunks(chunks, target, passages, progress, signal);
  list.put(await store.documents.update(documentId, { fingerprint: target.stamp }));
}
