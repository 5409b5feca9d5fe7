import { isAppUrl } from "./appScheme.ts";

/** Decisions about what a page may do, apart from Electron, so that tables can test them. */

/** Who sent a message to the main process. */
export interface Sender {
  /** Whether the page belongs to one of Hearth's windows. */
  isOwnWindow: boolean;
  /** False for a frame within the page, whoever wrote it. */
  isTopFrame: boolean;
  /** Undefined where the frame is gone already. */
  frameUrl: string | undefined;
}

/** Whether a message may be acted on at all. */
export function isTrustedSender({ isOwnWindow, isTopFrame, frameUrl }: Sender): boolean {
  return isOwnWindow && isTopFrame && frameUrl !== undefined && isAppUrl(frameUrl);
}

/** Addresses longer than this are not meant for people. */
const maxExternalLength = 4096;

/** Whether a link may be handed to the system: web and mail addresses only, written out in full. */
export function isExternalAllowed(url: unknown): url is string {
  if (typeof url !== "string" || url.length > maxExternalLength) return false;
  let parts: URL;
  try {
    parts = new URL(url);
  } catch {
    return false;
  }
  // Parsers skip white space and control characters that the program which gets it may not skip.
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\u0000-\u0020\u007f]/.test(url)) return false;
  if (parts.protocol === "mailto:") return /^mailto:[^/]/i.test(url);
  const isWeb = parts.protocol === "https:" || parts.protocol === "http:";
  return isWeb && /^https?:\/\/[^/\\]/i.test(url) && parts.username === "" && parts.password === "";
}

/** Whether a page may have a permission. Writing text to the clipboard is all that Hearth needs. */
export function isPermissionAllowed(permission: string, requestingUrl: string): boolean {
  return permission === "clipboard-sanitized-write" && isAppUrl(requestingUrl);
}

/**
 * Whether the window's own network layer may load a URL.
 * @param withDevTools true in a development build, whose tools load their own files
 */
export function isRequestAllowed(url: string, withDevTools: boolean): boolean {
  if (url.startsWith("blob:")) return isAppUrl(url.slice("blob:".length));
  // Data that is in the address itself; where it may be used, the page's policy says.
  if (url.startsWith("data:")) return true;
  if (withDevTools && url.startsWith("devtools://devtools/")) return true;
  return isAppUrl(url);
}
