import { mkdir, rename, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describeFileError } from "../../../contract/describeFileError.ts";
import { cancelledError, HearthError } from "../../../contract/errors.ts";
import type { EgressResponse } from "../../egress/EgressResponse.ts";
import { webPageError } from "../hub/hubErrors.ts";
import { backoffMs } from "./backoff.ts";
import { checkRangeAnswer, type RangeAnswer } from "./checkRangeAnswer.ts";
import { checksumMismatch, diskFull, downloadFailed } from "./downloadErrors.ts";
import { hashOf, PassingFailure, type RangeDownloadOptions } from "./downloadOptions.ts";
import { syncFolderOf } from "./durableFile.ts";
import { freeBytesOf } from "./freeBytesOf.ts";
import { FrontierHash } from "./FrontierHash.ts";
import { Intervals, type Interval } from "./Intervals.ts";
import { RangeJournal } from "./RangeJournal.ts";
import { networkFailure } from "./networkFailure.ts";
import { isWebPage } from "./responseChecks.ts";

const usualConnections = 4;
const usualSegmentBytes = 32 * 1024 * 1024;
/** A longer wait that a server asks for is not sat out here; whoever has the queue decides. */
const longestWaitMs = 60_000;
/** Room that is left to the rest of the system. */
const spareBytes = 64 * 1024 * 1024;
/** How often all that has arrived may be void before it is given up. */
const mostStartOvers = 3;

/** All that has arrived is void, and the file begins anew. */
class StartOver extends Error {}

/**
 * Fetches one file in several parts at a time, so that `target` is either absent or whole and right. What
 * arrives survives cancelling, failures and a killed process, and is taken up again. The file is hashed as
 * it lies on the disk while the rest arrives, and gets its name only when the hash is the stated one; a
 * wrong one is fetched once more from nothing.
 */
export class RangeDownload {
  readonly #options: RangeDownloadOptions;
  readonly #journal: RangeJournal;
  readonly #segmentBytes: number;
  #connections: number;
  #hash!: FrontierHash;
  #file!: FileHandle;
  /** Parts that a request is under way for. */
  readonly #asked = new Set<Interval>();
  #knowsRanges: boolean | null = null;
  #active = 0;
  #failures = 0;
  /** When the last failure was that counted. */
  #countedAt = 0;
  #startOvers = 0;
  #furthest = 0;
  #savedAt = 0;
  #saving: Promise<void> = Promise.resolve();
  #unsaved = 0;

  constructor(options: RangeDownloadOptions) {
    this.#options = options;
    const { target, url, totalBytes } = options;
    this.#journal = new RangeJournal(target, { url, hash: hashOf(options).hex, totalBytes });
    this.#segmentBytes = options.segmentBytes ?? usualSegmentBytes;
    this.#connections = options.connections ?? usualConnections;
  }

