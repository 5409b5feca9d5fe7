import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "collections.state"
  | "collections.list"
  | "collections.create"
  | "collections.rename"
  | "collections.remove"
  | "collections.addDocuments"
  | "collections.removeDocuments";

export function collectionHandlers({ collections }: Engine): SomeHandlers<Names> {
  return {
    "collections.state": () => collections.cell,
    "collections.list": () => collections.cell.get(),
    "collections.create": async ({ name, documentIds }) => ({
      collection: await collections.create(name, documentIds),
    }),
    "collections.rename": async ({ collectionId, name }) => ({
      collection: await collections.rename(collectionId, name),
    }),
    "collections.remove": async ({ collectionId }) => {
      await collections.remove(collectionId);
      return {};
    },
    "collections.addDocuments": async ({ collectionId, documentIds }) => ({
      collection: await collections.addDocuments(collectionId, documentIds),
    }),
    "collections.removeDocuments": async ({ collectionId, documentIds }) => ({
      collection: await collections.removeDocuments(collectionId, documentIds),
    }),
  };
}
