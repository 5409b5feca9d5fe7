import fs from "node:fs/promises";
import { describeFileError } from "../../contract/describeFileError.ts";
import { HearthError } from "../../contract/errors.ts";
import type { IngestResult } from "../../contract/documents.ts";
import { countPages, writePageRanges, type PageRange } from "../../contract/pageRanges.ts";
import { defineCommand } from "../Command.ts";
import { exitCodes } from "../exitCodes.ts";
import { count, formatMs } from "../format.ts";
import { ingestPaths } from "../ingestPaths.ts";

export const ingest = defineCommand({
  name: "ingest",
  usage: "PATH… [--password TEXT | --password-file FILE]",
  summary: "Takes files and folders into the library",
  options: {
    password: { kind: "text", value: "TEXT", help: "opens those of the files that are encrypted" },
    "password-file": {
      kind: "text",
      value: "FILE",
      help: "a file whose first line is the password, so that no list of processes shows it",
    },
  },
  positionals: "PATH",
  run: async (values, positionals, context) => {
    const file = values["password-file"];
    const password = file === undefined ? values.password : await firstLine(context.absolute(file));
    const documents = await ingestPaths(positionals, context, password);
    return {
      json: { documents: documents.map(toIngestJson) },
      text:
        documents.length === 0
          ? "The folders hold no file that Hearth can read.\n"
          : documents.map(ingestText).join(""),
      exitCode: documents.every(isTakenIn) ? exitCodes.ok : exitCodes.someFailed,
    };
  },
});

/** @throws HearthError `file-unreadable`, `file-empty` */
async function firstLine(file: string): Promise<string> {
  const text = await fs.readFile(file, "utf8").catch((error: unknown) => {
    throw new HearthError(
      {
        code: "file-unreadable",
        title: "The file with the password cannot be read.",
        cause: describeFileError(error, file),
        suggestion: "Check its name.",
      },
      { cause: error },
    );
  });
  const line = text.split(/\r?\n/u)[0] ?? "";
  if (line !== "") return line;
  throw new HearthError({
    code: "file-empty",
    title: "The file with the password has an empty first line.",
    suggestion: "Write the password on its first line.",
  });
}

export function isTakenIn({ status }: IngestResult): boolean {
  return status === "ready" || status === "unchanged";
}

export function toIngestJson(result: IngestResult): Record<string, unknown> {
  const { documentId, name, status, pages, recognized, unreadable, chunks, ms, error } = result;
  const told = { documentId, name, status, pages, recognized, unreadable, chunks, ms };
  return { ...told, ...(error ? { error } : {}) };
}

function ingestText(result: IngestResult): string {
  const { name, status, pages, recognized, unreadable, chunks, ms, error } = result;
  if (error) {
    return `${name}: ${status}. ${[error.title, error.cause, error.suggestion].filter(Boolean).join(" ")}\n`;
  }
  const size = [
    pages === null ? "" : count(pages, "page"),
    ocrText("text recognised (OCR)", recognized),
    ocrText("unreadable", unreadable),
    count(chunks, "chunk"),
  ];
  return `${name}: ${status}, ${size.filter(Boolean).join(", ")}, ${formatMs(ms)}\n`;
}

/** "unreadable on pages 2–3, 7" */
function ocrText(words: string, ranges: readonly PageRange[]): string {
  if (ranges.length === 0) return "";
  return `${words} on ${countPages(ranges) === 1 ? "page" : "pages"} ${writePageRanges(ranges)}`;
}
