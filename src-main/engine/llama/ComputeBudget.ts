import { cancelledError } from "../../contract/errors.ts";
import type { ComputePriority } from "./InferenceBackend.ts";

/** The right to use the processor's cores; given back by disposing. */
export type ComputeLease = Disposable;

interface Waiter {
  readonly owner: object;
  readonly grant: () => void;
}

/**
 * Lends the cores to one owner at a time. Every llama process would take all of them, and two at once
 * are not half as fast but a hundred times slower, because their threads spin while they wait.
 *
 * Work that somebody waits for (`chat`) goes before `background` work, however long that has waited;
 * background work holds its lease for one batch only. Leases of the same owner run side by side, since
 * one process puts its own work in order.
 */
export class ComputeBudget {
  readonly #waiting: Record<ComputePriority, Waiter[]> = { chat: [], background: [] };
  #owner: object | null = null;
  #held = 0;

  /** Whether visible work holds the cores or waits for them. */
  get busyWithChat(): boolean {
    return this.#chatHeld > 0 || this.#waiting.chat.length > 0;
  }
  #chatHeld = 0;

  /** Runs work that needs the cores for itself and that nobody waits for. */
  async runAlone<T>(work: () => Promise<T>): Promise<T> {
    const lease = await this.lease(work, "background");
    try {
      return await work();
    } finally {
      lease[Symbol.dispose]();
    }
  }

  /**
   * Waits for the cores.
   *
   * @param owner who computes: one llama process
   * @throws HearthError `cancelled` when the signal fires first
   */
  lease(owner: object, priority: ComputePriority, signal?: AbortSignal): Promise<ComputeLease> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(cancelledError());
        return;
      }
      const onAbort = (): void => {
        this.#waiting[priority] = this.#waiting[priority].filter((other) => other !== waiter);
        reject(cancelledError());
        // The one that gave up may have been what held others back.
        this.#grant();
      };
      const waiter: Waiter = {
        owner,
        grant: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve(this.#hold(owner, priority));
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting[priority].push(waiter);
      this.#grant();
    });
  }

  #hold(owner: object, priority: ComputePriority): ComputeLease {
    this.#owner = owner;
    this.#held += 1;
    if (priority === "chat") this.#chatHeld += 1;
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#held -= 1;
        if (priority === "chat") this.#chatHeld -= 1;
        if (this.#held === 0) this.#owner = null;
        this.#grant();
      },
    };
  }

  #grant(): void {
    for (;;) {
      const chat = this.#waiting.chat;
      const queue = chat.length > 0 ? chat : this.#waiting.background;
      // In order of arrival between owners: an owner that holds the cores must not keep others out.
      const next = queue[0];
      if (!next || (this.#held > 0 && this.#owner !== next.owner)) return;
      queue.shift();
      next.grant();
    }
  }
}
