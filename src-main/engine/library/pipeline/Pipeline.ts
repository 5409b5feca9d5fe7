import { setTimeout as sleep } from "node:timers/promises";
import type { DocumentId } from "../../../contract/ids.ts";
import type { DocumentRecord } from "../../store/records.ts";
import type { Store } from "../../store/Store.ts";
import type { PassageIndex } from "../PassageIndex.ts";
import type { Read } from "../takeDocument.ts";
import { BusyClock } from "./BusyClock.ts";
import { EmbedStage } from "./EmbedStage.ts";
import { giveWay } from "./giveWay.ts";
import { IngestJob, type Outcome, type Priority } from "./IngestJob.ts";
import { WorkList } from "./WorkList.ts";
import { WriteStage } from "./WriteStage.ts";

export interface PipelineOptions {
  store: Pick<Store, "jobs" | "documents">;
  passages: Pick<PassageIndex, "embed" | "stamp">;
  /** Whether a chat is being written: reading gives way to it, as embedding does by its lease. */
  isChatBusy: () => boolean;
  /** The first stage. */
  read: (job: IngestJob, pass: () => Promise<void>) => Promise<Read>;
  /** Puts right what a document shows when it has come to its end, whichever. */
  onSettled: (job: IngestJob, outcome: Outcome) => Promise<void>;
  onProgress: (job: IngestJob, record: DocumentRecord, rate: number) => void;
  /** Told of failures that belong to no document. */
  onFault: (error: unknown) => void;
}

/** After a fault of its own a stage waits so long before it goes on. */
const afterFaultMs = 1_000;

/**
 * Documents on their way into the library, in three stages that work at the same time: read, embed,
 * write. Each takes no more than it can pass on soon. The user's documents go before those that Hearth
 * works on by itself, in every stage.
 */
export class Pipeline implements AsyncDisposable {
  readonly clock = new BusyClock();
  readonly #options: PipelineOptions;
  readonly #work = new WorkList();
  readonly #end = new AbortController();
  readonly #embedder: EmbedStage;
  readonly #loops: Promise<void>[];

  constructor(options: PipelineOptions) {
    this.#options = options;
    const settle = (job: IngestJob, outcome: Outcome): Promise<void> => this.#settle(job, outcome);
    const { clock } = this;
    const work = this.#work;
    const { store, passages, onFault } = options;
    const writer = new WriteStage({ store, work, clock, settle, onFault });
    this.#embedder = new EmbedStage({
      work,
      passages,
      writer,
      clock,
      fail: (job, error) => settle(job, { kind: "failed", error }),
    });
    const { signal } = this.#end;
    this.#loops = [
      this.#keep(() => this.#readLoop("user")),
      this.#keep(() => this.#readLoop("background")),
      this.#keep(() => this.#embedder.run(signal)),
      this.#keep(() => writer.run(signal)),
    ];
  }

  /** Nothing is begun before. */
  open(): void {
    this.#work.open();
  }

  get paused(): boolean {
    return this.#work.paused;
  }

  /** What is under way stops after its current page or batch. */
  set paused(paused: boolean) {
    this.#work.paused = paused;
  }

  /** Those that have not come to their end. */
  get jobs(): ReadonlyMap<DocumentId, IngestJob> {
    return this.#work.jobs;
  }

  /** Adds a document, which must not be under way; one that waits already is joined. */
  add(record: DocumentRecord, kind: IngestJob["kind"], priority: Priority): IngestJob {
    const waiting = this.#work.jobs.get(record.id);
    if (waiting) {
      if (priority === "user") this.#work.promote(waiting);
      return waiting;
    }
    const job = new IngestJob({
      record,
      kind,
      priority,
      end: this.#end.signal,
      onProgress: this.#options.onProgress,
    });
    this.#work.add(job);
    return job;
  }

  /** Ends the work on a document. @returns when it has ended */
  async cancel(documentId: DocumentId): Promise<void> {
    const job = this.#work.jobs.get(documentId);
    if (!job) return;
    job.cancel();
    this.#work.changed.wake();
    if (this.#work.stopWaiting(job)) {
      await this.#settle(job, { kind: "failed", error: job.signal.reason });
    }
    await job.done;
  }

  /** Ends the stages; what is under way is gone on with by the next engine. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    this.#work.changed.wake();
    await Promise.all(this.#loops);
    for (const job of this.#work.jobs.values()) {
      await this.#settle(job, { kind: "failed", error: job.signal.reason });
    }
  }

  async #readLoop(priority: Priority): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      const job = this.#embedder.hasRoom(priority) ? this.#work.take(priority) : undefined;
      if (job) {
        const since = await this.#read(job);
        await giveWay(this.#options.isChatBusy, since, signal);
      } else await this.#work.changed.sleep({ signal });
    }
  }

  /** @returns since when it has worked without a rest */
  async #read(job: IngestJob): Promise<number> {
    job.stage = "reading";
    job.begunAt = performance.now();
    let since = job.begunAt;
    let outcome: Outcome;
    try {
      const pass = async (): Promise<void> => {
        await giveWay(this.#options.isChatBusy, since, job.signal);
        await this.#work.pass(job);
        since = performance.now();
      };
      const read = await this.clock.run("reading", () => this.#options.read(job, pass));
      if (read.kind === "read") {
        job.prepared = read;
        this.#embedder.accept(job);
        return since;
      }
      outcome = read;
    } catch (error) {
      outcome = { kind: "failed", error: job.signal.aborted ? job.signal.reason : error };
    }
    await this.#settle(job, outcome);
    return since;
  }

  async #settle(job: IngestJob, outcome: Outcome): Promise<void> {
    try {
      await this.#options.onSettled(job, outcome);
    } catch (error) {
      this.#options.onFault(error);
    }
    this.#work.remove(job);
    job.settle(outcome);
  }

  /** A stage ends with the engine, not by a fault. */
  async #keep(loop: () => Promise<void>): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        await loop();
      } catch (error) {
        if (signal.aborted) return;
        this.#options.onFault(error);
        await sleep(afterFaultMs, undefined, { signal }).catch(() => {});
      }
    }
  }
}
