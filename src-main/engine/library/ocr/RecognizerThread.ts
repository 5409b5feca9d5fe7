import { Worker } from "node:worker_threads";
import { cancelledError, HearthError } from "../../../contract/errors.ts";
import type { RequestRecord } from "../../egress/requestRecord.ts";
import type {
  Recognized,
  RecognizerMessage,
  RecognizerSetup,
  RecognizerTask,
} from "./recognizerMessages.ts";

export interface RecognizerThreadOptions {
  /** The built `recognizerWorker`; default: the source file beside this one. */
  workerPath?: string | URL | undefined;
  /** A page that takes longer is given up. Default 90 s. */
  pageMs?: number | undefined;
  /** What a page's pictures may take outside the heap. Default 1,024 MB. */
  maxBuffersMb?: number | undefined;
  onRefused?: ((record: RequestRecord) => void) | undefined;
}

const defaultPageMs = 90_000;
const defaultMaxBuffersMb = 1024;
const maxHeapMb = 768;
const memoryWatchMs = 300;

/**
 * A thread that recognises one page at a time. A page cannot be stopped in its middle, but its thread
 * can: one that is cancelled, hangs, or takes too much memory ends the thread, and nothing else.
 */
export class RecognizerThread {
  readonly #worker: Worker;
  readonly #options: RecognizerThreadOptions;
  readonly #ready = Promise.withResolvers<void>();
  readonly #watch: NodeJS.Timeout;
  #page: PromiseWithResolvers<Recognized> | null = null;
  #isReady = false;
  #ended = false;

  constructor(setup: RecognizerSetup, options: RecognizerThreadOptions) {
    this.#options = options;
    const { workerPath, onRefused } = options;
    this.#worker = new Worker(workerPath ?? new URL("./recognizerWorker.ts", import.meta.url), {
      workerData: setup,
      // What the decoders complain of is of no use to the user and would fill the log.
      stdout: true,
      stderr: true,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    // The thread may end before anybody waits for it.
    this.#ready.promise.catch(() => undefined);
    this.#watch = setInterval(() => this.#watchMemory(), memoryWatchMs);
    this.#watch.unref();
    this.#worker.on("message", (message: RecognizerMessage) => {
      if (message.type === "refused") onRefused?.(message.record);
      else this.#take(message);
    });
    this.#worker.on("error", (error) => this.#fault(error.message, error));
    this.#worker.on("exit", () => this.#fault("Its thread ended."));
  }

  get ended(): boolean {
    return this.#ended;
  }

  /**
   * @throws HearthError `cancelled`; `unavailable` where the languages cannot be used; any other error
   *   is of this page alone
   */
  async recognize(task: RecognizerTask, signal: AbortSignal | undefined): Promise<Recognized> {
    if (signal?.aborted === true) throw cancelledError();
    const page = Promise.withResolvers<Recognized>();
    page.promise.catch(() => undefined);
    this.#page = page;
    const onAbort = (): void => this.#fail(cancelledError());
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = setTimeout(
      () => this.#fault("Recognising this page took too long."),
      this.#options.pageMs ?? defaultPageMs,
    );
    try {
      await this.#ready.promise;
      this.#worker.postMessage(task, []);
      return await page.promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.#page = null;
    }
  }

  async end(): Promise<void> {
    this.#fail(cancelledError());
    await this.#worker.terminate();
  }

  #take(message: Exclude<RecognizerMessage, { type: "refused" }>): void {
    switch (message.type) {
      case "ready":
        this.#isReady = true;
        this.#ready.resolve();
        break;
      case "unusable":
        this.#fail(unusableError(message.reason));
        break;
      case "done":
        this.#page?.resolve(message.result);
        break;
      case "failed":
        // What a page did to it, such as filling its memory, must not reach the next one.
        this.#fault(message.reason);
        break;
    }
  }

  /** Of the page; before the thread was ready, of text recognition as a whole. */
  #fault(reason: string, cause?: unknown): void {
    this.#fail(this.#isReady ? new Error(reason, { cause }) : unusableError(reason, cause));
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#watch);
    this.#ready.reject(error);
    this.#page?.reject(error);
    void this.#worker.terminate();
  }

  #watchMemory(): void {
    const { maxBuffersMb = defaultMaxBuffersMb } = this.#options;
    this.#worker.getHeapStatistics().then(
      ({ external_memory: bytes }) => {
        if (bytes > maxBuffersMb * 1e6) {
          this.#fault("Recognising this page took too much memory.");
        }
      },
      // The thread has ended; its end is told by its own event.
      () => undefined,
    );
  }
}

function unusableError(reason: string, cause?: unknown): HearthError {
  return new HearthError(
    {
      code: "unavailable",
      title: "Text recognition does not start.",
      cause: reason,
      suggestion:
        "Check the languages for scanned pages in Settings, and the files of those you added.",
    },
    { cause },
  );
}
