import { HearthError } from "../../../contract/errors.ts";
import type { EgressResponse } from "../../egress/EgressResponse.ts";
import { hubError, type HubRefusal } from "../hub/hubErrors.ts";
import { checksumMismatch, downloadFailed, isPassingStatus } from "./downloadErrors.ts";
import { PassingFailure } from "./downloadOptions.ts";
import type { Interval } from "./Intervals.ts";
import { linkedSha256, parseContentRange, retryAfterMs, strongEtag } from "./responseChecks.ts";

/** What was asked for. */
export interface RangeQuestion {
  name: string;
  url: string;
  /** Null where another hash is stated, of which servers tell nothing. */
  sha256: string | null;
  totalBytes: number;
  range: Interval;
  /** Validator of the parts that are there, or null. */
  etag: string | null;
  hadToken: boolean;
  describeRefusal?: ((refusal: HubRefusal) => HearthError) | undefined;
}

/**
 * What the server's answer means: the asked-for part; the whole file; that the validator no longer fits,
 * while the hub vouches for the same content; or that what is there no longer fits.
 */
export type RangeAnswer =
  | { kind: "part"; etag: string | null }
  | { kind: "whole" }
  | { kind: "revalidate" }
  | { kind: "changed"; cause: string };

/**
 * Judges the head of an answer.
 * @throws PassingFailure where waiting may help; HearthError where it does not
 */
export function checkRangeAnswer(response: EgressResponse, question: RangeQuestion): RangeAnswer {
  const { name, sha256, totalBytes, range, etag } = question;
  const { status, headers } = response;
  const part = parseContentRange(headers.get("content-range"));
  if (status === 416) {
    if (
      part?.totalBytes !== null &&
      part?.totalBytes !== undefined &&
      part.totalBytes !== totalBytes
    )
      throw otherSize(name, totalBytes, part.totalBytes);
    return { kind: "changed", cause: "The server has no such part of the file." };
  }
  if (status !== 200 && status !== 206) throw refused(response, question);
  const stated = linkedSha256(response);
  if (sha256 !== null && stated !== null && stated !== sha256)
    throw checksumMismatch(name, "The hub now offers another file under this name.");
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity")
    throw downloadFailed(
      name,
      `The server sends it packed (${encoding}), which was not asked for.`,
    );
  const seen = strongEtag(headers);
  if (status === 200) {
    // Without If-Range it is a server that ignores ranges.
    if (etag === null) return { kind: "whole" };
    return stated === null ? { kind: "changed", cause: fileChanged } : { kind: "revalidate" };
  }
  if (part === null || part.start !== range[0])
    return { kind: "changed", cause: "The server sent another part than was asked for." };
  if (part.totalBytes !== null && part.totalBytes !== totalBytes)
    throw otherSize(name, totalBytes, part.totalBytes);
  // Delivery hosts differ in their validators; the hub's word for the content goes before.
  if (stated === null && etag !== null && seen !== null && seen !== etag)
    return { kind: "changed", cause: fileChanged };
  return { kind: "part", etag: seen };
}

const fileChanged = "The file changed while it was fetched.";

function otherSize(name: string, wanted: number, offered: number): HearthError {
  return checksumMismatch(
    name,
    `It should have ${wanted} bytes, but the server has one of ${offered}.`,
  );
}

function refused(response: EgressResponse, question: RangeQuestion): Error {
  const { name, url, hadToken, describeRefusal = hubError } = question;
  const { status, headers } = response;
  const { host } = new URL(response.url);
  const errorCode = headers.get("x-error-code");
  const error = describeRefusal({ name, host, status, errorCode, hadToken });
  // The address at a delivery host is signed for a while; the hub gives a new one.
  const isStale = status === 403 && errorCode === null && host !== new URL(url).host;
  if (!isStale && !isPassingStatus(status)) return error;
  const waitMs = retryAfterMs(headers.get("retry-after"), Date.now());
  return new PassingFailure(error, {
    waitMs: waitMs ?? rateLimitMs(headers.get("ratelimit")),
    isCrowded: status === 429 || status === 503,
  });
}

/** Milliseconds out of a header such as `"resolvers";r=0;t=55`, where nothing is left. */
function rateLimitMs(header: string | null): number | null {
  const left = /;\s*r=(\d+)/u.exec(header ?? "")?.[1];
  const seconds = /;\s*t=(\d+)/u.exec(header ?? "")?.[1];
  return left === "0" && seconds !== undefined ? Number(seconds) * 1000 : null;
}
