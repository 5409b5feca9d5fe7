import type { ApiKey } from "../../contract/apiKeys.ts";
import type { BenchRun } from "../../contract/bench.ts";
import type { Collection } from "../../contract/collections.ts";
import type { Chat, Message } from "../../contract/chat.ts";
import type { EvalCase, EvalRun, EvalSet } from "../../contract/evals.ts";
import type { ErrorData } from "../../contract/errors.ts";
import type { ChatId, ChunkId, CollectionId, DocumentId, MessageId } from "../../contract/ids.ts";
import type { QuantRun } from "../../contract/quantBench.ts";
import type { Settings } from "../../contract/settings.ts";
import type { NetworkRequest } from "../../contract/system.ts";
import type {
  ChannelRecord,
  CheckpointHead,
  CheckpointKey,
  CheckpointQuery,
  CheckpointRecord,
  StoredCheckpoint,
  WriteRecord,
} from "./checkpointRecords.ts";
import type {
  ChatRow,
  ChatSearchResult,
  ChunkRecord,
  DocumentPatch,
  DocumentRecord,
  IngestJobRecord,
  JobSource,
  JobSummary,
  MessagePatch,
  PageRecord,
  ReadyVersion,
} from "./records.ts";

/**
 * Chats as trees of messages. The methods run in the worker; {@link Remote} is what the engine sees.
 * Those that name something that is not there throw `not-found`.
 */
export interface ChatRepository {
  /** All that are not deleted, the last changed first. */
  list(): ChatRow[];
  create(chat: Chat): ChatRow;
  /** The chat with its messages, oldest first; undefined if there is none or it is deleted. */
  get(chatId: ChatId): { chat: Chat; messages: Message[] } | undefined;
  /**
   * Changes the named fields and moves the chat to the top of the list, but looking at another
   * branch (`activeLeafId` alone) leaves it where it is.
   */
  update(chatId: ChatId, patch: Partial<Omit<Chat, "id">>): Chat;
  /** Hides the chat. */
  delete(chatId: ChatId): void;
  /** Brings a hidden chat back to its old place. */
  restore(chatId: ChatId): Chat;
  /** Erases what was deleted before the given time. @returns how many chats */
  purgeDeleted(beforeMs: number): number;
  /** Adds messages of one chat, parents before children, and moves the chat to the top. */
  addMessages(messages: Message[], activeLeafId: MessageId): Chat;
  /** A field that is given as undefined is emptied (error, stats, grounding). */
  updateMessage(messageId: MessageId, patch: MessagePatch): void;
  getMessage(messageId: MessageId): Message | undefined;
  /** Marks what was streaming when the engine ended. @returns how many messages */
  interruptStreaming(): number;
  /** Chats that hold every word in their title or in any message, the last changed first. */
  search(query: string, limit: number): ChatSearchResult[];
}

export interface DocumentRepository {
  /** In the order in which they were added. */
  list(): DocumentRecord[];
  get(documentId: DocumentId): DocumentRecord | undefined;
  findByPath(path: string): DocumentRecord | undefined;
  /** Those whose file's path begins with this. */
  listBelow(pathPrefix: string): DocumentRecord[];
  /** Those with this content, in the order in which they were added. */
  findByHash(sha256: string): DocumentRecord[];
  /** In one step. */
  insert(...records: DocumentRecord[]): void;
  /** A field that is given as undefined is emptied (error). */
  update(documentId: DocumentId, patch: DocumentPatch): DocumentRecord;
  /**
   * All traces: records, pages, chunks, and the documents' places in collections and the lists of
   * chats. In one step. @returns those that were there
   */
  remove(documentIds: readonly DocumentId[]): DocumentRecord[];
  /** Adds and takes off tags. @returns those that changed */
  tag(
    documentIds: readonly DocumentId[],
    add: readonly string[],
    remove: readonly string[],
  ): DocumentRecord[];
  /** Attachments that were added before the given time and that no message names. */
  looseAttachments(beforeMs: number): DocumentId[];
  /** Adds or replaces pages of a version that is being read. */
  putPages(documentId: DocumentId, version: number, pages: PageRecord[]): void;
  /** Both ends included. Without a version: the published one, and none if nothing is published. */
  getPages(
    documentId: DocumentId,
    fromPage: number,
    toPage: number,
    version?: number,
  ): PageRecord[];
  /** Adds or replaces chunks of a version that is being read. */
  putChunks(documentId: DocumentId, version: number, chunks: ChunkRecord[]): void;
  /**
   * Chunks by id, in the order asked for, without those whose version is not the published one.
   * This is how hits of a stale index are dropped. While a changed file is read anew, the version
   * before is still found.
   */
  getChunks(ids: ChunkId[]): ChunkRecord[];
  /** All chunks of a version, whatever the state of the document, in order. */
  chunksOf(documentId: DocumentId, version: number): ChunkRecord[];
  /** In one step: the version becomes the one that is read, older ones go, the document is ready. */
  publish(documentId: DocumentId, version: number, patch: DocumentPatch): DocumentRecord;
  /** The versions that are searched. */
  readyVersions(): ReadyVersion[];
  /** Empties the database's log, which still holds what was removed or changed last. */
  emptyLog(): void;
  /** Documents whose ingestion did not come to an end. */
  unfinished(): DocumentRecord[];
}

