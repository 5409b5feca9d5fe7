import type { HearthError } from "../../../contract/errors.ts";
import type { Egress } from "../../egress/Egress.ts";
import type { HubRefusal } from "../hub/hubErrors.ts";
import type { SpeedLimit } from "./SpeedLimit.ts";

export interface RangeProgress {
  stage: "downloading" | "verifying";
  /** Bytes of the file that are there, or that have been verified. */
  bytes: number;
}

/** What a finished file must hash to, in hex: sources state one or the other. */
export type ContentHash = { readonly sha256: string } | { readonly sha512: string };

export function hashOf(stated: ContentHash): { algorithm: "sha256" | "sha512"; hex: string } {
  return "sha512" in stated
    ? { algorithm: "sha512", hex: stated.sha512 }
    : { algorithm: "sha256", hex: stated.sha256 };
}

export type RangeDownloadOptions = TransferOptions & ContentHash;

interface TransferOptions {
  readonly egress: Pick<Egress, "fetch">;
  readonly url: string;
  /** Headers for the host of `url` alone, and whether it may be this computer; asked at each request. */
  readonly access: () => Promise<{ headers: Record<string, string>; allowLoopback: boolean }>;
  /** Absolute path of the finished file. Its name must have been checked; see `safeFileName`. */
  readonly target: string;
  /** For people, and for the request log. */
  readonly name: string;
  readonly totalBytes: number;
  readonly signal: AbortSignal;
  readonly limit: SpeedLimit;
  /** Told at each piece. */
  readonly onProgress: (progress: RangeProgress) => void;
  /** What a refusal of the server means; usually as the hub's are told. */
  readonly describeRefusal?: (refusal: HubRefusal) => HearthError;
  /** Requests at the same time. Default 4. */
  readonly connections?: number;
  /** Bytes that are asked for at a time. Default 32 MiB. */
  readonly segmentBytes?: number;
  /** Failures in a row, without a byte of progress, that are borne. Default 5. */
  readonly patience?: number;
  /** Wait after the first failure; doubles up to 30 s, with a random part. Default 500 ms. */
  readonly firstDelayMs?: number;
  /** Silence after which a connection is given up. Default 30 s. */
  readonly idleMs?: number;
  /** How often what has arrived is put on record. Default 2 s. */
  readonly journalMs?: number;
  /** Free bytes on the disk of a folder; a test gives its own. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** A failure that may pass by itself: the line, or a server that asks to wait. */
export class PassingFailure extends Error {
  readonly error: HearthError;
  /** How long the server asks to wait, or null. */
  readonly waitMs: number | null;
  /** The server has too many requests to answer: fewer at a time may do. */
  readonly isCrowded: boolean;

  constructor(
    error: HearthError,
    { waitMs = null, isCrowded = false }: { waitMs?: number | null; isCrowded?: boolean } = {},
  ) {
    super(error.message);
    this.name = "PassingFailure";
    this.error = error;
    this.waitMs = waitMs;
    this.isCrowded = isCrowded;
  }
}
