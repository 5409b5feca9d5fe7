import type { HearthError } from "../../../contract/errors.ts";
import type { ServerHealth, ServerId } from "../../../contract/servers.ts";

/** Looks are doubled from the first to the longest wait, and given up after so many. */
const firstLookMs = 2000;
const longestLookMs = 120_000;
const mostLooks = 10;

const unknownHealth: ServerHealth = {
  status: "unknown",
  checkedAt: null,
  error: null,
  nextCheckAt: null,
};

export interface HealthWatchOptions {
  readonly onChange: (id: ServerId, health: ServerHealth) => void;
  /** Asks a server for a sign of life; its answer or failure is told by `heard` or `failed`. */
  readonly look: (id: ServerId, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
}

interface Watched {
  health: ServerHealth;
  looks: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * How the servers are. Only what is used is known: nobody asks a server that was not asked for anything.
 * One that failed is looked at again by itself, less and less often, until it answers or hope is gone.
 */
export class HealthWatch implements Disposable {
  readonly #options: HealthWatchOptions;
  readonly #watched = new Map<ServerId, Watched>();
  readonly #gone = new Set<ServerId>();
  readonly #closing = new AbortController();

  constructor(options: HealthWatchOptions) {
    this.#options = options;
  }

  get(id: ServerId): ServerHealth {
    return this.#watched.get(id)?.health ?? unknownHealth;
  }

  heard(id: ServerId): void {
    if (this.#gone.has(id)) return;
    const watched = this.#of(id);
    clearTimeout(watched.timer);
    watched.looks = 0;
    this.#set(id, { status: "well", checkedAt: this.#now(), error: null, nextCheckAt: null });
  }

  failed(id: ServerId, error: HearthError): void {
    if (this.#gone.has(id)) return;
    const watched = this.#of(id);
    clearTimeout(watched.timer);
    const checkedAt = this.#now();
    const goesOn = watched.looks < mostLooks && !this.#closing.signal.aborted;
    const waitMs = Math.min(longestLookMs, firstLookMs * 2 ** watched.looks);
    const nextCheckAt = goesOn ? checkedAt + waitMs : null;
    watched.looks++;
    if (goesOn) {
      watched.timer = setTimeout(() => {
        this.#options.look(id, this.#closing.signal).catch(() => {
          // Told by `failed`, unless it was not even asked: the lock, or a key that cannot be had.
          const now = this.#watched.get(id);
          if (now && now.health.nextCheckAt === nextCheckAt)
            this.#set(id, { ...now.health, nextCheckAt: null });
        });
      }, waitMs);
      watched.timer.unref();
    }
    this.#set(id, { status: "failing", checkedAt, error: error.toData(), nextCheckAt });
  }

  /** What was asked of it and is not done yet tells nothing any more. */
  forget(id: ServerId): void {
    this.#gone.add(id);
    clearTimeout(this.#watched.get(id)?.timer);
    this.#watched.delete(id);
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    for (const { timer } of this.#watched.values()) clearTimeout(timer);
  }

  #of(id: ServerId): Watched {
    let watched = this.#watched.get(id);
    if (!watched) {
      watched = { health: unknownHealth, looks: 0, timer: undefined };
      this.#watched.set(id, watched);
    }
    return watched;
  }

  #set(id: ServerId, health: ServerHealth): void {
    const watched = this.#of(id);
    const before = watched.health;
    watched.health = health;
    // An answer a second is no news.
    const isNews =
      before.status !== health.status ||
      health.status === "failing" ||
      (health.checkedAt ?? 0) - (before.checkedAt ?? 0) > 60_000;
    if (isNews) this.#options.onChange(id, health);
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }
}
