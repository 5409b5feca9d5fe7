/**
 * One line of the list of every request ever made. A request is reported when it starts and again
 * when it ends, with the same `id`: the later record replaces the earlier one. So a request is on
 * the list even if the process dies in the middle of it.
 */
export type RequestRecord = {
  id: string;
  /** Milliseconds since 1970 when the request started. */
  at: number;
  /** Which of Hearth's processes asked, such as `engine` or `llama`. */
  process: string;
  method: string;
  /** Address without credentials; secret-looking query values are replaced by `…`. */
  url: string;
  /** Why it was made, in the user's words: "Download of SmolLM2". */
  reason: string;
  outcome: "allowed" | "refused" | "failed";
  /** HTTP status, once there is one. */
  status?: number;
  /** Body bytes received, once the request has ended. */
  bytes?: number;
  /** Why it was refused or failed. */
  error?: string;
};

const secretParameter = /sig|token|key|policy|credential|secret|auth|password/iu;

/** A URL fit for a log: no user, no password, no signed query values. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text.slice(0, 500);
  const url = new URL(text);
  url.username = "";
  url.password = "";
  for (const name of new Set(url.searchParams.keys())) {
    if (secretParameter.test(name)) url.searchParams.set(name, "…");
  }
  return url.href.replaceAll("%E2%80%A6", "…").slice(0, 2000);
}
