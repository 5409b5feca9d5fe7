import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Worker } from "node:worker_threads";
import { cancelledError, HearthError } from "../../../contract/errors.ts";
import { crashError, stalledError, tooMuchMemoryError, unreadableError } from "./readerErrors.ts";
import type { RequestRecord } from "../../egress/requestRecord.ts";
import type { ReaderMessage, ReaderReply, ReaderTask } from "./readerMessages.ts";
import { ReaderThread } from "./readerThreads.ts";
import type { PageSink, ReadDocument, ReadOptions, ReadPage, ReadSummary } from "./Reader.ts";

export interface ReadFileOptions extends ReadOptions {
  /** The built `readerWorker`; default: the source file beside this one. */
  workerPath?: string | URL | undefined;
  /** Without a page for so long, reading is given up. Default 25 s. */
  stallMs?: number | undefined;
  /** Default 1 GB. */
  maxBytes?: number | undefined;
  /** Heap of the reading thread. Default 1,536 MB. */
  maxHeapMb?: number | undefined;
  /** What the reading thread may hold outside its heap, such as unpacked streams. Default 1,024 MB. */
  maxBuffersMb?: number | undefined;
  /** By which the kind is told where content cannot; default: the path's last part. */
  fileName?: string | undefined;
  /** For measuring: only the parser's own text of a PDF is made, and no page is handed over. */
  bareText?: boolean | undefined;
  /** Told when something in the reading thread tried to reach the network and was stopped. */
  onRefused?: ((record: RequestRecord) => void) | undefined;
}

const defaultStallMs = 25_000;
const defaultMaxBytes = 1_000_000_000;
const defaultMaxHeapMb = 1536;
const defaultMaxBuffersMb = 1024;
/** How often the memory of the reading thread is looked at. */
const memoryWatchMs = 200;

/**
 * Reads a file in another thread, handing over page after page. Whatever the file does to its reader
 * (crash, endless loop, out of memory) becomes an error of this call and touches nothing else. A thread
 * in which anything failed is gone when the call returns; others are kept a while for the next file.
 *
 * @throws HearthError file-missing, file-unreadable, file-encrypted, file-damaged, file-empty,
 *   file-too-large, file-type-unknown, cancelled; and what `onPage` throws, as it is.
 */
export async function readFile(
  path: string,
  onPage: PageSink,
  options: ReadFileOptions = {},
): Promise<ReadSummary> {
  const { signal } = options;
  if (signal?.aborted) throw cancelledError();
  const bytes = await requireFile(path);
  const task: ReaderTask = {
    path,
    fileName: options.fileName ?? basename(path),
    password: options.password,
    pdfjsDir: options.pdfjsDir,
    maxPages: options.maxPages,
    pictures: options.pictures,
    maxBytes: options.maxBytes ?? defaultMaxBytes,
    bareText: options.bareText,
  };
  const workerPath = options.workerPath ?? new URL("./readerWorker.ts", import.meta.url);
  const thread = ReaderThread.take(workerPath, options.maxHeapMb ?? defaultMaxHeapMb);
  try {
    const reading = listen(thread.worker, onPage, options);
    thread.begin(task, bytes);
    const summary = await reading;
    await thread.giveBack();
    return summary;
  } catch (error) {
    await thread.end();
    throw error;
  }
}

/** As {@link readFile}, with all pages kept in memory. */
export async function readDocument(
  path: string,
  options: ReadFileOptions = {},
): Promise<ReadDocument> {
  const pages: ReadPage[] = [];
  const summary = await readFile(path, (page) => void pages.push(page), options);
  return { ...summary, pages };
}

function listen(worker: Worker, onPage: PageSink, options: ReadFileOptions): Promise<ReadSummary> {
  const { stallMs = defaultStallMs, signal, onRefused } = options;
  return new Promise<ReadSummary>((resolve, reject) => {
    let pages = 0;
    /** Messages that the taker has still to do with: while there are any, the reader is not late. */
    let untaken = 0;
    let timer: NodeJS.Timeout | undefined;
    // Messages are handled one after another, so that pages stay in order.
    let queue: Promise<void> = Promise.resolve();
    let settled = false;
    const settle = (finish: () => void): void => {
      settled = true;
      clearTimeout(timer);
      clearInterval(memoryTimer);
      signal?.removeEventListener("abort", onAbort);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      finish();
    };
    const fail = (error: unknown): void => settle(() => reject(error));
    const onAbort = (): void => fail(cancelledError());
    const memoryTimer = watchMemory(worker, options, fail);
    const watch = (): void => {
      clearTimeout(timer);
      if (settled) return;
      timer = setTimeout(() => fail(stalledError(stallMs, pages)), stallMs);
    };
    const take = async (message: ReaderMessage): Promise<void> => {
      switch (message.type) {
        case "page":
          await onPage(message.page, message.pageCount);
          worker.postMessage({ type: "taken" } satisfies ReaderReply, []);
          break;
        case "done":
          settle(() => resolve(message.summary));
          break;
        case "refused":
          onRefused?.(message.record);
          break;
        case "failed":
          fail(HearthError.fromData(message.error));
          break;
      }
    };
    const onMessage = (message: ReaderMessage): void => {
      clearTimeout(timer);
      if (message.type === "page") pages++;
      untaken++;
      queue = queue.then(async () => {
        await take(message);
        untaken--;
        if (untaken === 0) watch();
      });
      queue.catch(fail);
    };
    // What the thread said before it ended counts first.
    const ended = async (reason: Error): Promise<void> => {
      await queue.catch(fail);
      fail(crashError(reason));
    };
    const onError = (reason: unknown): void => void ended(toError(reason));
    const onExit = (code: number): void =>
      void ended(new Error(`The reading thread ended with code ${code}.`));
    signal?.addEventListener("abort", onAbort, { once: true });
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    watch();
  });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/**
 * The limit of a thread's heap does not count its buffers, and a small file can unpack to
 * gigabytes. They are looked at from outside, since the thread may be busy with just that.
 */
function watchMemory(
  worker: Worker,
  { maxBuffersMb = defaultMaxBuffersMb }: ReadFileOptions,
  fail: (error: unknown) => void,
): NodeJS.Timeout {
  return setInterval(() => {
    worker.getHeapStatistics().then(
      ({ external_memory: bytes }) => {
        if (bytes > maxBuffersMb * 1e6) fail(tooMuchMemoryError());
      },
      // The thread has ended; its end is told by its own event.
      () => undefined,
    );
  }, memoryWatchMs);
}

/** @returns its size */
async function requireFile(path: string): Promise<number> {
  try {
    const info = await stat(path);
    if (info.isFile()) return info.size;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new HearthError(
        {
          code: "file-missing",
          title: "The file is not there any more.",
          cause: "It was moved, renamed or deleted.",
          suggestion: "Add it again from its new place.",
        },
        { cause: error },
      );
    }
    throw unreadableError(error);
  }
  throw new HearthError({
    code: "file-unreadable",
    title: "This is not a file.",
    cause: "It is a folder or a device.",
    suggestion: "Choose a file.",
  });
}
