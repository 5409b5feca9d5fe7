import { Worker } from "node:worker_threads";
import type { ReaderTask } from "./readerMessages.ts";

/** A thread that has nothing to do ends after this. */
const idleMs = 10_000;
/** A thread that has read so much makes room for a new one: what parsers keep must not add up. */
const mostBytes = 32 * 1024 * 1024;
/** One for what the user waits for, one for the background. */
const mostIdle = 2;

interface Idle {
  readonly key: string;
  readonly thread: ReaderThread;
  readonly timer: NodeJS.Timeout;
}

const idle: Idle[] = [];

/** A thread that reads one file after the other, and is kept for the next one if all went well. */
export class ReaderThread {
  readonly worker: Worker;
  readonly #key: string;
  #bytes = 0;
  #ended = false;

  /** One that is idle, or a new one. */
  static take(workerPath: string | URL, maxHeapMb: number): ReaderThread {
    const key = `${String(workerPath)}|${maxHeapMb}`;
    const at = idle.findIndex((entry) => entry.key === key);
    const [found] = at < 0 ? [] : idle.splice(at, 1);
    if (!found) return new ReaderThread(workerPath, maxHeapMb, key);
    clearTimeout(found.timer);
    found.thread.worker.ref();
    return found.thread;
  }

  private constructor(workerPath: string | URL, maxHeapMb: number, key: string) {
    this.#key = key;
    this.worker = new Worker(workerPath, {
      // The parser's own warnings are of no use to the user and would fill the log.
      stdout: true,
      stderr: true,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    this.worker.stdout.resume();
    this.worker.stderr.resume();
    // One that fails while it is idle has harmed nobody; whoever waits for one listens too.
    this.worker.on("error", () => this.#leave());
    this.worker.on("exit", () => this.#leave());
  }

  /** @param bytes size of the file */
  begin(task: ReaderTask, bytes: number): void {
    this.#bytes += bytes;
    this.worker.postMessage({ type: "read", task }, []);
  }

  /** Keeps the thread for the next file. */
  async giveBack(): Promise<void> {
    if (this.#ended || this.#bytes > mostBytes || idle.length >= mostIdle) {
      await this.end();
      return;
    }
    this.worker.unref();
    const timer = setTimeout(() => void this.end(), idleMs).unref();
    idle.push({ key: this.#key, thread: this, timer });
  }

  async end(): Promise<void> {
    // Its end takes a while, in which nobody may take it.
    this.#leave();
    await this.worker.terminate();
  }

  #leave(): void {
    this.#ended = true;
    const at = idle.findIndex(({ thread }) => thread === this);
    for (const { timer } of at < 0 ? [] : idle.splice(at, 1)) clearTimeout(timer);
  }
}
