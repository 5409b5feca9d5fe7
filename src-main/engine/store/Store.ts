import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { describeFileError } from "../../contract/describeFileError.ts";
import { cancelledError, HearthError } from "../../contract/errors.ts";
import { entryPath } from "../../paths/entries.ts";
import {
  repositoryMethods,
  type ApiKeyRepository,
  type BenchRepository,
  type ChatRepository,
  type CheckpointRepository,
  type CollectionRepository,
  type DocumentRepository,
  type EvalRepository,
  type FromWorker,
  type IngestJobRepository,
  type QuantRunRepository,
  type Remote,
  type Repositories,
  type RequestRepository,
  type SettingsRepository,
  type StoreRequest,
  type ToWorker,
  type WorkerInput,
} from "./protocol.ts";

/** Calls that keep the worker longer than this are reported. */
export const slowCallMs = 200;

/** Something of the store that belongs into the log. */
export type StoreReport =
  | { kind: "slow"; method: string; ms: number }
  | { kind: "failed"; method: string; detail: string }
  /** A stored value could not be read and its default stands in; the rest of the record is used. */
  | { kind: "damaged-value"; place: string }
  | { kind: "died"; detail: string };

export interface StoreOptions {
  /** The database file. Its folder is made if it is not there. */
  path: string;
  workerUrl?: URL;
  signal?: AbortSignal;
  onReport?: (report: StoreReport) => void;
}

interface Waiting {
  method: string;
  resolve(value: unknown): void;
  reject(error: HearthError): void;
}

/**
 * The truth of Hearth: chats, documents, settings, measurements and the network log in one SQLite database, run
 * by a thread of its own so that a slow write never holds up a stream. A call that has resolved is
 * on the disk.
 */
export class Store {
  readonly apiKeys: Remote<ApiKeyRepository>;
  readonly bench: Remote<BenchRepository>;
  readonly chats: Remote<ChatRepository>;
  readonly checkpoints: Remote<CheckpointRepository>;
  readonly collections: Remote<CollectionRepository>;
  readonly documents: Remote<DocumentRepository>;
  readonly evals: Remote<EvalRepository>;
  readonly jobs: Remote<IngestJobRepository>;
  readonly quants: Remote<QuantRunRepository>;
  readonly settings: Remote<SettingsRepository>;
  readonly requests: Remote<RequestRepository>;

  readonly #worker: Worker;
  readonly #report: (report: StoreReport) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #died = Promise.withResolvers<HearthError>();
  #nextId = 1;
  /** Why calls are refused, once they are. */
  #refusal: HearthError | undefined;
  #closing = false;
  #lastFault = "";

  /**
   * Opens the database, makes it where there is none and brings its schema up to date.
   * @throws HearthError `home-too-new`, `home-unusable`, `home-in-use`, `disk-full`, `cancelled`
   */
  static async open(options: StoreOptions): Promise<Store> {
    if (options.signal?.aborted) throw cancelledError();
    try {
      fs.mkdirSync(path.dirname(options.path), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw folderUnusable(path.dirname(options.path), error);
    }
    const store = new Store(options);
    const onAbort = (): void => store.#opened.reject(cancelledError());
    options.signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await store.#opened.promise;
      return store;
    } catch (error) {
      store.#closing = true;
      await store.#worker.terminate();
      throw error;
    } finally {
      options.signal?.removeEventListener("abort", onAbort);
    }
  }

