import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CollectionId, DocumentId } from "../../../contract/ids.ts";
import type { Database } from "../Database.ts";
import { memoryDatabase } from "../fixtures/memoryDatabase.ts";
import { chat, documentRecord, message } from "../fixtures/samples.ts";
import type { ChatRepository, CollectionRepository, DocumentRepository } from "../protocol.ts";
import { chatRepository } from "./chats.ts";
import { collectionRepository } from "./collections.ts";
import { documentRepository } from "./documents.ts";

let db: Database;
let collections: CollectionRepository;
let documents: DocumentRepository;
let chats: ChatRepository;
const id = (text: string): CollectionId => text as CollectionId;
const doc = (text: string): DocumentId => text as DocumentId;

beforeEach(() => {
  db = memoryDatabase();
  collections = collectionRepository(db);
  documents = documentRepository(db);
  chats = chatRepository(db);
  documents.insert(documentRecord("d1"), documentRecord("d2"));
  documents.insert(documentRecord("note", { attachment: true }));
});
afterEach(() => db.close());

function create(name: string, documentIds: DocumentId[] = []): ReturnType<typeof collections.list> {
  const made = { id: id(name), name, documentIds, createdAt: 5 };
  expect(collections.create(made)).toEqual(made);
  return collections.list();
}

describe("collections", () => {
  it("are listed by name, whatever the accents, and a name is given once", () => {
    create("Zebra");
    create("Äpfel");
    expect(collections.list().map(({ name }) => name)).toEqual(["Äpfel", "Zebra"]);
    const again = { id: id("x"), name: "APFEL", documentIds: [], createdAt: 6 };
    expect(collections.create(again)).toBeNull();
    expect(collections.rename(id("Zebra"), "apfel")).toBeNull();
    expect(collections.rename(id("Zebra"), "ZEBRA")?.name).toBe("ZEBRA");
  });

  it("hold a document in many of them, each once, and no attachment", () => {
    create("A", [doc("d1")]);
    create("B");
    const held = [doc("d2"), doc("d1"), doc("note"), doc("gone")];
    expect(collections.addDocuments(id("A"), held).documentIds).toEqual(["d1", "d2"]);
    expect(collections.addDocuments(id("B"), held).documentIds).toEqual(["d1", "d2"]);
    expect(collections.removeDocuments(id("A"), [doc("d1")]).documentIds).toEqual(["d2"]);
    documents.remove([doc("d2")]);
    expect(collections.list().map(({ documentIds }) => documentIds)).toEqual([[], ["d1"]]);
  });

  it("leave documents where they are when they go, and the chats that asked them", () => {
    create("A", [doc("d1")]);
    create("B");
    chats.create(chat("c", { collectionIds: [id("A"), id("B")] }));
    collections.remove(id("A"));
    expect(documents.get(doc("d1"))).toBeDefined();
    expect(chats.get(chat("c").id)?.chat.collectionIds).toEqual(["B"]);
    expect(() => collections.remove(id("A"))).toThrow(
      expect.objectContaining({ code: "not-found" }),
    );
  });
});

describe("tags", () => {
  it("are put on many documents at once, each once whatever its case", () => {
    documents.tag([doc("d1"), doc("d2")], ["Work", "alpha"], []);
    expect(documents.get(doc("d2"))?.tags).toEqual(["alpha", "Work"]);
    const changed = documents.tag([doc("d1"), doc("d2"), doc("gone")], ["work"], ["ALPHA"]);
    expect(changed.map(({ tags }) => tags)).toEqual([["Work"], ["Work"]]);
    expect(documents.tag([doc("d1")], ["work"], [])).toEqual([]);
  });
});

describe("attachments", () => {
  it("are loose once no message names them", () => {
    expect(documents.looseAttachments(1)).toEqual([]);
    expect(documents.looseAttachments(Number.MAX_SAFE_INTEGER)).toEqual(["note"]);
    chats.create(chat("c"));
    const asked = message("c", "m", null, { documentIds: [doc("note"), doc("d1")] });
    chats.addMessages([asked], asked.id);
    expect(documents.looseAttachments(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });
});
