import { readStatic, type StaticRoot } from "../host/staticFiles.ts";
import { schemeAnswer, type SchemeAnswer } from "./electronAdapter.ts";

export const appScheme = "app";
export const appHost = "hearth";
/** The page that every window shows. */
export const startPage = `${appScheme}://${appHost}/index.html`;

/** Whether a URL is one of Hearth's own page: compared by its parts, as a prefix could be forged. */
export function isAppUrl(url: string): boolean {
  const parts = parse(url);
  return (
    parts !== undefined &&
    parts.protocol === `${appScheme}:` &&
    parts.hostname === appHost &&
    parts.port === "" &&
    parts.username === "" &&
    parts.password === ""
  );
}

/** Whether a URL is the start page, with or without a fragment: the one place a window may go to. */
export function isStartPage(url: string): boolean {
  const parts = parse(url);
  return (
    isAppUrl(url) &&
    parts !== undefined &&
    (parts.pathname === "/" || parts.pathname === "/index.html") &&
    parts.search === ""
  );
}

/** Answers one request for `app://hearth/…`. */
export async function answerAppRequest(
  roots: readonly StaticRoot[],
  method: string,
  url: string,
): Promise<SchemeAnswer> {
  if (!isAppUrl(url)) return schemeAnswer(method, { status: 403 });
  // Everything up to the path is known now; the path is taken as it came, not as a parser tidies it.
  const raw = /^[^:]+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? "";
  return schemeAnswer(method, await readStatic(roots, raw === "" ? "/" : raw));
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
