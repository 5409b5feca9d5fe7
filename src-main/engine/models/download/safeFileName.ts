import path from "node:path";
import { HearthError } from "../../../contract/errors.ts";

/**
 * Leaves room below the 255 bytes that file systems allow for the endings of partial downloads.
 */
const maximumBytes = 240;
const maximumSegments = 4;

/** Names that Windows gives to devices, with any extension. */
const deviceNames = /^(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(?:\.|$)/iu;

/** Only plain ASCII: anything else can look like a separator, a dot or another model's name. */
const allowed = /^[A-Za-z0-9_][A-Za-z0-9._+()@=,~ -]*$/u;

/**
 * Checks a file name that came from outside, such as from a repository's list of files, and returns
 * it unchanged. Only plain names pass: whatever any platform could read as a path, a device, a
 * hidden file or another name is refused, not mended.
 * @throws HearthError `not-allowed`
 */
export function safeFileName(name: string): string {
  const problem = problemWith(name);
  if (problem === null) return name;
  throw new HearthError({
    code: "not-allowed",
    title: "Hearth refused a file name.",
    cause: `"${name.replace(/[^\u0020-\u007e]/gu, "?").slice(0, 80)}" ${problem}.`,
    suggestion: "Choose another file, or tell whoever published it.",
  });
}

function problemWith(name: string): string | null {
  if (name === "") return "is empty";
  if (name.length > maximumBytes) return `is longer than ${maximumBytes} characters`;
  if (!allowed.test(name)) return "has characters that are not safe in a file name";
  if (name.includes("..")) return "has two dots in a row";
  if (/[. ]$/u.test(name)) return "ends in a dot or a space";
  if (deviceNames.test(name)) return "is the name of a Windows device";
  return null;
}

/**
 * The same for a path of a few folders with `/` between them, as repositories have.
 * @returns the absolute path below `folder`
 * @throws HearthError `not-allowed`
 */
export function safePathBelow(folder: string, relativePath: string): string {
  const segments = relativePath.split("/");
  if (segments.length > maximumSegments) safeFileName("");
  return path.join(folder, ...segments.map(safeFileName));
}
