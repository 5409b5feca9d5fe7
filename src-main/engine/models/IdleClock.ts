import type { ModelId } from "../../contract/ids.ts";

export interface IdleClockOptions {
  /** Minutes of rest after which a model is due; null for never. Asked anew each time. */
  readonly minutes: () => number | null;
  readonly isIdle: (modelId: ModelId) => boolean;
  /** Called when a model has rested so long; it may have been taken up again meanwhile. */
  readonly onDue: (modelId: ModelId) => Promise<void>;
  /** Told when the time at which a model will be due has become known, or is no longer. */
  readonly onChange: (modelId: ModelId, dueAt: number | null) => void;
}

/** Uses follow each other closely while documents are embedded; faces are told only when it calms. */
const calmMs = 400;

/** Notices which models rest, and says when their time is up. */
export class IdleClock implements Disposable {
  readonly #options: IdleClockOptions;
  readonly #timers = new Map<ModelId, NodeJS.Timeout>();
  readonly #announced = new Map<ModelId, number | null>();
  readonly #announcing = new Map<ModelId, NodeJS.Timeout>();

  constructor(options: IdleClockOptions) {
    this.#options = options;
  }

  /** A use of the model has begun or ended, or it was loaded: its rest begins anew. */
  touch(modelId: ModelId): void {
    clearTimeout(this.#timers.get(modelId));
    this.#timers.delete(modelId);
    const minutes = this.#options.isIdle(modelId) ? this.#options.minutes() : null;
    const dueAt = minutes === null ? null : Date.now() + minutes * 60_000;
    this.#announce(modelId, dueAt);
    if (minutes === null) return;
    const timer = setTimeout(() => {
      this.#timers.delete(modelId);
      if (this.#options.isIdle(modelId)) void this.#options.onDue(modelId);
    }, minutes * 60_000);
    timer.unref();
    this.#timers.set(modelId, timer);
  }

  /** The model is no longer loaded. */
  forget(modelId: ModelId): void {
    for (const timers of [this.#timers, this.#announcing]) {
      clearTimeout(timers.get(modelId));
      timers.delete(modelId);
    }
    this.#announced.delete(modelId);
  }

  /** The time has been changed: all that rest begin anew. */
  restart(): void {
    for (const modelId of new Set([...this.#timers.keys(), ...this.#announced.keys()]))
      this.touch(modelId);
  }

  [Symbol.dispose](): void {
    for (const modelId of new Set([...this.#timers.keys(), ...this.#announcing.keys()]))
      this.forget(modelId);
  }

  #announce(modelId: ModelId, dueAt: number | null): void {
    clearTimeout(this.#announcing.get(modelId));
    const timer = setTimeout(() => {
      this.#announcing.delete(modelId);
      if (this.#announced.get(modelId) === dueAt) return;
      this.#announced.set(modelId, dueAt);
      this.#options.onChange(modelId, dueAt);
    }, calmMs);
    timer.unref();
    this.#announcing.set(modelId, timer);
  }
}
