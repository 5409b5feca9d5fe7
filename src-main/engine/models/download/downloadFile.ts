import { mkdir, statfs } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describeFileError } from "../../../contract/describeFileError.ts";
import { cancelledError, HearthError, isCancelled } from "../../../contract/errors.ts";
import type { Egress } from "../../egress/Egress.ts";
import type { EgressResponse } from "../../egress/EgressResponse.ts";
import {
  checksumMismatch,
  diskFull,
  downloadFailed,
  isPassingStatus,
  statusError,
} from "./downloadErrors.ts";
import { PartialFile } from "./PartialFile.ts";
import {
  isWebPage,
  linkedSha256,
  parseContentRange,
  retryAfterMs,
  strongEtag,
} from "./responseChecks.ts";
import { SpeedMeter } from "./SpeedMeter.ts";

export type DownloadProgress = {
  stage: "downloading" | "verifying";
  bytes: number;
  /** Null while the server has not said. */
  totalBytes: number | null;
  bytesPerSecond: number;
  remainingMs: number | null;
};

export type DownloadOptions = {
  egress: Pick<Egress, "fetch">;
  url: string;
  /** Absolute path of the finished file. Its name must have been checked; see `safeFileName`. */
  target: string;
  /** Why, for the request log. */
  reason: string;
  /** What the whole file must hash to. Without it a hash that the server states is used, if any. */
  sha256?: string;
  expectedBytes?: number;
  /** The address is one the user configured on this computer. */
  allowLoopback?: boolean;
  signal?: AbortSignal;
  /** Told at most ten times a second, and at the end. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Failures in a row, without a byte of progress, that are borne. Default 5. */
  patience?: number;
  /** Wait after the first failure; doubles up to 30 s. Default 250 ms. */
  firstDelayMs?: number;
  /** Silence after which a connection is given up. Default 30 s. */
  idleMs?: number;
  /** Free bytes on the disk of a folder; a test gives its own. */
  freeBytes?: (folder: string) => Promise<number>;
};

export type DownloadResult = { bytes: number; sha256: string };

/** What one attempt came to, short of an error that ends the download. */
type Attempt = { whole: true } | { whole: false; error: HearthError; waitMs?: number };

const longestDelayMs = 30_000;
const longestRetryAfterMs = 120_000;
const reportEveryMs = 100;
/** Room that is left to the rest of the system. */
const spareBytes = 64 * 1024 * 1024;
const running = new Set<string>();

/**
 * Downloads a file so that the target is either absent or whole and right. Bytes go to
 * `<target>.part`, which survives cancelling, crashes and failures and is taken up again; the file
 * is hashed as it lies on the disk before it gets its name.
 * @throws HearthError `download-failed`, `checksum-mismatch`, `disk-full`, `offline`,
 * `not-allowed`, `cancelled`; `conflict` if this target is being downloaded already
 */
export async function downloadFile(options: DownloadOptions): Promise<DownloadResult> {
  const { target } = options;
  if (running.has(target)) {
    throw new HearthError({
      code: "conflict",
      title: `${path.basename(target)} is being downloaded already.`,
    });
  }
  running.add(target);
  try {
    return await new Download(options).run();
  } catch (error) {
    throw isCancelled(error) ? cancelledError() : error;
  } finally {
    running.delete(target);
  }
}

class Download {
  readonly #options: DownloadOptions;
  readonly #name: string;
  readonly #partial: PartialFile;
  readonly #speed = new SpeedMeter();
  #sha256: string | null;
  #lastReport = 0;
  /** Whether bytes of an earlier attempt are part of the file. */
  #isPieced = false;

  constructor(options: DownloadOptions) {
    this.#options = options;
    this.#name = path.basename(options.target);
    this.#partial = new PartialFile(options.target);
    this.#sha256 = options.sha256 ?? null;
  }

  async run(): Promise<DownloadResult> {
    await mkdir(path.dirname(this.#options.target), { recursive: true });
    await this.#untilWhole();
    let sha256 = await this.#verify();
    if (sha256 === null && this.#isPieced) {
      // The pieces may be of two versions of the file: once more, from nothing.
      await this.#partial.discard();
      this.#isPieced = false;
      await this.#untilWhole();
      sha256 = await this.#verify();
    }
    if (sha256 === null) {
      await this.#partial.discard();
      throw checksumMismatch(this.#name, "Its SHA-256 is not the one that was published.");
    }
    const bytes = await this.#partial.bytes();
    await this.#partial.finish();
    return { bytes, sha256 };
  }

  async #untilWhole(): Promise<void> {
    const { patience = 5, firstDelayMs = 250, signal } = this.#options;
    let fruitless = 0;
    let furthest = await this.#partial.bytes();
    for (;;) {
      if (signal?.aborted) throw cancelledError();
      const attempt = await this.#attempt();
      if (attempt.whole) return;
      const bytes = await this.#partial.bytes();
      fruitless = bytes > furthest ? 0 : fruitless + 1;
      furthest = Math.max(furthest, bytes);
      if (fruitless >= patience) throw attempt.error;
      const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, fruitless - 1));
      await sleep(attempt.waitMs ?? delay, undefined, signal ? { signal } : {});
    }
  }

