import { cancelledError } from "../../../contract/errors.ts";
import { Wakeup } from "../../core/Wakeup.ts";
import type { OcrAssets } from "./ocrAssets.ts";
import type { Recognized, RecognizerTask } from "./recognizerMessages.ts";
import { RecognizerThread, type RecognizerThreadOptions } from "./RecognizerThread.ts";

export interface RecognizerOptions extends RecognizerThreadOptions {
  /** Asked when a thread is started, so that a language that was added counts at the next use. */
  assets: () => Promise<OcrAssets>;
  pdfjsDir?: string | undefined;
  /** Pages recognised at a time. */
  threads: number;
  /** Threads without work for so long are ended. Default 20 s. */
  idleMs?: number | undefined;
}

const defaultIdleMs = 20_000;

/** Recognises text in pictures of pages, in threads that come with the work and go without it. */
export class Recognizer implements AsyncDisposable {
  readonly #options: RecognizerOptions;
  /** Woken when a page is done. */
  readonly #changed = new Wakeup();
  readonly #idle: { thread: RecognizerThread; timer: NodeJS.Timeout }[] = [];
  readonly #end = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #generation = 0;
  #busy = 0;

  constructor(options: RecognizerOptions) {
    this.#options = options;
  }

  /** So many pages are recognised at a time; more wait. */
  get threads(): number {
    return this.#options.threads;
  }

  /** Whether a language is chosen, without which nothing is recognised. */
  async isOn(): Promise<boolean> {
    return (await this.#options.assets()).languages.length > 0;
  }

  /** Lets the next pages use what languages are chosen now. */
  renew(): void {
    this.#generation++;
    for (const { thread, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      void thread.end();
    }
  }

  /**
   * @throws HearthError `cancelled`; `unavailable` where the languages cannot be used; any other error
   *   is of this page alone, and others can still be recognised
   */
  async recognize(task: RecognizerTask, signal: AbortSignal): Promise<Recognized> {
    const either = AbortSignal.any([signal, this.#end.signal]);
    const work = this.#work(task, either);
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.allSettled(this.#running);
    await Promise.all(
      this.#idle.splice(0).map(async ({ thread, timer }) => {
        clearTimeout(timer);
        await thread.end();
      }),
    );
  }

  async #work(task: RecognizerTask, signal: AbortSignal): Promise<Recognized> {
    await this.#turn(signal);
    try {
      const generation = this.#generation;
      const thread = this.#wake() ?? (await this.#start());
      try {
        return await thread.recognize(task, signal);
      } finally {
        if (generation === this.#generation) this.#rest(thread);
        else void thread.end();
      }
    } finally {
      this.#busy--;
      this.#changed.wake();
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw cancelledError();
    while (this.#busy >= this.#options.threads) await this.#changed.sleep({ signal });
    this.#busy++;
  }

  #wake(): RecognizerThread | undefined {
    const resting = this.#idle.pop();
    clearTimeout(resting?.timer);
    return resting?.thread.ended === true ? this.#wake() : resting?.thread;
  }

  async #start(): Promise<RecognizerThread> {
    const assets = await this.#options.assets();
    return new RecognizerThread({ assets, pdfjsDir: this.#options.pdfjsDir }, this.#options);
  }

  #rest(thread: RecognizerThread): void {
    if (thread.ended) return;
    const timer = setTimeout(() => {
      const at = this.#idle.findIndex((resting) => resting.thread === thread);
      if (at >= 0) this.#idle.splice(at, 1);
      void thread.end();
    }, this.#options.idleMs ?? defaultIdleMs);
    timer.unref();
    this.#idle.push({ thread, timer });
  }
}
