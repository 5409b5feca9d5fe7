import type { Collection } from "../../contract/collections.ts";
import type { DocumentId } from "../../contract/ids.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { findCollection } from "../findCollection.ts";
import { count, formatTable } from "../format.ts";
import { UsageError } from "../UsageError.ts";
import { documentsOf } from "./documents.ts";

export const collectionsList = defineCommand({
  name: "collections list",
  usage: "",
  summary: "Lists the collections of the library",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    const { collections } = await client.call("collections.list", {}, { signal: context.signal });
    return { json: { collections }, text: collectionsText(collections) };
  },
});

export const collectionsCreate = defineCommand({
  name: "collections create",
  usage: "NAME [DOCUMENT…]",
  summary: "Makes a collection of documents of the library",
  options: {},
  positionals: "NAME",
  run: async (_values, [name = "", ...words], context) => {
    if (name.trim() === "") throw new UsageError("A collection needs a name.");
    const documentIds = await idsOf(words, context);
    const client = await context.engine();
    const { collection } = await client.call(
      "collections.create",
      { name, documentIds },
      { signal: context.signal },
    );
    return { json: { collection }, text: collectionText(collection) };
  },
});

export const collectionsAdd = defineCommand({
  name: "collections add",
  usage: "NAME DOCUMENT…",
  summary: "Puts documents of the library into a collection",
  options: {},
  positionals: "NAME",
  run: async (_values, [name = "", ...words], context) => {
    if (words.length === 0) throw new UsageError("Which documents go into the collection?");
    const { id: collectionId } = await findCollection(name, context);
    const documentIds = await idsOf(words, context);
    const client = await context.engine();
    const { collection } = await client.call(
      "collections.addDocuments",
      { collectionId, documentIds },
      { signal: context.signal },
    );
    return { json: { collection }, text: collectionText(collection) };
  },
});

export const collectionsRemove = defineCommand({
  name: "collections remove",
  usage: "NAME [DOCUMENT…]",
  summary: "Takes documents out of a collection, or removes it; the documents stay in the library",
  options: {},
  positionals: "NAME",
  run: async (_values, [name = "", ...words], context) => {
    const found = await findCollection(name, context);
    const client = await context.engine();
    if (words.length === 0) {
      await client.call(
        "collections.remove",
        { collectionId: found.id },
        { signal: context.signal },
      );
      return { json: { removed: found }, text: `${found.name}: removed\n` };
    }
    const documentIds = await idsOf(words, context);
    const { collection } = await client.call(
      "collections.removeDocuments",
      { collectionId: found.id, documentIds },
      { signal: context.signal },
    );
    return { json: { collection }, text: collectionText(collection) };
  },
});

/** The documents that words mean: ids, files, and folders that documents lie in. */
async function idsOf(words: readonly string[], context: CommandContext): Promise<DocumentId[]> {
  if (words.length === 0) return [];
  const client = await context.engine();
  const { documents } = await client.call("documents.list", {}, { signal: context.signal });
  const found = words.flatMap((word) => documentsOf(word, context.absolute(word), documents));
  return [...new Set(found.map(({ id }) => id))];
}

function collectionText({ name, documentIds }: Collection): string {
  return `${name}: ${count(documentIds.length, "document")}\n`;
}

function collectionsText(collections: readonly Collection[]): string {
  if (collections.length === 0) {
    return "There are no collections. Make one: hearth collections create NAME\n";
  }
  return formatTable([
    ["NAME", "DOCUMENTS", "ID"],
    ...collections.map(({ name, documentIds, id }) => [name, String(documentIds.length), id]),
  ]);
}
