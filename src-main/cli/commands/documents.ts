import path from "node:path";
import { HearthError } from "../../contract/errors.ts";
import type { DocumentRow } from "../../contract/documents.ts";
import { defineCommand } from "../Command.ts";
import { formatBytes, formatTable } from "../format.ts";

export const documentsList = defineCommand({
  name: "documents list",
  usage: "",
  summary: "Lists the documents in the library",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    const { documents } = await client.call("documents.list", {}, { signal: context.signal });
    return { json: { documents }, text: documentsText(documents) };
  },
});

export const documentsRemove = defineCommand({
  name: "documents remove",
  usage: "DOCUMENT…",
  summary: "Takes documents out of the library; their files stay",
  options: {},
  positionals: "DOCUMENT",
  run: async (_values, positionals, context) => {
    const client = await context.engine();
    const { documents } = await client.call("documents.list", {}, { signal: context.signal });
    const chosen = [
      ...new Set(
        positionals.flatMap((word) => documentsOf(word, context.absolute(word), documents)),
      ),
    ];
    const documentIds = chosen.map(({ id }) => id);
    await client.call("documents.remove", { documentIds }, { signal: context.signal });
    return {
      json: { removed: chosen.map(({ id, name }) => ({ documentId: id, name })) },
      text: chosen.map(({ name }) => `${name}: removed\n`).join(""),
    };
  },
});

/**
 * What a word means: a document's id, its file, or a folder that documents lie in.
 * @param file the word as an absolute path
 * @throws HearthError `not-found`
 */
export function documentsOf(
  word: string,
  file: string,
  documents: readonly DocumentRow[],
): DocumentRow[] {
  const byId = documents.find((document) => document.id === word);
  if (byId) return [byId];
  const below = file.endsWith(path.sep) ? file : file + path.sep;
  const found = documents.filter(
    (document) => document.path === file || document.path.startsWith(below),
  );
  if (found.length > 0) return found;
  throw new HearthError({
    code: "not-found",
    title: `“${word}” is not in the library.`,
    suggestion: "“hearth documents list” shows what is.",
  });
}

function documentsText(documents: readonly DocumentRow[]): string {
  if (documents.length === 0) return "The library is empty. Add files: hearth ingest PATH…\n";
  return formatTable([
    ["NAME", "STATUS", "PAGES", "CHUNKS", "SIZE", "ID"],
    ...documents.map((document) => [
      document.name,
      document.error ? `${document.status}: ${document.error.title}` : document.status,
      document.pages === null ? "–" : String(document.pages),
      String(document.chunks),
      formatBytes(document.bytes),
      document.id,
    ]),
  ]);
}
