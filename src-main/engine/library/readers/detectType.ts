import { HearthError } from "../../../contract/errors.ts";
import type { PictureType } from "../../../contract/pictures.ts";
import { textKinds } from "./fileTypes.ts";
import { encryptedError } from "./formatErrors.ts";
import { looksLikeText } from "./text/decodeText.ts";
import type { MediaType } from "./Reader.ts";

/** How many of a text's first bytes are enough to tell its kind. */
const textSample = 64 * 1024;

interface KnownKind {
  name: string;
  matches: (bytes: Uint8Array) => boolean;
}

/** Kinds that are recognised only to say plainly what a file is. */
const otherKinds: readonly KnownKind[] = [
  { name: "a ZIP archive", matches: isZip },
  {
    name: "a TIFF image",
    matches: (b) => starts(0x49, 0x49, 0x2a, 0)(b) || starts(0x4d, 0x4d, 0, 0x2a)(b),
  },
  { name: "a gzip archive", matches: starts(0x1f, 0x8b) },
  { name: "a 7-Zip archive", matches: starts(0x37, 0x7a, 0xbc, 0xaf) },
  { name: "a RAR archive", matches: starts(0x52, 0x61, 0x72, 0x21) },
  { name: "a program", matches: (b) => starts(0x7f, 0x45, 0x4c, 0x46)(b) || starts(0x4d, 0x5a)(b) },
  { name: "a GGUF model", matches: starts(0x47, 0x47, 0x55, 0x46) },
  { name: "a database (SQLite)", matches: (b) => holds(b.subarray(0, 16), "SQLite format 3") },
  { name: "an RTF document", matches: (b) => holds(b.subarray(0, 8), "{\\rtf") },
  { name: "a PostScript file", matches: (b) => holds(b.subarray(0, 4), "%!PS") },
];

