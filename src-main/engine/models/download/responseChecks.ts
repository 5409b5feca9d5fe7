import type { EgressResponse } from "../../egress/EgressResponse.ts";

/** A Content-Range header as numbers; `start` is null where only the size is given. Null if malformed. */
export function parseContentRange(
  header: string | null,
): { start: number | null; totalBytes: number | null } | null {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/iu.exec(header ?? "");
  if (match === null) return null;
  const total = match[2] ?? "*";
  return {
    start: match[1] === undefined ? null : Number(match[1]),
    totalBytes: total === "*" ? null : Number(total),
  };
}

/** Milliseconds that a Retry-After header asks to wait: seconds, or a date. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+$/u.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** A validator that proves equal bytes; weak ones (`W/`) do not. */
export function strongEtag(headers: Headers): string | null {
  const etag = headers.get("etag");
  return etag !== null && /^"[^"]*"$/u.test(etag) ? etag : null;
}

/**
 * SHA-256 of the file itself as Hugging Face states it for large files: on the redirect to where
 * the bytes are, or on the answer.
 */
export function linkedSha256(response: EgressResponse): string | null {
  for (const { headers } of [...response.redirects, response]) {
    const match = /^"?([0-9a-f]{64})"?$/u.exec(headers.get("x-linked-etag") ?? "");
    if (match?.[1] !== undefined) return match[1];
  }
  return null;
}

/** True for a page where a file was expected: a login, an error, a captive portal. */
export function isWebPage(response: EgressResponse, firstBytes: Buffer): boolean {
  const type = response.headers.get("content-type") ?? "";
  if (/^\s*(?:text\/html|application\/xhtml)/iu.test(type)) return true;
  return /^\s*<(?:!doctype html|html)/iu.test(firstBytes.toString("latin1", 0, 64));
}