  /**
   * @throws HearthError `download-failed`, `checksum-mismatch`, `disk-full`, `offline`, `cancelled`;
   * PassingFailure where the line or the server gave no byte for several tries
   */
  async run(): Promise<void> {
    const { target, name } = this.#options;
    const stated = hashOf(this.#options);
    await mkdir(path.dirname(target), { recursive: true });
    this.#file = await this.#journal.open();
    try {
      this.#begin();
      for (let attempt = 0; ; attempt++) {
        await this.#transfer();
        if ((await this.#verify()) === stated.hex) break;
        await this.#startOver();
        if (attempt > 0)
          throw checksumMismatch(
            name,
            stated.algorithm === "sha256"
              ? "Its SHA-256 is not the one that the hub states."
              : "Its SHA-512 is not the one that Hearth knows.",
          );
      }
      await this.#file.sync();
    } catch (error) {
      const reason = await this.#explain(error);
      await this.#close();
      // Of what never began nothing stays behind.
      if (this.#journal.done.size === 0) await this.#journal.discard();
      throw reason;
    }
    await this.#close();
    await rename(this.#journal.partFile, target);
    await syncFolderOf(target);
    await this.#journal.forgetJournal();
  }

  async #close(): Promise<void> {
    await this.#saving;
    await this.#hash.stop();
    await this.#file.close();
  }

  #begin(): void {
    this.#hash = new FrontierHash(this.#file, hashOf(this.#options).algorithm);
    this.#furthest = this.#journal.done.size;
    this.#hash.follow(this.#journal.done.prefix);
    this.#tell();
  }

  async #startOver(): Promise<void> {
    await this.#hash.stop();
    await this.#saving;
    await this.#journal.forget(this.#file);
    this.#begin();
  }

  /** Fetches until nothing is missing. */
  async #transfer(): Promise<void> {
    while (this.#journal.done.size < this.#options.totalBytes) {
      await this.#checkRoom();
      const round = new AbortController();
      try {
        const signal = AbortSignal.any([this.#options.signal, round.signal]);
        await this.#round(signal, round);
      } catch (error) {
        if (!(error instanceof StartOver)) throw error;
        this.#startOvers++;
        if (this.#startOvers > mostStartOvers)
          throw downloadFailed(this.#options.name, error.message, "Try again later.");
        await this.#startOver();
      } finally {
        round.abort(cancelledError());
        this.#asked.clear();
      }
    }
    await this.#save();
  }

  /** One worker until a part has come, then as many as wanted; the first failure ends them all. */
  async #round(signal: AbortSignal, round: AbortController): Promise<void> {
    const workers: Promise<void>[] = [];
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined);
    const add = (): void => {
      const worker = this.#work(signal, () => {
        while (workers.length < this.#connections && this.#nextGap() !== null) add();
      });
      workers.push(worker);
      worker.catch((error: unknown) => failed.reject(error));
    };
    add();
    try {
      // Workers may start others until the last one has ended.
      for (let ended = 0; ended < workers.length; ended++)
        await Promise.race([workers[ended], failed.promise]);
    } catch (error) {
      round.abort(cancelledError());
      await Promise.allSettled(workers);
      throw error;
    }
  }

  /** Fetches one missing part after the other. */
  async #work(signal: AbortSignal, onRanges: () => void): Promise<void> {
    this.#active++;
    try {
      for (;;) {
        const range = this.#nextGap();
        if (range === null) return;
        const startedAt = performance.now();
        this.#asked.add(range);
        try {
          await this.#fetchPart(range, signal, onRanges);
        } catch (error) {
          if (!(error instanceof PassingFailure)) throw error;
          this.#asked.delete(range);
          await this.#save();
          await this.#bear(error, startedAt, signal);
          // A server that refuses one of several requests wants fewer.
          if (this.#active > this.#connections) return;
        } finally {
          this.#asked.delete(range);
        }
      }
    } finally {
      this.#active--;
    }
  }

  #nextGap(): Interval | null {
    const { totalBytes } = this.#options;
    const taken = new Intervals([...this.#journal.done.toJSON(), ...this.#asked]);
    const most = this.#knowsRanges === false ? totalBytes : this.#segmentBytes;
    return taken.firstGap(totalBytes, most);
  }

  /** Waits after a failure. @throws PassingFailure when there were too many without progress */
  async #bear(failure: PassingFailure, startedAt: number, signal: AbortSignal): Promise<void> {
    const { patience = 5, firstDelayMs = 500 } = this.#options;
    const bytes = this.#journal.done.size;
    if (bytes > this.#furthest) this.#failures = 0;
    // Requests that were under way together fail together: those count once.
    if (this.#failures === 0 || startedAt >= this.#countedAt) {
      this.#failures++;
      this.#countedAt = performance.now();
    }
    this.#furthest = Math.max(this.#furthest, bytes);
    const wait = failure.waitMs ?? backoffMs(firstDelayMs, this.#failures);
    if (this.#failures >= patience || wait > longestWaitMs) throw failure;
    if (failure.isCrowded) this.#connections = Math.max(1, this.#connections - 1);
    await sleep(wait, undefined, { signal });
  }

  async #fetchPart(range: Interval, signal: AbortSignal, onRanges: () => void): Promise<void> {
    const { url, egress, name, idleMs, access, totalBytes, describeRefusal } = this.#options;
    const { headers, allowLoopback } = await access();
    const { etag } = this.#journal;
    const wantsPart = this.#knowsRanges !== false;
    let response: EgressResponse;
    try {
      response = await egress.fetch(url, {
        reason: `Download of ${name}`,
        headers: {
          ...headers,
          ...(wantsPart ? { range: `bytes=${range[0]}-${range[1] - 1}` } : {}),
          ...(wantsPart && etag !== null ? { "if-range": etag } : {}),
        },
        allowLoopback,
        signal,
        ...(idleMs === undefined ? {} : { timeouts: { idleMs } }),
      });
    } catch (error) {
      throw networkFailure(error, name);
    }
    try {
      const hadToken = "authorization" in headers;
      const { algorithm, hex } = hashOf(this.#options);
      const question = {
        ...{ name, url, totalBytes, range, etag, hadToken, describeRefusal },
        sha256: algorithm === "sha256" ? hex : null,
      };
      const answer = checkRangeAnswer(response, question);
      await this.#take(response, answer, range, signal, onRanges);
    } finally {
      response.cancel();
    }
  }

  async #take(
    response: EgressResponse,
    answer: RangeAnswer,
    range: Interval,
    signal: AbortSignal,
    onRanges: () => void,
  ): Promise<void> {
    const { name, totalBytes } = this.#options;
    if (answer.kind === "changed") throw new StartOver(answer.cause);
    if (answer.kind === "revalidate") {
      this.#journal.etag = null;
      return;
    }
    if (answer.kind === "whole") {
      if (isWebPage(response, Buffer.alloc(0)))
        throw webPageError(name, new URL(response.url).host);
      const isFresh = range[0] === 0 && this.#journal.done.size === 0 && this.#asked.size === 1;
      this.#knowsRanges = false;
      this.#connections = 1;
      if (!isFresh) throw new StartOver("The server sends only whole files.");
    } else {
      this.#knowsRanges = true;
      this.#journal.etag ??= answer.etag;
    }
    const to = answer.kind === "whole" ? totalBytes : range[1];
    await this.#write(response, [range[0], to], answer.kind === "whole", signal, onRanges);
  }

  async #write(
    response: EgressResponse,
    [from, to]: Interval,
    isWhole: boolean,
    signal: AbortSignal,
    onRanges: () => void,
  ): Promise<void> {
    const { name, limit } = this.#options;
    let position = from;
    try {
      for await (const chunk of response.body()) {
        if (position === 0 && isWebPage(response, chunk))
          throw webPageError(name, new URL(response.url).host);
        if (isWhole && position + chunk.length > to)
          throw checksumMismatch(name, `It has more than its ${to} bytes.`);
        const piece = chunk.subarray(0, to - position);
        await this.#file.write(piece, 0, piece.length, position);
        this.#arrived(position, position + piece.length);
        position += piece.length;
        if (!isWhole) onRanges();
        // What goes beyond the part belongs to other requests.
        if (position === to) return;
        await limit.take(piece.length, signal);
      }
    } catch (error) {
      const failure = networkFailure(error, name);
      if (isWhole && failure instanceof PassingFailure) await this.#forgetPrefix();
      throw failure;
    }
    if (position === to) return;
    if (isWhole) await this.#forgetPrefix();
    throw new PassingFailure(downloadFailed(name, "The connection broke off."));
  }

  /** Without ranges an interrupted file begins anew. */
  async #forgetPrefix(): Promise<void> {
    const reached = this.#journal.done.size;
    await this.#startOver();
    this.#furthest = reached;
  }

  #arrived(from: number, to: number): void {
    this.#journal.done.add(from, to);
    this.#hash.follow(this.#journal.done.prefix);
    this.#tell();
    const { journalMs = 2000 } = this.#options;
    const now = performance.now();
    if (now - this.#savedAt < journalMs || this.#unsaved > 0) return;
    this.#savedAt = now;
    void this.#save().catch(() => {
      // A disk that takes no journal takes no bytes either; writing those says so.
    });
  }

