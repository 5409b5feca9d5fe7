import type { EngineStatus } from "../contract/engineStatus.ts";
import { HearthError, isCancelled, toErrorData } from "../contract/errors.ts";
import { Breaker } from "./Breaker.ts";
import { answersAt } from "./engineSocket.ts";
import { readEngineRecord, type EngineRecord } from "./engineRecord.ts";
import type { EngineStarter } from "./EngineStarter.ts";
import { openEngineSocket, type EngineSocket } from "./openEngineSocket.ts";

const secondLookMs = 100;

export interface EngineDoorOptions {
  home: string;
  starter?: EngineStarter;
  deadlineMs?: number;
  breaker?: Breaker;
  onStatus?: (status: EngineStatus) => void;
}

/**
 * A process's way to the engine of one home, for any number of connections. It notices when the
 * engine dies, waits longer before each new start, and stops starting after three deaths within a
 * minute until {@link retry}.
 */
export class EngineDoor {
  readonly #options: EngineDoorOptions;
  readonly #breaker: Breaker;
  /** Generations that died, so that ten connections lost at once are one death. */
  readonly #dead = new Set<string>();
  /** Lost connections whose reason is still being looked up. */
  readonly #losing = new Set<Promise<void>>();
  /** Why no engine is started any more; undefined where one is. */
  #givenUp: { reason: unknown } | undefined;
  #status: EngineStatus = { state: "closed" };

  constructor(options: EngineDoorOptions) {
    this.#options = options;
    this.#breaker = options.breaker ?? new Breaker();
  }

  get status(): EngineStatus {
    return this.#status;
  }

  /**
   * Attaches or starts. Nothing is replayed on the new connection.
   * @throws HearthError as `openEngineSocket`, or once it has given up `engine-died` or the reason of the
   * last start that failed
   */
  async open(signal?: AbortSignal): Promise<EngineSocket> {
    const { home, starter, deadlineMs } = this.#options;
    // Whoever opens again at once must already meet the count of the death just before.
    await Promise.all(this.#losing);
    if (this.#givenUp) {
      const { reason } = this.#givenUp;
      this.#set({ state: "failed", error: toErrorData(reason), givenUp: true });
      throw reason;
    }
    const before = this.#status;
    const afterDeath = this.#breaker.deaths > 0;
    const starting: EngineStatus = { state: "starting", afterDeath };
    this.#set(starting);
    try {
      if (afterDeath) await pause(this.#breaker.waitMs, signal);
      const opened = await openEngineSocket({
        home,
        ...(starter ? { starter } : {}),
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
        ...(signal ? { signal } : {}),
      });
      const { generation } = opened.record;
      opened.socket.once("close", () => {
        const looking = this.#lost(generation).finally(() => this.#losing.delete(looking));
        this.#losing.add(looking);
      });
      this.#set({ state: "connected", generation });
      return opened;
    } catch (error) {
      if (isCancelled(error)) {
        // Whoever asked has left; that says nothing of the engine.
        if (this.#status === starting) this.#set(before);
        throw error;
      }
      // One that cannot start is tried as rarely as one that dies, and its reason is kept.
      this.#died(error);
      const givenUp = this.#givenUp !== undefined;
      this.#set({ state: "failed", error: toErrorData(error), givenUp });
      throw error;
    }
  }

  /** Forgets the deaths, because the user asks for another try. */
  retry(): void {
    this.#breaker.reset();
    this.#givenUp = undefined;
  }

  #died(reason: unknown): void {
    this.#breaker.died();
    if (this.#breaker.open) this.#givenUp ??= { reason };
  }

  /**
   * An engine that ends in order removes its record first. One whose record is still there, while
   * nobody answers at its socket, was killed or crashed. One that answers was only left by us.
   */
  async #lost(generation: string): Promise<void> {
    const stillNamed = (await this.#recordOf(generation)) !== undefined;
    if (await this.#answers(generation)) {
      // The system closes the files of a killed process one after another; look twice.
      await pause(secondLookMs, undefined);
      if (await this.#answers(generation)) return;
    }
    if (this.#dead.has(generation)) return;
    this.#dead.add(generation);
    if (stillNamed) this.#died(engineDied(this.#breaker.deaths + 1));
    const current = this.#status;
    if (current.state !== "connected" || current.generation !== generation) return;
    if (!stillNamed) this.#set({ state: "closed" });
    else if (this.#givenUp) {
      const error = toErrorData(this.#givenUp.reason);
      this.#set({ state: "failed", error, givenUp: true });
    } else this.#set({ state: "starting", afterDeath: true });
  }

  /** Whether the engine of this generation listens, and not one that came after it. */
  async #answers(generation: string): Promise<boolean> {
    const record = await this.#recordOf(generation);
    if (!record || !(await answersAt(record.socket))) return false;
    return (await this.#recordOf(generation)) !== undefined;
  }

  async #recordOf(generation: string): Promise<EngineRecord | undefined> {
    const record = await readEngineRecord(this.#options.home);
    return record?.generation === generation ? record : undefined;
  }

  #set(status: EngineStatus): void {
    this.#status = status;
    this.#options.onStatus?.(status);
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

function engineDied(deaths: number): HearthError {
  return new HearthError({
    code: "engine-died",
    title: "Hearth's engine keeps stopping.",
    cause: `It died ${deaths} times within a minute, so Hearth has stopped starting it.`,
    suggestion:
      "Try again. If it goes on, restart the computer or choose a smaller model; the file " +
      "logs/engine.log in the home folder has details. What was saved is kept.",
  });
}