/** The states of graphs: what a run needs to go on where it was. */
export interface CheckpointRepository {
  /**
   * Stores a checkpoint, or replaces the one of the same name, in one step. A value that did not
   * change is stored already, with an earlier checkpoint; if its version is unknown, it is left out.
   */
  put(record: CheckpointRecord, channels: readonly ChannelRecord[]): void;
  /** Of a write that is there already the first stays, but of special ones the last. In one step. */
  putWrites(key: CheckpointKey, writes: readonly WriteRecord[]): void;
  /** Without an id: the newest, which is the one whose id sorts last. */
  get(threadId: string, namespace: string, checkpointId?: string): StoredCheckpoint | undefined;
  /** In the order in which they were first written; also of a checkpoint that is not there. */
  writesOf(key: CheckpointKey): WriteRecord[];
  /** Newest first. @param after the last one of the page before */
  list(
    query: CheckpointQuery,
    after: { checkpointId: string; row: number } | null,
    limit: number,
  ): CheckpointHead[];
  /** All that belongs to a thread. */
  deleteThread(threadId: string): void;
  /**
   * Drops the threads that nobody can go on with: a thread has the id of an answer, and only one that
   * was stopped or cut off can be continued.
   */
  dropFinished(): void;
}

export interface CollectionRepository {
  /** By name. */
  list(): Collection[];
  /** @returns null where the name is taken */
  create(collection: Collection): Collection | null;
  /** @returns null where another one has the name */
  rename(collectionId: CollectionId, name: string): Collection | null;
  /** The documents stay. The collection is taken off the chats that it was attached to. */
  remove(collectionId: CollectionId): void;
  addDocuments(collectionId: CollectionId, documentIds: readonly DocumentId[]): Collection;
  removeDocuments(collectionId: CollectionId, documentIds: readonly DocumentId[]): Collection;
}

export interface IngestJobRepository {
  get(documentId: DocumentId): IngestJobRecord | undefined;
  list(): IngestJobRecord[];
  /** Begins a new version of a document. @returns its number, which none of its tries ever had */
  begin(documentId: DocumentId, source: JobSource): number;
  /** Pages and chunks of the version that is being read, and at its end what is known of the file. */
  saveParts(
    documentId: DocumentId,
    version: number,
    pages: PageRecord[],
    chunks: ChunkRecord[],
    summary?: JobSummary,
  ): void;
  /** Forgets pages and chunks of earlier tries; with 0 also of the one that goes on. */
  forgetTries(documentId: DocumentId, keepVersion: number): void;
  /** As {@link DocumentRepository.publish}, for all in one step. What was removed is passed over. */
  publish(
    entries: { documentId: DocumentId; version: number; patch: DocumentPatch }[],
  ): DocumentRecord[];
  /** A known document takes the place of one that turned out to be the same file, moved. */
  moveTo(
    documentId: DocumentId,
    patch: DocumentPatch,
    insteadOf: DocumentId | null,
  ): DocumentRecord;
}

export interface SettingsRepository {
  /** A stored value that is no longer allowed gives way to its default; the others stand. */
  get(): Settings;
  update(patch: { [K in keyof Settings]?: Settings[K] | undefined }): Settings;
}

export interface RequestRepository {
  /**
   * Writes one line of the network log.
   * @param key names the request, so that its end replaces its start; it must never be used again
   */
  add(request: Omit<NetworkRequest, "id">, key?: string): NetworkRequest;
  /** Newest first. */
  list(limit: number): NetworkRequest[];
  count(): number;
}

/** Kept runs of one kind of measurement. */
export interface RunRepository<Run> {
  add(run: Run): void;
  /** Those that are not deleted, newest first. */
  list(): Run[];
  /** Hides runs. An id that is not there is passed over. */
  delete(ids: string[]): void;
  restore(ids: string[]): void;
  /** Erases what was deleted before the given time. @returns how many runs */
  purgeDeleted(beforeMs: number): number;
}

export type BenchRepository = RunRepository<BenchRun>;
export type QuantRunRepository = RunRepository<QuantRun>;

