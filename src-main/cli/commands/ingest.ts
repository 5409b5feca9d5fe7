import type { IngestResult } from "../../contract/documents.ts";
import { defineCommand } from "../Command.ts";
import { exitCodes } from "../exitCodes.ts";
import { count, formatMs } from "../format.ts";
import { ingestPaths } from "../ingestPaths.ts";

export const ingest = defineCommand({
  name: "ingest",
  usage: "PATH…",
  summary: "Takes files and folders into the library",
  options: {},
  positionals: "PATH",
  run: async (_values, positionals, context) => {
    const documents = await ingestPaths(positionals, context);
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

export function isTakenIn({ status }: IngestResult): boolean {
  return status === "ready" || status === "unchanged";
}

export function toIngestJson(result: IngestResult): Record<string, unknown> {
  const { documentId, name, status, pages, chunks, ms, error } = result;
  return { documentId, name, status, pages, chunks, ms, ...(error ? { error } : {}) };
}

function ingestText({ name, status, pages, chunks, ms, error }: IngestResult): string {
  if (error) {
    return `${name}: ${status}. ${[error.title, error.cause, error.suggestion].filter(Boolean).join(" ")}\n`;
  }
  const size = [pages === null ? "" : count(pages, "page"), count(chunks, "chunk")];
  return `${name}: ${status}, ${size.filter(Boolean).join(", ")}, ${formatMs(ms)}\n`;
}
