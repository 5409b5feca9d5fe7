import { HearthError } from "../../contract/errors.ts";
import { chunkIdSchema } from "../../contract/ids.ts";
import type { RequestRecord } from "../egress/requestRecord.ts";
import type { ChunkRecord, DocumentRecord, JobSource, JobSummary } from "../store/records.ts";
import type { Store } from "../store/Store.ts";
import { Chunker, type Chunk } from "./chunks/chunkPages.ts";
import { describeText } from "./describeText.ts";
import { identifyFile, sameState, stateOfFile } from "./identifyFile.ts";
import type { IngestProgress } from "./IngestProgress.ts";
import { knownVectors } from "./knownVectors.ts";
import type { OpenIndex, PassageIndex } from "./PassageIndex.ts";
import type { Recognizer } from "./ocr/Recognizer.ts";
import { readWithOcr } from "./ocr/readWithOcr.ts";
import type { Prepared, Taken } from "./pipeline/IngestJob.ts";
import { packWords } from "./readers/packedWords.ts";
import type { ReadPage } from "./readers/Reader.ts";

/** Pages and chunks are written to the store in groups of so many. */
const pagesPerSave = 64;
const chunksPerSave = 256;
/** A file that is being written to is read again so many times. */
const mostTries = 3;

export interface TakeContext {
  readonly store: Store;
  readonly passages: PassageIndex;
  readonly pdfjsDir: string;
  readonly readerEntry: string;
  readonly recognizer: Recognizer;
  readonly password: string | undefined;
  readonly onRefused: (record: RequestRecord) => void;
  readonly progress: IngestProgress;
  readonly signal: AbortSignal;
  /** Resolves when the work may go on: it may have been paused, or others may go first. */
  readonly pass: () => Promise<void>;
}

export type Read = Taken | ({ readonly kind: "read" } & Prepared);

/**
 * The first stage: tells whether a document's file has to be read, reads and splits it. What an engine
 * that was killed had stored of the same file is gone on with; vectors of chunks that have not changed
 * are taken over.
 *
 * @throws HearthError with the reason why the file cannot be read, or `cancelled`
 */
export async function readDocument(known: DocumentRecord, context: TakeContext): Promise<Read> {
  const { store, passages, signal } = context;
  signal.throwIfAborted();
  const target = await passages.open(signal);
  for (let attempt = 1; ; attempt++) {
    const identified = await identifyFile(known, target.stamp, store, signal);
    if (identified.kind !== "changed") return identified;
    const { source } = identified;
    const stored = await readOrGoOn(known, source, target, context);
    if (sameState(source, await stateOfFile(known.path))) {
      return { kind: "read", ...(await prepare(known, stored, source, target, context)) };
    }
    if (attempt >= mostTries) throw stillChanging();
  }
}

/** A version whose pages and chunks are all stored. */
interface Stored {
  readonly version: number;
  /** By an earlier engine: the index may hold some of its rows. */
  readonly before: boolean;
}

async function readOrGoOn(
  known: DocumentRecord,
  source: JobSource,
  target: OpenIndex,
  context: TakeContext,
): Promise<Stored> {
  const { store } = context;
  const before = await store.jobs.get(known.id);
  const isSame = before?.sha256 === source.sha256 && before.fingerprint === source.fingerprint;
  if (isSame && before.summary) {
    await store.documents.update(known.id, { status: "working", error: undefined });
    return { version: before.version, before: true };
  }
  const version = await store.jobs.begin(known.id, source);
  await store.jobs.forgetTries(known.id, version);
  // Rows of a try that was cut off would be found twice.
  if (before) await target.index.removeDocument(known.id, keepPublished(known));
  await read(known, version, context);
  return { version, before: false };
}

async function read(known: DocumentRecord, version: number, context: TakeContext): Promise<void> {
  const { store, progress, signal } = context;
  let unsaved: ReadPage[] = [];
  let chunks: ChunkRecord[] = [];
  let count = 0;
  const save = async (summary?: JobSummary): Promise<void> => {
    const pages = unsaved.map(({ words, ...page }) => ({ ...page, words: packWords(words) }));
    const made = chunks;
    unsaved = [];
    chunks = [];
    await store.jobs.saveParts(known.id, version, pages, made, summary);
  };
  const keep = (made: readonly Chunk[]): void => {
    count += made.length;
    for (const chunk of made) chunks.push(toRecord(chunk, known, version));
  };
  progress.enter("reading", 0);
  const pages: ReadPage[] = [];
  const summary = await readWithOcr(
    known.path,
    async (page, pageCount) => {
      pages.push(page);
      unsaved.push(page);
      progress.at(pages.length, pageCount);
      await context.pass();
      if (unsaved.length >= pagesPerSave) await save();
    },
    {
      pdfjsDir: context.pdfjsDir,
      workerPath: context.readerEntry,
      signal,
      onRefused: context.onRefused,
      password: context.password,
      recognizer: context.recognizer,
      onRecognizing: (all) => progress.enter("recognizing", all, pages.length),
    },
  );
  progress.enter("splitting", pages.length);
  const chunker = new Chunker(summary);
  for (const page of pages) {
    keep(chunker.push(page));
    if (chunks.length >= chunksPerSave) await save();
  }
  keep(chunker.finish());
  const { mediaType, pageCount, paged, recognized, unreadable } = summary;
  await save({ mediaType, pageCount, paged, recognized, unreadable, chunks: count });
}

function toRecord(chunk: Chunk, { id }: DocumentRecord, version: number): ChunkRecord {
  const { ordinal, page, text, context, parts, sentences, location } = chunk;
  return {
    id: chunkIdSchema.parse(`${id}:${version}:${ordinal}`),
    documentId: id,
    version,
    ordinal,
    page,
    text,
    context,
    parts,
    sentences,
    location,
  };
}

/** Looks up what is stored of a version and not in the index yet. */
async function prepare(
  known: DocumentRecord,
  { version, before }: Stored,
  source: JobSource,
  target: OpenIndex,
  { store }: TakeContext,
): Promise<Prepared> {
  const summary = (await store.jobs.get(known.id))?.summary;
  // Removed while it was read.
  if (!summary) throw documentMissing();
  const chunks = await store.documents.chunksOf(known.id, version);
  const present = before ? await target.index.vectorsOf(known.id, version) : new Map();
  const others = await store.documents.findByHash(source.sha256);
  const same = others.filter(({ id }) => id !== known.id).slice(0, 1);
  return {
    version,
    target,
    chunks: chunks.filter((chunk) => !present.has(chunk.id)),
    known: await knownVectors([known, ...same], store, target),
    patch: {
      ...source,
      ...describeText(chunks),
      mediaType: summary.mediaType,
      stage: "done",
      done: summary.chunks,
      total: summary.chunks,
      pages: summary.paged ? summary.pageCount : null,
      recognized: summary.recognized,
      unreadable: summary.unreadable,
      chunks: summary.chunks,
      error: undefined,
    },
  };
}

/** Which rows of a document the index keeps when all others go. */
export function keepPublished({ version }: Pick<DocumentRecord, "version">): {
  keepVersions: readonly number[];
} {
  return { keepVersions: version > 0 ? [version] : [] };
}

function stillChanging(): HearthError {
  return new HearthError({
    code: "file-unreadable",
    title: "This file is still being written.",
    cause: `It changed each of the ${mostTries} times that it was read.`,
    suggestion: "Add it again when the program that writes it is done.",
  });
}

export function documentMissing(): HearthError {
  return new HearthError({
    code: "not-found",
    title: "This document is not in the library any more.",
    suggestion: "Add it again if you need it.",
  });
}