  private constructor(options: StoreOptions) {
    const input: WorkerInput = { path: options.path };
    this.#report = options.onReport ?? (() => {});
    this.#worker = new Worker(options.workerUrl ?? pathToFileURL(entryPath("sqlite")), {
      workerData: input,
      name: "sqlite",
      // Flags of the process, such as a debugger's or a test runner's, are not for this thread.
      execArgv: [],
    });
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", (error) => {
      this.#lastFault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    this.#worker.on("exit", (code) => this.#workerEnded(code));
    this.apiKeys = this.#remote("apiKeys");
    this.bench = this.#remote("bench");
    this.chats = this.#remote("chats");
    this.checkpoints = this.#remote("checkpoints");
    this.collections = this.#remote("collections");
    this.documents = this.#remote("documents");
    this.evals = this.#remote("evals");
    this.jobs = this.#remote("jobs");
    this.quants = this.#remote("quants");
    this.settings = this.#remote("settings");
    this.requests = this.#remote("requests");
  }

  /** Resolves if the worker ends without being asked to; the store is of no use from then on. */
  get died(): Promise<HearthError> {
    return this.#died.promise;
  }

  /** Lets all calls that were made come to their end, then closes the database. */
  async close(): Promise<void> {
    if (!this.#closing && !this.#refusal) {
      this.#closing = true;
      this.#refusal = storeClosed();
      // The worker takes messages in order: this one comes after all calls.
      this.#post({ type: "close" });
    }
    await this.#closed.promise;
  }

  #remote<R extends keyof Repositories>(repository: R): Remote<Repositories[R]> {
    const methods = Object.keys(repositoryMethods[repository]).map((method) => [
      method,
      (...args: unknown[]) => this.#call({ repository, method, args } as unknown as StoreRequest),
    ]);
    return Object.fromEntries(methods) as Remote<Repositories[R]>;
  }

  #call(request: StoreRequest): Promise<unknown> {
    if (this.#refusal) return Promise.reject(this.#refusal);
    const id = this.#nextId++;
    const method = `${request.repository}.${request.method}`;
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      try {
        this.#post({ type: "call", id, request });
      } catch (error) {
        // What cannot be copied into another thread, such as a function, is the caller's mistake.
        this.#waiting.delete(id);
        reject(error);
      }
    });
  }

  #post(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "opened":
        this.#opened.resolve();
        return;
      case "openFailed":
        this.#closing = true;
        this.#report({ kind: "failed", method: "open", detail: message.detail });
        this.#opened.reject(HearthError.fromData(message.error));
        return;
      case "damage":
        this.#report({ kind: "damaged-value", place: message.place });
        return;
      case "closed":
        return;
      case "reply":
      case "error": {
        const waiting = this.#waiting.get(message.id);
        if (!waiting) return;
        this.#waiting.delete(message.id);
        const { method } = waiting;
        if (message.ms > slowCallMs) this.#report({ kind: "slow", method, ms: message.ms });
        if (message.type === "reply") {
          waiting.resolve(message.value);
        } else {
          if (message.error.code === "internal") {
            this.#report({ kind: "failed", method, detail: message.detail });
          }
          waiting.reject(HearthError.fromData(message.error));
        }
      }
    }
  }

  #workerEnded(code: number): void {
    if (!this.#closing || this.#waiting.size > 0) {
      const fault = this.#lastFault || `It ended with code ${code}.`;
      const error = storeDied(fault);
      this.#refusal = error;
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
      this.#opened.reject(error);
      this.#report({ kind: "died", detail: fault });
      this.#died.resolve(error);
    }
    this.#closed.resolve();
  }
}

function storeDied(fault: string): HearthError {
  return new HearthError({
    code: "unavailable",
    title: "Hearth's database stopped.",
    cause: fault.split("\n")[0] ?? "",
    suggestion: "Start Hearth again. What was saved is kept.",
  });
}

function storeClosed(): HearthError {
  return new HearthError({
    code: "unavailable",
    title: "Hearth is closing.",
    suggestion: "Start Hearth again.",
  });
}

function folderUnusable(folder: string, error: unknown): HearthError {
  return new HearthError(
    {
      code: "home-unusable",
      title: "Hearth cannot use its home folder.",
      cause: `${folder} cannot be made. ${describeFileError(error)}`,
      suggestion: "Check that the place is there and yours, or choose another home folder.",
    },
    { cause: error },
  );
}
