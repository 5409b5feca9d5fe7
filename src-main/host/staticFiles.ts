import fs from "node:fs/promises";
import path from "node:path";
import { pdfjsDir, rendererDir } from "../paths/entries.ts";

/** A folder whose files a page may load. */
export interface StaticRoot {
  /** Where its files appear, with a slash at both ends. */
  prefix: string;
  folder: string;
  /** The first parts of a name that may be asked for; all where absent. */
  only?: readonly string[];
}

/** A file for a page, or why there is none: 403 for a name that tries to get out, 404 for no file. */
export type StaticAnswer =
  | { status: 200; type: string; body: Buffer; immutable: boolean }
  | { status: 403 }
  | { status: 404 };

/** The interface, and the data that pdf.js loads while it reads. */
export function interfaceRoots(renderer: string = rendererDir()): StaticRoot[] {
  return [
    {
      prefix: "/pdfjs/",
      folder: pdfjsDir(),
      only: ["cmaps", "standard_fonts", "wasm", "iccs"],
    },
    { prefix: "/", folder: renderer },
  ];
}

/**
 * Finds the file for the path of a URL.
 * @param roots the first whose prefix fits is asked, and no other
 * @param rawPath the path as it came, still percent-encoded, without query
 */
export async function readStatic(
  roots: readonly StaticRoot[],
  rawPath: string,
): Promise<StaticAnswer> {
  const name = safeName(rawPath === "/" ? "/index.html" : rawPath);
  if (name === undefined) return { status: 403 };
  const root = roots.find(({ prefix }) => `/${name}`.startsWith(prefix));
  if (!root) return { status: 404 };
  const inside = `/${name}`.slice(root.prefix.length);
  if (root.only && !root.only.includes(inside.split("/")[0] ?? "")) return { status: 404 };
  const file = path.join(root.folder, inside);
  let real: string;
  let folder: string;
  try {
    [real, folder] = await Promise.all([fs.realpath(file), fs.realpath(root.folder)]);
  } catch {
    return { status: 404 };
  }
  // A link inside the folder may point anywhere.
  if (!real.startsWith(folder + path.sep)) return { status: 403 };
  try {
    const body = await fs.readFile(real);
    return { status: 200, type: mediaType(real), body, immutable: inside.startsWith("assets/") };
  } catch {
    return { status: 404 };
  }
}

/**
 * The name of a file relative to a root, or undefined where the path is anything but a plain one.
 * Names with `..`, backslashes, drive letters, streams or bytes that a file system could read in
 * its own way are refused, not repaired.
 */
export function safeName(rawPath: string): string | undefined {
  if (!rawPath.startsWith("/")) return undefined;
  let decoded: string;
  try {
    decoded = decodeURIComponent(rawPath.slice(1));
  } catch {
    return undefined;
  }
  // A percent sign that is left was encoded twice.
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\\:%\u0000-\u001f\u007f]/.test(decoded)) return undefined;
  const parts = decoded.split("/");
  for (const part of parts) {
    // Windows drops dots and spaces at the end of a name.
    if (part === "" || /^\.+$/.test(part) || /[. ]$/.test(part)) return undefined;
  }
  return parts.join("/");
}

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
};

export function mediaType(file: string): string {
  return mediaTypes[path.extname(file).toLowerCase()] ?? "application/octet-stream";
}
