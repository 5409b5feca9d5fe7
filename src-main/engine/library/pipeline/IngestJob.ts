import type { DocumentRow } from "../../../contract/documents.ts";
import { cancelledError } from "../../../contract/errors.ts";
import type { DocumentId } from "../../../contract/ids.ts";
import type { ChunkRecord, DocumentPatch, DocumentRecord } from "../../store/records.ts";
import { IngestProgress } from "../IngestProgress.ts";
import type { KnownVectors } from "../knownVectors.ts";
import type { OpenIndex } from "../PassageIndex.ts";

/** What somebody waits for goes before what Hearth does by itself. */
export type Priority = "user" | "background";

/** What is left to do for a document whose text is stored. */
export interface Prepared {
  readonly version: number;
  readonly target: OpenIndex;
  /** Those that the index does not hold yet, in order. */
  readonly chunks: readonly ChunkRecord[];
  /** Vectors that need not be made. */
  readonly known: KnownVectors;
  /** What the document becomes when all its chunks are in the index. */
  readonly patch: DocumentPatch;
}

/** What became of a file. `moved`: it is a known document, which now stands where the new one did. */
export interface Taken {
  readonly kind: "ready" | "unchanged" | "moved";
  readonly record: DocumentRecord;
}

export type Outcome = Taken | { readonly kind: "failed"; readonly error: unknown };

/** One document on its way through the stages. At any time one stage alone has hold of it. */
export class IngestJob {
  /** As it was when the job's turn came. */
  record: DocumentRecord;
  /** `rebuild`: its text is known, and only its place in the index is missing. */
  readonly kind: "take" | "rebuild";
  priority: Priority;
  readonly progress: IngestProgress;
  readonly signal: AbortSignal;
  stage: "waiting" | "reading" | "embedding" | "writing" | "settled" = "waiting";
  /** When its turn came, by `performance.now()`; 0 before. */
  begunAt = 0;
  prepared: Prepared | undefined;
  /** Chunks without a known vector, and how many of them have been embedded. */
  missing: readonly ChunkRecord[] = [];
  embedded = 0;
  readonly #cancel = new AbortController();
  readonly #done = Promise.withResolvers<Outcome>();
  readonly #watchers = new Set<(row: DocumentRow) => void>();

  constructor(options: {
    record: DocumentRecord;
    kind: "take" | "rebuild";
    priority: Priority;
    /** Fires when the engine ends. */
    end: AbortSignal;
    onProgress: (job: IngestJob, record: DocumentRecord, rate: number) => void;
  }) {
    this.record = options.record;
    this.kind = options.kind;
    this.priority = options.priority;
    this.signal = AbortSignal.any([this.#cancel.signal, options.end]);
    this.progress = new IngestProgress(
      () => this.record,
      (record, rate) => options.onProgress(this, record, rate),
    );
  }

  get id(): DocumentId {
    return this.record.id;
  }

  /** Resolves when nothing more is done for it; never rejects. */
  get done(): Promise<Outcome> {
    return this.#done.promise;
  }

  /** How much of it is done, from 0 to 1. */
  get fraction(): number {
    if (this.stage === "writing" || this.stage === "settled") return 1;
    return this.missing.length === 0 ? 0 : this.embedded / this.missing.length;
  }

  get ms(): number {
    return this.begunAt === 0 ? 0 : performance.now() - this.begunAt;
  }

  watch(onRow: (row: DocumentRow) => void): void {
    this.#watchers.add(onRow);
  }

  tell(row: DocumentRow): void {
    for (const watcher of this.#watchers) watcher(row);
  }

  /** Whichever stage has hold of it lets go, and ends it for this reason. */
  cancel(reason: unknown = cancelledError()): void {
    this.#cancel.abort(reason);
  }

  settle(outcome: Outcome): void {
    this.stage = "settled";
    this.prepared = undefined;
    this.missing = [];
    this.#done.resolve(outcome);
  }
}
