import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import {
  downloadIdSchema,
  downloadStatusSchema,
  type Download,
  type DownloadId,
  type DownloadsState,
} from "../../../contract/downloads.ts";
import { errorDataSchema, HearthError, toErrorData } from "../../../contract/errors.ts";
import { Cell } from "../../core/Cell.ts";
import { readKept, writeJson } from "../atomicJson.ts";
import type { ModelDownload } from "./downloadModel.ts";
import { PassingFailure } from "./downloadOptions.ts";
import { SpeedMeter } from "./SpeedMeter.ts";

const itemSchema = z.object({
  id: downloadIdSchema,
  repository: z.string(),
  revision: z.string(),
  quantization: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })).min(1),
  status: downloadStatusSchema,
  error: errorDataSchema.nullable(),
  /** Bytes that were there when it last stopped. */
  bytes: z.number().default(0),
});
/** What is kept of a download over restarts. */
export type QueueItem = z.infer<typeof itemSchema>;
const queueSchema = z.object({ version: z.literal(1), items: z.array(itemSchema) });

export interface DownloadQueueOptions {
  /** Folder for notes; `.downloads` in it holds the queue. */
  readonly modelsDir: string;
  /** Folder of models, now; `.downloads` in it holds what has arrived. The one for notes if left out. */
  readonly targetDir?: () => string;
  /** Fetches and installs one model. */
  readonly run: ModelDownload;
  /** A model has been installed. */
  readonly onInstalled: () => Promise<void>;
  /** Something that has no place in the list, for the log. */
  readonly onFault: (error: unknown) => void;
  /** Waits before the next try of what may pass by itself, in milliseconds. */
  readonly retryMs?: readonly number[];
}

interface Progress {
  bytes: number;
  speed: SpeedMeter;
}

const usualRetryMs = [10_000, 20_000, 40_000, 60_000];
/** Tries without a byte, after which it is given up until the user says otherwise. */
const mostTries = 30;
const tellEveryMs = 200;

/**
 * The downloads that the user asked for, one at a time and in order. The list is on the disk, so it goes
 * on after a restart; what was paused stays so.
 */