export interface EvalRepository {
  /** Adds a run, or writes it anew. */
  saveRun(run: EvalRun): void;
  /** Those that are not deleted, newest first. */
  runs(): EvalRun[];
  /** Keeps one answer; one to the same question in the same way is replaced. */
  addCase(runId: string, one: EvalCase): void;
  /** In the order of arms and questions. */
  cases(runId: string): EvalCase[];
  /** Hides runs. An id that is not there is passed over. */
  deleteRuns(ids: string[]): void;
  restoreRuns(ids: string[]): void;
  /** Erases what was deleted before the given time, with its answers. @returns how many runs */
  purgeDeleted(beforeMs: number): number;
  /** Adds a set, or writes it anew. */
  saveSet(set: EvalSet): void;
  /** Newest first. */
  sets(): EvalSet[];
  deleteSet(setId: string): void;
}

export interface ApiKeyRepository {
  /** @returns false where the name is taken */
  add(apiKey: ApiKey, hash: string): boolean;
  /** Oldest first. */
  list(): ApiKey[];
  findByHash(hash: string): ApiKey | null;
  /** Notes when a key was used. */
  touch(id: string, at: number): void;
  /** @returns what was removed; null where there is no such name or id */
  remove(nameOrId: string): ApiKey | null;
}

export interface Repositories {
  apiKeys: ApiKeyRepository;
  bench: BenchRepository;
  chats: ChatRepository;
  checkpoints: CheckpointRepository;
  collections: CollectionRepository;
  documents: DocumentRepository;
  evals: EvalRepository;
  jobs: IngestJobRepository;
  quants: QuantRunRepository;
  settings: SettingsRepository;
  requests: RequestRepository;
}

/** A repository as seen from the main thread: the same methods, later. */
export type Remote<R> = {
  readonly [M in keyof R]: R[M] extends (...args: infer A) => infer V
    ? (...args: A) => Promise<V>
    : never;
};

type MethodTable = { [R in keyof Repositories]: { [M in keyof Repositories[R]]: true } };

/** Every method by name; one that is missing or too many does not compile. */
export const repositoryMethods: MethodTable = {
  apiKeys: { add: true, list: true, findByHash: true, touch: true, remove: true },
  bench: { add: true, list: true, delete: true, restore: true, purgeDeleted: true },
  chats: {
    list: true,
    create: true,
    get: true,
    update: true,
    delete: true,
    restore: true,
    purgeDeleted: true,
    addMessages: true,
    updateMessage: true,
    getMessage: true,
    interruptStreaming: true,
    search: true,
  },
  checkpoints: {
    put: true,
    putWrites: true,
    get: true,
    writesOf: true,
    list: true,
    deleteThread: true,
    dropFinished: true,
  },
  collections: {
    list: true,
    create: true,
    rename: true,
    remove: true,
    addDocuments: true,
    removeDocuments: true,
  },
  documents: {
    list: true,
    get: true,
    findByPath: true,
    findByHash: true,
    listBelow: true,
    insert: true,
    update: true,
    remove: true,
    tag: true,
    looseAttachments: true,
    putPages: true,
    getPages: true,
    putChunks: true,
    getChunks: true,
    chunksOf: true,
    publish: true,
    readyVersions: true,
    emptyLog: true,
    unfinished: true,
  },
  evals: {
    saveRun: true,
    runs: true,
    addCase: true,
    cases: true,
    deleteRuns: true,
    restoreRuns: true,
    purgeDeleted: true,
    saveSet: true,
    sets: true,
    deleteSet: true,
  },
  jobs: {
    get: true,
    list: true,
    begin: true,
    saveParts: true,
    forgetTries: true,
    publish: true,
    moveTo: true,
  },
  quants: { add: true, list: true, delete: true, restore: true, purgeDeleted: true },
  settings: { get: true, update: true },
  requests: { add: true, list: true, count: true },
};

type RequestOf<R extends keyof Repositories> = {
  [M in keyof Repositories[R]]: Repositories[R][M] extends (...args: infer A) => unknown
    ? { repository: R; method: M; args: A }
    : never;
}[keyof Repositories[R]];

/** One request with the argument types of its method. */
export type StoreRequest = { [R in keyof Repositories]: RequestOf<R> }[keyof Repositories];

export type ToWorker =
  | { type: "call"; id: number; request: StoreRequest }
  /** The last message: all calls before it have been answered. */
  | { type: "close" };

export type FromWorker =
  | { type: "opened" }
  | { type: "openFailed"; error: ErrorData; detail: string }
  | { type: "reply"; id: number; ms: number; value: unknown }
  | { type: "error"; id: number; ms: number; error: ErrorData; detail: string }
  /** A stored value could not be read and its default stands in. */
  | { type: "damage"; place: string }
  | { type: "closed" };

export interface WorkerInput {
  /** The database file. */
  path: string;
}