const pictures: readonly [PictureType, KnownKind["matches"]][] = [
  ["image/png", starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  ["image/jpeg", starts(0xff, 0xd8, 0xff)],
  ["image/gif", starts(0x47, 0x49, 0x46, 0x38)],
  ["image/webp", (b) => starts(0x52, 0x49, 0x46, 0x46)(b) && holds(b.subarray(8, 12), "WEBP")],
  // Two letters alone begin many texts as well; the four bytes after the size are always 0.
  ["image/bmp", (b) => starts(0x42, 0x4d)(b) && starts(0, 0, 0, 0)(b.subarray(6))],
];

/**
 * Tells the kind of a file by its content first and by its name only where content cannot decide
 * (Markdown is text).
 *
 * @throws HearthError file-empty, file-encrypted, file-type-unknown (saying what the file is, where
 *   that is known).
 */
export function detectType(bytes: Uint8Array, fileName: string): MediaType {
  if (bytes.length === 0) {
    throw new HearthError({
      code: "file-empty",
      title: "This file is empty.",
      cause: "It has no content at all (0 bytes).",
      suggestion: "Check that it was saved or downloaded completely.",
    });
  }
  const extension = extensionOf(fileName);
  if (isZip(bytes)) {
    const type = zipType(bytes, extension);
    if (type) return type;
  }
  // A PDF may have junk before its header; viewers look in the first 1,024 bytes.
  if (holds(bytes.subarray(0, 1024 + 5), "%PDF-")) return "application/pdf";
  const picture = pictures.find(([, matches]) => matches(bytes));
  if (picture) return picture[0];
  if (isCompound(bytes)) throw compoundError(bytes);
  const known = otherKinds.find((kind) => kind.matches(bytes));
  if (!known && extension === "pdf") {
    // Without a header it may still hold objects that can be found; the PDF reader decides.
    return "application/pdf";
  }
  if (known || !looksLikeText(bytes.subarray(0, textSample))) throw unknownType(known?.name);
  return textType(bytes, extension);
}

const kindsByExtension: ReadonlyMap<string, MediaType> = new Map(
  (Object.keys(textKinds) as (keyof typeof textKinds)[]).flatMap((type) =>
    textKinds[type].map((extension) => [extension, type] as const),
  ),
);

/** What a text is: by how it begins, else by its name. */
function textType(bytes: Uint8Array, extension: string): MediaType {
  const head = Buffer.from(bytes.subarray(0, 16 * 1024)).toString("latin1");
  if (
    /^(?:\u00ef\u00bb\u00bf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:!doctype html|html)\b/iu.test(head)
  ) {
    return "text/html";
  }
  const byName = kindsByExtension.get(extension);
  if (byName) return byName;
  if (/^From \S+ .*\r?\n[A-Za-z-]+: /u.test(head)) return "application/mbox";
  return isMail(head) ? "message/rfc822" : "text/plain";
}

/** Whether a text begins with the fields that every mail has. */
function isMail(head: string): boolean {
  const [fields = ""] = head.split(/\r?\n\r?\n/u, 1);
  return (
    /^[A-Za-z-]{2,40}:[ \t]/u.test(fields) &&
    /^from:/imu.test(fields) &&
    /^(?:date|message-id|received):/imu.test(fields) &&
    fields.split(/\r?\n/u).every((line) => /^(?:[\w-]{1,60}:|[ \t]|$)/u.test(line))
  );
}

const office = "application/vnd.openxmlformats-officedocument.";
const openDocument = "application/vnd.oasis.opendocument.";

/** By the names of a container's parts, which stand uncompressed in it. */
function zipType(bytes: Uint8Array, extension: string): MediaType | null {
  // OpenDocument files begin with their type.
  const head = bytes.subarray(0, 256);
  for (const kind of ["text", "spreadsheet", "presentation"] as const) {
    if (holds(head, `${openDocument}${kind}`)) return `${openDocument}${kind}`;
  }
  if (holds(bytes, "word/document")) return `${office}wordprocessingml.document`;
  if (holds(bytes, "ppt/presentation")) return `${office}presentationml.presentation`;
  if (holds(bytes, "xl/workbook.xml")) return `${office}spreadsheetml.sheet`;
  if (holds(head, "application/epub+zip") || extension === "epub") return "application/epub+zip";
  if (!holds(bytes, "content.xml")) return null;
  // One that was packed anew by another program lost its type.
  if (extension === "odt") return `${openDocument}text`;
  if (extension === "ods") return `${openDocument}spreadsheet`;
  return extension === "odp" ? `${openDocument}presentation` : null;
}

/** The container of older Office files, and of newer ones that are encrypted. */
function isCompound(bytes: Uint8Array): boolean {
  return starts(0xd0, 0xcf, 0x11, 0xe0)(bytes);
}

function compoundError(bytes: Uint8Array): HearthError {
  const name = Buffer.from("EncryptedPackage", "utf16le").toString("latin1");
  if (holds(bytes, name)) {
    return encryptedError("This Office file opens only with a password.");
  }
  return new HearthError({
    code: "file-type-unknown",
    title: "Hearth does not read this kind of file.",
    cause: "This is an older Microsoft Office file (such as DOC, XLS or PPT).",
    suggestion: "Save it as DOCX, XLSX or PPTX, or as PDF, and add that.",
  });
}

function unknownType(name: string | undefined): HearthError {
  return new HearthError({
    code: "file-type-unknown",
    title: "Hearth does not read this kind of file.",
    cause: name
      ? `This is ${name}.`
      : "Its content is not text, and not of a kind that Hearth knows.",
    suggestion: "Save or export it as PDF or text and add that.",
  });
}

function extensionOf(fileName: string): string {
  const dot = fileName.lastIndexOf(".");
  return dot === -1 ? "" : fileName.slice(dot + 1).toLowerCase();
}

function starts(...magic: number[]): (bytes: Uint8Array) => boolean {
  return (bytes) => magic.every((byte, i) => bytes[i] === byte);
}

function isZip(bytes: Uint8Array): boolean {
  return starts(0x50, 0x4b, 3, 4)(bytes) || starts(0x50, 0x4b, 5, 6)(bytes);
}

function holds(bytes: Uint8Array, ascii: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(ascii, 0, "latin1");
}