export class DownloadQueue implements AsyncDisposable {
  readonly state = new Cell<DownloadsState>({ downloads: [] });
  readonly #options: DownloadQueueOptions;
  readonly #file: string;
  #items: QueueItem[] = [];
  readonly #progress = new Map<DownloadId, Progress>();
  readonly #tries = new Map<DownloadId, number>();
  readonly #retryAt = new Map<DownloadId, number>();
  readonly #timers = new Map<DownloadId, NodeJS.Timeout>();
  #holds = 0;
  #running: { id: DownloadId; stop: AbortController; ended: Promise<void> } | null = null;
  #lastTold = 0;
  #saving: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(options: DownloadQueueOptions) {
    this.#options = options;
    this.#file = path.join(options.modelsDir, ".downloads", "queue.json");
  }

  /** Reads the list; {@link start} goes on with it. */
  static async open(options: DownloadQueueOptions): Promise<DownloadQueue> {
    const queue = new DownloadQueue(options);
    const kept = await readKept(queue.#file, queueSchema, (aside) =>
      options.onFault(
        new HearthError({
          code: "file-damaged",
          title: "The list of downloads could not be read.",
          cause: `It was moved to ${aside}.`,
        }),
      ),
    ).catch((error: unknown) => {
      // A list that cannot be read keeps nobody from starting.
      options.onFault(error);
      return null;
    });
    queue.#items = (kept?.items ?? []).map((item) => ({
      ...item,
      status: isUnderWay(item) || item.status === "waiting" ? "queued" : item.status,
    }));
    queue.#tell();
    return queue;
  }

  start(): void {
    this.#next();
  }

  /** @throws HearthError `conflict` where it is on the list already */
  async add(item: Omit<QueueItem, "id" | "status" | "error" | "bytes">): Promise<DownloadId> {
    const first = item.files[0]?.sha256;
    const same = this.#items.find((other) => other.files[0]?.sha256 === first);
    if (same !== undefined && same.status !== "done") {
      throw new HearthError({
        code: "conflict",
        title: `${item.repository} ${item.quantization} is on its way already.`,
        suggestion: "Resume it in the list of downloads.",
      });
    }
    if (same !== undefined) await this.remove(same.id);
    const id = downloadIdSchema.parse(randomUUID());
    this.#items.push({ ...item, id, status: "queued", error: null, bytes: 0 });
    await this.#save();
    this.#next();
    return id;
  }

  async pause(id: DownloadId): Promise<void> {
    const item = this.#item(id);
    if (item.status === "done" || item.status === "failed") return;
    await this.#halt(id);
    if (this.#item(id).status === "done") return;
    await this.#set(id, { status: "paused", error: null });
    this.#next();
  }

  async resume(id: DownloadId): Promise<void> {
    const item = this.#item(id);
    if (isUnderWay(item) || item.status === "done") return;
    this.#tries.delete(id);
    this.#endWait(id);
    await this.#set(id, { status: "queued", error: null });
    this.#next();
  }

  async remove(id: DownloadId): Promise<void> {
    this.#item(id);
    await this.#halt(id);
    this.#items = this.#items.filter((item) => item.id !== id);
    for (const map of [this.#progress, this.#tries]) map.delete(id);
    await this.#save();
    await rm(this.stagingOf(id), { recursive: true, force: true });
    this.#next();
  }

  /** Where what has arrived of a download lies. No search for models looks there. */
  stagingOf(id: DownloadId): string {
    const { modelsDir, targetDir } = this.#options;
    return path.join(targetDir?.() ?? modelsDir, ".downloads", id);
  }

  /** Stops what runs, and lets nothing run until the answer is disposed of. The list stays as it is. */
  async hold(): Promise<Disposable> {
    this.#holds++;
    const running = this.#running;
    if (running !== null) {
      running.stop.abort();
      await running.ended;
      const item = this.#items.find(({ id }) => id === running.id);
      if (item !== undefined && isUnderWay(item)) await this.#set(item.id, { status: "queued" });
    }
    return {
      [Symbol.dispose]: () => {
        this.#holds--;
        this.#next();
      },
    };
  }

  /** Tries at once what waits: the network may be back. */
  wake(): void {
    for (const { id, status } of this.#items) {
      if (status === "waiting") void this.resume(id).catch(this.#options.onFault);
    }
  }

  /** Stops what runs; it goes on with the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    const running = this.#running;
    running?.stop.abort();
    await running?.ended;
    await this.#saving;
  }

  #next(): void {
    if (this.#running !== null || this.#holds > 0 || this.#isClosed) return;
    const item = this.#items.find(({ status }) => status === "queued");
    if (item === undefined) return;
    const stop = new AbortController();
    const ended = this.#run(item, stop.signal)
      .catch(this.#options.onFault)
      .finally(() => {
        this.#running = null;
        this.#next();
      });
    this.#running = { id: item.id, stop, ended };
  }

  async #run(item: QueueItem, signal: AbortSignal): Promise<void> {
    const { id } = item;
    this.#progress.set(id, { bytes: item.bytes, speed: new SpeedMeter() });
    try {
      await this.#set(id, { status: "downloading", error: null });
      await this.#options.run(item, {
        staging: this.stagingOf(id),
        signal,
        onProgress: ({ stage, bytes }) => this.#follow(id, stage, bytes),
      });
    } catch (error) {
      // Whoever stopped it says what it is now; at the end of the engine it stays as it was.
      if (signal.aborted) return;
      const grew = (this.#progress.get(id)?.bytes ?? 0) > item.bytes;
      if (grew) this.#tries.delete(id);
      await this.#failed(id, error);
      return;
    }
    // It is among the models; what goes wrong now is none of the download's.
    const { onFault } = this.#options;
    await rm(this.stagingOf(id), { recursive: true, force: true }).catch(onFault);
    await this.#options.onInstalled().catch(onFault);
    await this.#set(id, { status: "done", error: null });
  }

  async #failed(id: DownloadId, error: unknown): Promise<void> {
    const tries = (this.#tries.get(id) ?? 0) + 1;
    this.#tries.set(id, tries);
    if (error instanceof PassingFailure && tries < mostTries) {
      const { retryMs = usualRetryMs } = this.#options;
      const usual = retryMs[Math.min(tries, retryMs.length) - 1] ?? 60_000;
      const waitMs = Math.max(usual, error.waitMs ?? 0);
      this.#retryAt.set(id, Date.now() + waitMs);
      const timer = setTimeout(() => {
        this.#endWait(id);
        void this.#set(id, { status: "queued" })
          .then(() => this.#next())
          .catch(this.#options.onFault);
      }, waitMs);
      timer.unref();
      this.#timers.set(id, timer);
      await this.#set(id, { status: "waiting", error: toErrorData(error.error) });
      return;
    }
    const data = toErrorData(error instanceof PassingFailure ? error.error : error);
    // The lock is no failure of the download: it goes on when that is off.
    await this.#set(id, { status: data.code === "offline" ? "waiting" : "failed", error: data });
  }

  async #halt(id: DownloadId): Promise<void> {
    this.#endWait(id);
    const running = this.#running;
    if (running?.id !== id) return;
    running.stop.abort();
    await running.ended;
  }

  #endWait(id: DownloadId): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#retryAt.delete(id);
  }

  #follow(id: DownloadId, stage: "downloading" | "verifying", bytes: number): void {
    const progress = this.#progress.get(id);
    const item = this.#items.find((one) => one.id === id);
    if (progress === undefined || item === undefined) return;
    const now = performance.now();
    const changed = item.status !== stage;
    if (changed && isUnderWay(item)) this.#replace(id, { status: stage });
    progress.bytes = bytes;
    if (stage === "downloading") progress.speed.add(bytes, now);
    if (!changed && now - this.#lastTold < tellEveryMs) return;
    this.#lastTold = now;
    this.#tell();
  }

  #item(id: DownloadId): QueueItem {
    const item = this.#items.find((one) => one.id === id);
    if (item !== undefined) return item;
    throw new HearthError({
      code: "not-found",
      title: "There is no such download.",
      cause: "It was removed, or it is of another Hearth.",
      suggestion: "Look at the list of downloads.",
    });
  }

  async #set(id: DownloadId, change: Partial<QueueItem>): Promise<void> {
    const bytes = this.#progress.get(id)?.bytes;
    this.#replace(id, { ...(bytes === undefined ? {} : { bytes }), ...change });
    await this.#save();
  }

  #replace(id: DownloadId, change: Partial<QueueItem>): void {
    this.#items = this.#items.map((item) => (item.id === id ? { ...item, ...change } : item));
  }

  #save(): Promise<void> {
    this.#tell();
    const saved = this.#saving.then(() =>
      writeJson(this.#file, { version: 1, items: this.#items }),
    );
    // The next one waits for the end of this one, however it ends.
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  #tell(): void {
    this.state.set({ downloads: this.#items.map((item) => this.#describe(item)) });
  }

  #describe(item: QueueItem): Download {
    const { id, repository, quantization, files, status, error } = item;
    const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const progress = this.#progress.get(id);
    const bytes = status === "done" ? totalBytes : (progress?.bytes ?? item.bytes);
    // A file that begins anew has fewer bytes than before: that is no rate.
    const measured = status === "downloading" ? (progress?.speed.bytesPerSecond() ?? 0) : 0;
    const bytesPerSecond = Math.max(0, measured);
    return {
      id,
      repository,
      key: files[0]?.path ?? "",
      quantization,
      parts: files.length,
      status,
      bytes,
      totalBytes,
      bytesPerSecond,
      remainingMs: bytesPerSecond > 0 ? ((totalBytes - bytes) / bytesPerSecond) * 1000 : null,
      error,
      nextTryAt: this.#retryAt.get(id) ?? null,
    };
  }
}

function isUnderWay({ status }: QueueItem): boolean {
  return status === "queued" || status === "downloading" || status === "verifying";
}
