import fs from "node:fs/promises";
import type { IngestOverview } from "../../../contract/documents.ts";
import type { DocumentId } from "../../../contract/ids.ts";
import type { IngestJob } from "./IngestJob.ts";

/** What a document costs beside its bytes, in bytes. */
const costOfOne = 2_000;
/** Nothing is foretold before. */
const leastMs = 2_000;

/** Foretells when all work is done, by the size of what is done and what is left. */
export class Overview {
  readonly #bytes = new Map<DocumentId, number>();
  #done = 0;
  #total = 0;
  #costDone = 0;
  #workedMs = 0;
  #tickedAt = 0;
  #running = false;

  add(job: IngestJob): void {
    if (this.#total === 0) this.#tickedAt = performance.now();
    this.#total += 1;
    this.#bytes.set(job.id, job.record.bytes);
    // A guess until it is known; a file that is not there is told by the stage that reads it.
    fs.stat(job.record.path).then(
      ({ size }) => this.#bytes.has(job.id) && this.#bytes.set(job.id, size),
      () => undefined,
    );
  }

  settle(job: IngestJob): void {
    this.#done += 1;
    this.#costDone += this.#costOf(job);
    this.#bytes.delete(job.id);
  }

  /** @param jobs those that are not settled. @returns null where there is none */
  show(jobs: ReadonlyMap<DocumentId, IngestJob>, paused: boolean): IngestOverview | null {
    this.#tick(paused);
    if (jobs.size === 0) {
      this.#done = 0;
      this.#total = 0;
      this.#costDone = 0;
      this.#workedMs = 0;
      return null;
    }
    let done = this.#costDone;
    let left = 0;
    for (const job of jobs.values()) {
      const cost = this.#costOf(job);
      done += cost * job.fraction;
      left += cost * (1 - job.fraction);
    }
    const foretells = this.#workedMs >= leastMs && done > 0;
    return {
      done: this.#done,
      total: this.#total,
      perMinute: this.#workedMs > 0 ? (this.#done / this.#workedMs) * 60_000 : 0,
      secondsLeft: foretells ? ((left / done) * this.#workedMs) / 1000 : null,
    };
  }

  #costOf(job: IngestJob): number {
    return costOfOne + (this.#bytes.get(job.id) ?? 0);
  }

  /** Time that was paused does not count. */
  #tick(paused: boolean): void {
    const now = performance.now();
    if (this.#running) this.#workedMs += now - this.#tickedAt;
    this.#tickedAt = now;
    this.#running = !paused;
  }
}