  /** Records follow each other. @throws as writing does */
  #save(): Promise<void> {
    const saved = this.#saving.then(() => this.#journal.save(this.#file));
    this.#unsaved++;
    this.#saving = saved
      .catch(() => undefined)
      .then(() => {
        this.#unsaved--;
      });
    return saved;
  }

  async #verify(): Promise<string> {
    const { totalBytes, onProgress } = this.#options;
    return this.#hash.finish(totalBytes, (bytes) => onProgress({ stage: "verifying", bytes }));
  }

  #tell(): void {
    this.#options.onProgress({ stage: "downloading", bytes: this.#journal.done.size });
  }

  async #checkRoom(): Promise<void> {
    const { target, name, totalBytes, freeBytes = freeBytesOf } = this.#options;
    const free = await freeBytes(path.dirname(target));
    const needed = totalBytes - this.#journal.done.size + spareBytes;
    if (needed > free) throw diskFull(name, needed, free);
  }

  async #explain(error: unknown): Promise<unknown> {
    const { signal, name, totalBytes } = this.#options;
    if (signal.aborted) return await this.#keep(cancelledError());
    if (error instanceof PassingFailure) return await this.#keep(error);
    if (error instanceof HearthError) return error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOSPC" || code === "EDQUOT") {
      return await this.#keep(diskFull(name, Math.max(totalBytes - this.#journal.done.size, 1), 0));
    }
    const cause = describeFileError(error);
    return downloadFailed(name, cause, "Check the disk and try again.", error);
  }

  /** Puts what has arrived on record before the reason to stop is told. */
  async #keep<T>(reason: T): Promise<T> {
    await this.#save().catch(() => {
      // Where the disk takes nothing more, the last record stands.
    });
    return reason;
  }
}