  /** One request for what is missing. */
  async #attempt(): Promise<Attempt> {
    const { url, egress, reason, allowLoopback, signal, idleMs } = this.#options;
    const { from, etag, totalBytes } = await this.#resumePoint();
    if (from > 0 && from === totalBytes) return { whole: true };
    let response: EgressResponse;
    try {
      response = await egress.fetch(url, {
        reason,
        headers: {
          ...(from > 0 ? { range: `bytes=${from}-` } : {}),
          ...(from > 0 && etag !== null ? { "if-range": etag } : {}),
        },
        ...(allowLoopback === undefined ? {} : { allowLoopback }),
        ...(signal ? { signal } : {}),
        ...(idleMs === undefined ? {} : { timeouts: { idleMs } }),
      });
    } catch (error) {
      return this.#brokenOff(error);
    }
    try {
      return await this.#take(response, from, etag);
    } finally {
      response.cancel();
    }
  }

  /** Where to go on: what is on the disk, if it surely belongs to what is asked for now. */
  async #resumePoint(): Promise<{ from: number; etag: string | null; totalBytes: number | null }> {
    const state = await this.#partial.state();
    const from = await this.#partial.bytes();
    const totalBytes = this.#options.expectedBytes ?? state?.totalBytes ?? null;
    const belongs =
      state?.url === this.#options.url &&
      (this.#options.sha256 === undefined || state.sha256 === this.#options.sha256) &&
      (state.etag !== null || state.sha256 !== null) &&
      (totalBytes === null || from <= totalBytes);
    if (!belongs) return { from: 0, etag: null, totalBytes };
    this.#sha256 ??= state.sha256;
    if (from > 0) this.#isPieced = true;
    return { from, etag: state.etag, totalBytes };
  }

  async #take(response: EgressResponse, from: number, etag: string | null): Promise<Attempt> {
    const { status, headers } = response;
    const host = new URL(response.url).host;
    const range = parseContentRange(headers.get("content-range"));
    if (status === 416) return this.#rangeRefused(from, range?.totalBytes ?? null);
    if (status !== 200 && status !== 206) {
      const error = statusError(this.#name, host, status);
      if (!isPassingStatus(status)) throw error;
      const waitMs = retryAfterMs(headers.get("retry-after"), Date.now());
      if (waitMs !== null && waitMs > longestRetryAfterMs) throw error;
      return { whole: false, error, ...(waitMs === null ? {} : { waitMs }) };
    }
    this.#checkStatedHash(response);
    if (status === 206) {
      const isOther = etag !== null && strongEtag(headers) !== null && strongEtag(headers) !== etag;
      if (isOther || range?.start !== from) return this.#startOver("The file changed meanwhile.");
    }
    return this.#save(response, status === 206 ? from : 0, this.#totalBytes(response, range));
  }

  #totalBytes(
    response: EgressResponse,
    range: ReturnType<typeof parseContentRange>,
  ): number | null {
    const { expectedBytes } = this.#options;
    const stated = range?.totalBytes ?? null;
    if (expectedBytes !== undefined) {
      if (stated === null || stated === expectedBytes) return expectedBytes;
      throw checksumMismatch(
        this.#name,
        `It should have ${expectedBytes} bytes, but the server has one of ${stated}.`,
      );
    }
    if (stated !== null) return stated;
    const length = response.headers.get("content-length");
    return response.status === 200 && length !== null ? Number(length) : null;
  }

  #checkStatedHash(response: EgressResponse): void {
    const stated = linkedSha256(response);
    if (stated === null) return;
    this.#sha256 ??= stated;
    if (this.#sha256 !== stated) {
      throw checksumMismatch(this.#name, "The server now offers another file under this name.");
    }
  }

  async #save(response: EgressResponse, from: number, totalBytes: number | null): Promise<Attempt> {
    const file = await this.#openPartial(response, from, totalBytes);
    let position = from;
    try {
      for await (const chunk of response.body()) {
        if (position === 0 && isWebPage(response, chunk)) throw this.#webPage(response);
        if (totalBytes !== null && position + chunk.length > totalBytes) {
          throw checksumMismatch(this.#name, `It has more than its ${totalBytes} bytes.`);
        }
        position += (await file.write(chunk, 0, chunk.length, position)).bytesWritten;
        this.#report("downloading", position, totalBytes);
      }
    } catch (error) {
      if (error instanceof HearthError && error.code === "checksum-mismatch") {
        await this.#partial.discard();
      }
      return this.#brokenOff(await this.#writeError(error, position, totalBytes));
    } finally {
      await file.close();
    }
    if (totalBytes !== null && position < totalBytes) {
      return this.#brokenOff(downloadFailed(this.#name, "The connection broke off."));
    }
    return { whole: true };
  }

  async #openPartial(response: EgressResponse, from: number, totalBytes: number | null) {
    await this.#checkRoom(from, totalBytes);
    if (from === 0) {
      this.#isPieced = false;
      // Before the bytes: a crash must not leave bytes that claim to be of another file.
      await this.#partial.discard();
    }
    await this.#partial.setState({
      url: this.#options.url,
      etag: strongEtag(response.headers),
      totalBytes,
      sha256: this.#sha256,
    });
    return this.#partial.openAt(from);
  }

  async #checkRoom(from: number, totalBytes: number | null): Promise<void> {
    if (totalBytes === null) return;
    const free = await this.#free();
    // What lies there and will be overwritten gives its room back.
    const kept = from === 0 ? await this.#partial.bytes() : 0;
    const needed = totalBytes - from - kept + spareBytes;
    if (needed > free) throw diskFull(this.#name, needed, free);
  }

  #free(): Promise<number> {
    const { freeBytes = freeBytesOf, target } = this.#options;
    return freeBytes(path.dirname(target));
  }

  async #writeError(error: unknown, position: number, totalBytes: number | null): Promise<unknown> {
    if (error instanceof HearthError) return error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOSPC" || code === "EDQUOT") {
      return diskFull(this.#name, Math.max((totalBytes ?? position) - position, 1), 0);
    }
    const cause = describeFileError(error);
    return downloadFailed(this.#name, cause, "Check the disk and try again.", error);
  }

  /** A failure of the network is borne; all others end the download. */
  #brokenOff(error: unknown): Attempt {
    if (!(error instanceof HearthError)) throw error;
    if (error.code === "unavailable") {
      return {
        whole: false,
        error: downloadFailed(this.#name, error.reason, error.suggestion, error),
      };
    }
    if (error.code === "download-failed" && error.reason === "The connection broke off.") {
      return { whole: false, error };
    }
    throw error;
  }

  async #rangeRefused(from: number, totalBytes: number | null): Promise<Attempt> {
    if (from > 0 && from === totalBytes) return { whole: true };
    return this.#startOver("The server has no such part of the file.");
  }

  async #startOver(cause: string): Promise<Attempt> {
    await this.#partial.discard();
    return { whole: false, error: downloadFailed(this.#name, cause), waitMs: 0 };
  }

  #webPage(response: EgressResponse): HearthError {
    return downloadFailed(
      this.#name,
      `${new URL(response.url).host} answered with a web page instead of the file.`,
      "If this network has a login page, log in with a browser and try again.",
    );
  }

  /** The hash of what is on the disk, or null if it is not the right one. */
  async #verify(): Promise<string | null> {
    const totalBytes = await this.#partial.bytes();
    const onBytes = (bytes: number): void => this.#report("verifying", bytes, totalBytes);
    const sha256 = await this.#partial.sha256(onBytes, this.#options.signal);
    return this.#sha256 === null || this.#sha256 === sha256 ? sha256 : null;
  }

  #report(stage: DownloadProgress["stage"], bytes: number, totalBytes: number | null): void {
    const now = performance.now();
    if (stage === "downloading") this.#speed.add(bytes, now);
    if (now - this.#lastReport < reportEveryMs && bytes !== totalBytes) return;
    this.#lastReport = now;
    const bytesPerSecond = stage === "downloading" ? this.#speed.bytesPerSecond() : 0;
    const rest = totalBytes === null ? null : totalBytes - bytes;
    this.#options.onProgress?.({
      stage,
      bytes,
      totalBytes,
      bytesPerSecond,
      remainingMs: rest === null || bytesPerSecond <= 0 ? null : (rest / bytesPerSecond) * 1000,
    });
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
