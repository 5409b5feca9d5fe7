import { HearthError } from "../../../contract/errors.ts";
import type { ChunkRecord } from "../../store/records.ts";
import { vectorKey } from "../knownVectors.ts";
import { embedBatchSize, indexedText, type PassageIndex } from "../PassageIndex.ts";
import type { BusyClock } from "./BusyClock.ts";
import type { IngestJob, Priority } from "./IngestJob.ts";
import type { WorkList } from "./WorkList.ts";
import type { WriteStage } from "./WriteStage.ts";

/** So much is read ahead of the embedder in each lane; a document that is larger is held whole. */
const chunksAhead = 512;
const documentsAhead = 128;

interface Item {
  readonly job: IngestJob;
  readonly chunk: ChunkRecord;
}

/** The second stage: makes vectors, batch after batch, of as many documents as fill a batch. */
export class EmbedStage {
  readonly #work: WorkList;
  readonly #passages: Pick<PassageIndex, "embed" | "stamp">;
  readonly #writer: WriteStage;
  readonly #clock: BusyClock;
  readonly #fail: (job: IngestJob, error: unknown) => Promise<void>;
  readonly #jobs = new Set<IngestJob>();

  constructor(options: {
    work: WorkList;
    passages: Pick<PassageIndex, "embed" | "stamp">;
    writer: WriteStage;
    clock: BusyClock;
    fail: (job: IngestJob, error: unknown) => Promise<void>;
  }) {
    this.#work = options.work;
    this.#passages = options.passages;
    this.#writer = options.writer;
    this.#clock = options.clock;
    this.#fail = options.fail;
  }

  /** Whether reading may go on. */
  hasRoom(priority: Priority): boolean {
    const ahead = [...this.#jobs].filter((job) => job.priority === priority);
    const chunks = ahead.reduce((sum, job) => sum + job.missing.length - job.embedded, 0);
    return chunks < chunksAhead && ahead.length < documentsAhead;
  }

  /** Takes a document whose text is stored. Chunks whose vectors are known go on at once. */
  accept(job: IngestJob): void {
    const { chunks = [], known = new Map() } = job.prepared ?? {};
    job.progress.enter("embedding", chunks.length);
    const missing: ChunkRecord[] = [];
    for (const chunk of chunks) {
      const vector = known.size > 0 ? known.get(vectorKey(chunk)) : undefined;
      if (vector) this.#writer.add(job, chunk, vector);
      else missing.push(chunk);
    }
    job.missing = missing;
    job.stage = "embedding";
    if (missing.length === 0) this.#writer.complete(job);
    else this.#jobs.add(job);
    this.#work.changed.wake();
  }

  /** Works until the engine ends. */
  async run(end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      await this.#dropEnded();
      const batch = this.#writer.hasRoom ? this.#next() : [];
      if (batch.length === 0) await this.#work.changed.sleep({ signal: end });
      else await this.#embed(batch);
    }
  }

  async #dropEnded(): Promise<void> {
    const stamp = this.#passages.stamp();
    for (const job of this.#jobs) {
      const { aborted, reason } = job.signal;
      const isOther = job.prepared?.target.stamp !== stamp;
      if (!aborted && !isOther) continue;
      this.#jobs.delete(job);
      await this.#fail(job, aborted ? reason : otherEmbedder());
    }
  }

  /** The user's documents first, each in order. */
  #next(): Item[] {
    const items: Item[] = [];
    for (const priority of ["user", "background"] as const) {
      for (const job of this.#jobs) {
        if (items.length >= embedBatchSize) return items;
        if (job.priority !== priority || !this.#work.mayGoOn(job)) continue;
        const room = embedBatchSize - items.length;
        const chunks = job.missing.slice(job.embedded, job.embedded + room);
        items.push(...chunks.map((chunk) => ({ job, chunk })));
      }
    }
    return items;
  }

  async #embed(items: readonly Item[]): Promise<void> {
    const jobs = new Set(items.map(({ job }) => job));
    // One that is cancelled must not wait for a chat that has the cores; the others come again.
    const signal = AbortSignal.any([...jobs].map((job) => job.signal));
    const texts = items.map(({ chunk }) => indexedText(chunk));
    let vectors: readonly Float32Array[];
    try {
      vectors = await this.#clock.run("embedding", () => this.#passages.embed(texts, { signal }));
    } catch (error) {
      if (signal.aborted) return;
      for (const job of jobs) {
        this.#jobs.delete(job);
        await this.#fail(job, error);
      }
      return;
    }
    for (const [at, { job, chunk }] of items.entries()) {
      const vector = vectors[at];
      if (!vector) throw new Error("The embedder made too few vectors.");
      this.#writer.add(job, chunk, vector);
      job.embedded += 1;
    }
    for (const job of jobs) {
      const total = job.prepared?.chunks.length ?? 0;
      job.progress.at(total - job.missing.length + job.embedded, total);
      if (job.embedded < job.missing.length) continue;
      this.#jobs.delete(job);
      this.#writer.complete(job);
    }
    this.#work.changed.wake();
  }
}

function otherEmbedder(): HearthError {
  return new HearthError({
    code: "conflict",
    title: "The embedding model was changed while this document was being added.",
    suggestion: "Try again; it is then added with the new model.",
  });
}
