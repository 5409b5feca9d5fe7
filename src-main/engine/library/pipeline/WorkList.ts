import type { DocumentId } from "../../../contract/ids.ts";
import { Wakeup } from "../../core/Wakeup.ts";
import type { IngestJob, Priority } from "./IngestJob.ts";

/** All documents under way, and which of them may go on: what the stages share. */
export class WorkList {
  /** Woken whenever a stage should look again. */
  readonly changed = new Wakeup();
  /** Every job that is not settled. */
  readonly jobs = new Map<DocumentId, IngestJob>();
  readonly #users = new Set<IngestJob>();
  readonly #waiting: Record<Priority, Set<IngestJob>> = {
    user: new Set(),
    background: new Set(),
  };
  #open = false;
  #paused = false;

  /** No stage begins anything before. */
  open(): void {
    this.#open = true;
    this.changed.wake();
  }

  get paused(): boolean {
    return this.#paused;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    this.changed.wake();
  }

  add(job: IngestJob): void {
    this.jobs.set(job.id, job);
    if (job.priority === "user") this.#users.add(job);
    this.#waiting[job.priority].add(job);
    this.changed.wake();
  }

  /** Somebody waits for it now. */
  promote(job: IngestJob): void {
    if (job.priority === "user") return;
    job.priority = "user";
    this.#users.add(job);
    if (this.#waiting.background.delete(job)) this.#waiting.user.add(job);
    this.changed.wake();
  }

  /** The next one whose turn has come; it does not wait any more. */
  take(priority: Priority): IngestJob | undefined {
    for (const job of this.#waiting[priority]) {
      if (!this.mayGoOn(job)) return undefined;
      this.#waiting[priority].delete(job);
      return job;
    }
    return undefined;
  }

  /** @returns false where its turn has come before */
  stopWaiting(job: IngestJob): boolean {
    return this.#waiting[job.priority].delete(job);
  }

  remove(job: IngestJob): void {
    this.stopWaiting(job);
    this.#users.delete(job);
    if (this.jobs.get(job.id) === job) this.jobs.delete(job.id);
    this.changed.wake();
  }

  /** Background work rests while somebody waits for other documents. */
  mayGoOn(job: IngestJob): boolean {
    return this.#open && !this.#paused && (job.priority === "user" || this.#users.size === 0);
  }

  /** @throws HearthError `cancelled` when the job or the engine is ended meanwhile */
  async pass(job: IngestJob): Promise<void> {
    while (!this.mayGoOn(job)) await this.changed.sleep({ signal: job.signal });
  }

  /** Whether all that may go on has come as far as the given jobs. */
  isAll(jobs: ReadonlySet<IngestJob>): boolean {
    if (this.#users.size === 0) return jobs.size === this.jobs.size;
    return [...jobs].filter(({ priority }) => priority === "user").length === this.#users.size;
  }
}
