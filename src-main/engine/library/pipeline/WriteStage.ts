import { keywordText } from "../../index/keywordText.ts";
import type { IndexRow, VectorIndex } from "../../index/VectorIndex.ts";
import type { ChunkRecord, DocumentRecord } from "../../store/records.ts";
import type { Store } from "../../store/Store.ts";
import { documentMissing } from "../takeDocument.ts";
import type { BusyClock } from "./BusyClock.ts";
import type { IngestJob, Outcome } from "./IngestJob.ts";
import type { WorkList } from "./WorkList.ts";

/** So many rows are written at once: what a killed engine had embedded and not written is lost. */
const rowsPerWrite = 128;
/** The embedder waits while so many are unwritten. */
const mostRows = 2_048;
/** Nothing that is embedded waits longer for others to be written with. */
const longestWaitMs = 2_000;
/** While there is work, the index is tidied this often at most. */
const tidyEveryMs = 30_000;

interface Waiting {
  readonly job: IngestJob;
  readonly row: IndexRow;
}

/**
 * The last stage: writes rows of many documents to the index together, then publishes those documents
 * of which nothing is missing. Until then nothing of their new versions can be found.
 */
export class WriteStage {
  readonly #store: Pick<Store, "jobs" | "documents">;
  readonly #work: WorkList;
  readonly #clock: BusyClock;
  readonly #settle: (job: IngestJob, outcome: Outcome) => Promise<void>;
  readonly #onFault: (error: unknown) => void;
  #rows: Waiting[] = [];
  #complete = new Set<IngestJob>();
  #oldestAt = Infinity;
  #untidy: VectorIndex | undefined;
  #tidiedAt = 0;

  constructor(options: {
    store: Pick<Store, "jobs" | "documents">;
    work: WorkList;
    clock: BusyClock;
    settle: (job: IngestJob, outcome: Outcome) => Promise<void>;
    /** Told when the index could not be tidied; nothing is lost by that. */
    onFault: (error: unknown) => void;
  }) {
    this.#store = options.store;
    this.#work = options.work;
    this.#clock = options.clock;
    this.#settle = options.settle;
    this.#onFault = options.onFault;
  }

  get hasRoom(): boolean {
    return this.#rows.length < mostRows;
  }

  add(job: IngestJob, chunk: ChunkRecord, vector: Float32Array): void {
    const row: IndexRow = {
      chunkId: chunk.id,
      documentId: chunk.documentId,
      version: chunk.version,
      text: keywordText(chunk),
      vector,
    };
    this.#rows.push({ job, row });
    this.#oldestAt = Math.min(this.#oldestAt, performance.now());
  }

  /** All rows of the document have been added. */
  complete(job: IngestJob): void {
    job.stage = "writing";
    job.progress.enter("indexing", 1);
    this.#complete.add(job);
    this.#oldestAt = Math.min(this.#oldestAt, performance.now());
  }

  /** Works until the engine ends. */
  async run(end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      const waitMs = this.#waitMs();
      if (waitMs <= 0) {
        await this.#clock.run("writing", () => this.#write());
        this.#work.changed.wake();
      } else if (this.#untidy && this.#isTimeToTidy()) {
        await this.#tidy(this.#untidy);
      } else {
        await this.#work.changed.sleep({
          signal: end,
          ...(Number.isFinite(waitMs) ? { ms: waitMs } : {}),
        });
      }
    }
  }

  /** Until there is something to write; Infinity where nothing waits. */
  #waitMs(): number {
    if (this.#rows.length === 0 && this.#complete.size === 0) return Infinity;
    if (this.#rows.length >= rowsPerWrite || this.#work.isAll(this.#complete)) return 0;
    return this.#oldestAt + longestWaitMs - performance.now();
  }

  async #write(): Promise<void> {
    const complete = this.#complete;
    const byIndex = Map.groupBy(
      this.#rows.filter(({ job }) => !job.signal.aborted && job.prepared),
      ({ job }) => job.prepared?.target.index,
    );
    this.#rows = [];
    this.#complete = new Set();
    this.#oldestAt = Infinity;
    for (const [index, waiting] of byIndex) {
      if (!index) continue;
      try {
        await index.add(waiting.map(({ row }) => row));
        this.#untidy = index;
      } catch (error) {
        // Those that are not complete yet are ended too: without these rows they never can be.
        for (const { job } of waiting) job.cancel(error);
      }
    }
    const whole: IngestJob[] = [];
    for (const job of complete) {
      const { aborted, reason } = job.signal;
      if (aborted) await this.#settle(job, { kind: "failed", error: reason });
      else whole.push(job);
    }
    try {
      await this.#publish(whole);
    } catch (error) {
      for (const job of whole) await this.#settle(job, { kind: "failed", error });
    }
  }

  async #publish(jobs: readonly IngestJob[]): Promise<void> {
    const entries = jobs.flatMap(({ kind, id, prepared }) =>
      kind === "take" && prepared
        ? [{ documentId: id, version: prepared.version, patch: prepared.patch }]
        : [],
    );
    const records = new Map<string, DocumentRecord>();
    for (const record of entries.length > 0 ? await this.#store.jobs.publish(entries) : []) {
      records.set(record.id, record);
    }
    for (const { kind, id, prepared } of jobs) {
      if (kind !== "rebuild" || !prepared || !(await this.#store.documents.get(id))) continue;
      records.set(id, await this.#store.documents.update(id, prepared.patch));
    }
    const byIndex = Map.groupBy(
      jobs.filter(({ record }) => record.version > 0),
      ({ prepared }) => prepared?.target.index,
    );
    for (const [index, renewed] of byIndex) {
      await index?.removeDocuments(
        renewed.map(({ id, prepared }) => ({
          documentId: id,
          keepVersions: prepared ? [prepared.version] : [],
        })),
      );
    }
    for (const job of jobs) {
      const record = records.get(job.id);
      await this.#settle(
        job,
        record ? { kind: "ready", record } : { kind: "failed", error: documentMissing() },
      );
    }
  }

  #isTimeToTidy(): boolean {
    return this.#work.jobs.size === 0 || performance.now() - this.#tidiedAt > tidyEveryMs;
  }

  async #tidy(index: VectorIndex): Promise<void> {
    this.#untidy = undefined;
    this.#tidiedAt = performance.now();
    await this.#clock.run("writing", () => index.optimize()).catch(this.#onFault);
  }
}
