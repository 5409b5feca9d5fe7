import type { FolderRow } from "../../contract/folders.ts";
import { defineCommand } from "../Command.ts";
import { formatTable } from "../format.ts";

export const foldersList = defineCommand({
  name: "folders list",
  usage: "",
  summary: "Lists the folders that the library follows",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    const state = await client.call("folders.list", {}, { signal: context.signal });
    return { json: state, text: foldersText(state.folders) };
  },
});

export const foldersAdd = defineCommand({
  name: "folders add",
  usage: "FOLDER… [--ignore PATTERNS]",
  summary: "Follows folders: their files are taken in, without being copied",
  options: {
    ignore: {
      kind: "text",
      value: "PATTERNS",
      help: "what to pass over, as in a .gitignore, separated by commas",
    },
  },
  positionals: "FOLDER",
  run: async ({ ignore }, positionals, context) => {
    const client = await context.engine();
    const patterns = (ignore ?? "").split(",").map((pattern) => pattern.trim());
    const added = [];
    for (const word of positionals) {
      const folder = {
        path: context.absolute(word),
        ignore: patterns.filter((pattern) => pattern !== ""),
      };
      await client.call("folders.add", folder, { signal: context.signal });
      added.push(folder);
    }
    return { json: { added }, text: added.map(({ path }) => `${path}: watched\n`).join("") };
  },
});

export const foldersRemove = defineCommand({
  name: "folders remove",
  usage: "FOLDER… [--keep-documents]",
  summary: "Follows folders no more, and takes their documents out of the library; files stay",
  options: { "keep-documents": { kind: "flag", help: "leave the documents in the library" } },
  positionals: "FOLDER",
  run: async (values, positionals, context) => {
    const client = await context.engine();
    const keepDocuments = values["keep-documents"];
    const removed = positionals.map((word) => context.absolute(word));
    for (const path of removed) {
      await client.call("folders.remove", { path, keepDocuments }, { signal: context.signal });
    }
    return { json: { removed }, text: removed.map((path) => `${path}: not watched\n`).join("") };
  },
});

function foldersText(folders: readonly FolderRow[]): string {
  if (folders.length === 0) return "No folder is watched. Add one: hearth folders add FOLDER\n";
  return formatTable([
    ["FOLDER", "STATUS", "DOCUMENTS", "PASSED OVER"],
    ...folders.map(({ path, status, documents, ignore }) => [
      path,
      status,
      String(documents),
      ignore.join(", "),
    ]),
  ]);
}
