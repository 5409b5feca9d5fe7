import { setTimeout as sleep } from "node:timers/promises";
import { cancelledError } from "../../../contract/errors.ts";
import type { Egress } from "../../egress/Egress.ts";
import type { EgressResponse } from "../../egress/EgressResponse.ts";
import { backoffMs } from "../download/backoff.ts";
import { checkRangeAnswer } from "../download/checkRangeAnswer.ts";
import { downloadFailed } from "../download/downloadErrors.ts";
import { PassingFailure } from "../download/downloadOptions.ts";
import type { Interval } from "../download/Intervals.ts";
import { networkFailure } from "../download/networkFailure.ts";
import { isWebPage } from "../download/responseChecks.ts";
import type { ByteSource } from "../gguf/ByteSource.ts";
import { unsupportedModel } from "../gguf/ggufErrors.ts";
import { webPageError } from "./hubErrors.ts";

export interface RemotePrefixOptions {
  readonly egress: Pick<Egress, "fetch">;
  readonly url: string;
  /** As for a download: asked at each request. */
  readonly access: () => Promise<{ headers: Record<string, string>; allowLoopback: boolean }>;
  /** For people, and for the request log. */
  readonly name: string;
  /** What the hub says of the whole file. */
  readonly sha256: string;
  readonly totalBytes: number;
  readonly signal: AbortSignal;
  /** Bytes of the first request; each further one asks for twice as many. */
  readonly firstBytes?: number;
  /** Bytes that are fetched at most. */
  readonly mostBytes?: number;
  /** Failures of the line that are borne. */
  readonly patience?: number;
  readonly firstDelayMs?: number;
  readonly idleMs?: number;
}

/** Vocabularies of 50,000 words take about 2 MB, the largest known ones 16. */
const usualFirstBytes = 1024 * 1024;
const mostStepBytes = 8 * 1024 * 1024;
/** The largest header of any known model is about 30 MB. */
export const mostHeaderBytes = 64 * 1024 * 1024;
/** Somebody looks at the screen meanwhile: a longer wait that a server asks for is told instead. */
const mostWaitMs = 5000;

/**
 * The beginning of a file at the hub, fetched as far as it is read and no further: in ranges that grow. Of
 * a server that ignores ranges as much is taken as is needed, and the connection is closed.
 */
export class RemotePrefix implements ByteSource {
  readonly #options: RemotePrefixOptions;
  readonly #mostBytes: number;
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  #stepBytes: number;
  #etag: string | null = null;
  #failures = 0;

  constructor(options: RemotePrefixOptions) {
    this.#options = options;
    this.#mostBytes = Math.min(options.totalBytes, options.mostBytes ?? mostHeaderBytes);
    this.#stepBytes = options.firstBytes ?? usualFirstBytes;
  }

  /** Bytes that have been fetched and kept. */
  get fetchedBytes(): number {
    return this.#length;
  }

  /**
   * @throws HearthError `model-unsupported` where the header is longer than what is fetched at most;
   *   `download-failed`, `checksum-mismatch`, `offline`, `cancelled`
   */
  async read(target: Buffer, length: number, position: number, least: number): Promise<number> {
    const { totalBytes } = this.#options;
    const end = Math.min(position + least, totalBytes);
    if (end > this.#mostBytes)
      throw unsupportedModel(`Its header is longer than ${this.#mostBytes} bytes.`);
    while (this.#length < end) await this.#grow(end);
    return this.#bytes.copy(target, 0, position, Math.min(position + length, this.#length));
  }

  /** Asks for more, up to `end` at least. What fails and may pass is tried again. */
  async #grow(end: number): Promise<void> {
    const { patience = 3, firstDelayMs = 300, signal } = this.#options;
    const to = Math.min(this.#mostBytes, Math.max(end, this.#length + this.#stepBytes));
    try {
      await this.#fetch([this.#length, to]);
      this.#stepBytes = Math.min(mostStepBytes, 2 * this.#stepBytes);
    } catch (error) {
      if (!(error instanceof PassingFailure)) throw error;
      this.#failures++;
      const wait = Math.max(error.waitMs ?? 0, backoffMs(firstDelayMs, this.#failures));
      if (this.#failures >= patience || wait > mostWaitMs) throw error.error;
      await sleep(wait, undefined, { signal }).catch(() => {
        throw cancelledError();
      });
    }
  }

  async #fetch(range: Interval): Promise<void> {
    const { egress, url, access, name, sha256, totalBytes, signal, idleMs } = this.#options;
    const { headers, allowLoopback } = await access();
    const etag = this.#etag;
    let response: EgressResponse;
    try {
      response = await egress.fetch(url, {
        reason: `Header of ${name}, to tell whether it fits`,
        headers: {
          ...headers,
          range: `bytes=${range[0]}-${range[1] - 1}`,
          ...(etag === null ? {} : { "if-range": etag }),
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
      const question = { name, url, sha256, totalBytes, range, etag, hadToken };
      const answer = checkRangeAnswer(response, question);
      if (answer.kind === "changed") throw downloadFailed(name, answer.cause, "Open it again.");
      if (answer.kind === "revalidate") {
        this.#etag = null;
        throw new PassingFailure(downloadFailed(name, "The server gave another version."));
      }
      if (answer.kind === "part") this.#etag ??= answer.etag;
      await this.#take(response, answer.kind === "whole" ? [0, range[1]] : range);
    } finally {
      response.cancel();
    }
  }

  /** Keeps what is new of an answer that begins at the range's start. */
  async #take(response: EgressResponse, [from, to]: Interval): Promise<void> {
    const { name } = this.#options;
    let position = from;
    try {
      for await (const chunk of response.body()) {
        if (position === 0 && isWebPage(response, chunk))
          throw webPageError(name, new URL(response.url).host);
        const piece = chunk.subarray(0, to - position);
        const known = Math.max(0, Math.min(piece.length, this.#length - position));
        this.#keep(piece.subarray(known));
        position += piece.length;
        if (position >= to) return;
      }
    } catch (error) {
      throw networkFailure(error, name);
    }
    if (position < to) throw new PassingFailure(downloadFailed(name, "The connection broke off."));
  }

  #keep(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(
        Math.min(this.#mostBytes, Math.max(length, 2 * this.#bytes.length)),
      );
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
  }
}
