import fs from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DocumentId } from "../../contract/ids.ts";
import { type Client, newChat, Turn } from "./testing/conversation.ts";
import { TestEngine } from "./testing/testEngine.ts";

let engine: TestEngine;
let client: Client;
let folder: string;
const ids: Record<string, DocumentId> = {};

const texts: Record<string, string> = {
  "lamp.md": "# The lamp\n\nThe lamp at Cape Morrow was replaced in March by Ada Brenn.\n",
  "copy.txt": "# The lamp\n\nThe  lamp at Cape Morrow was replaced\nin March by Ada Brenn.\n",
  "brot.md":
    "Roggenbrot braucht einen Sauerteig. Der Teig soll zwölf Stunden ruhen, bevor er in den Ofen kommt.\n",
};

beforeAll(async () => {
  engine = await TestEngine.make();
  folder = path.join(engine.folder, "docs");
  await fs.mkdir(folder);
  ({ client } = await engine.connect());
  for (const [name, text] of Object.entries(texts)) {
    await fs.writeFile(path.join(folder, name), text);
    ids[name] = await ingest(name);
  }
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

async function ingest(name: string, attachment = false): Promise<DocumentId> {
  const paths = [path.join(folder, name)];
  const { documents } = await client.stream("documents.ingest", { paths, attachment }).result;
  expect(documents).toMatchObject([{ status: "ready" }]);
  return documents[0]!.documentId!;
}

async function found(query: string, scope: object = {}): Promise<Set<string>> {
  const { hits } = await client.call("search.query", { query, limit: 50, ...scope });
  return new Set(hits.map(({ document }) => document));
}

describe("the library", () => {
  it("knows languages, dates and documents with the same text", async () => {
    const { documents } = await client.call("documents.list", {});
    const [lamp, copy, bread] = documents;
    expect(bread).toMatchObject({ name: "brot.md", language: "de" });
    expect(bread?.modifiedAt).toBeGreaterThan(Date.now() - 60_000);
    expect(lamp?.contentKey).not.toBe("");
    expect(copy?.contentKey).not.toBe(bread?.contentKey);
    await fs.writeFile(path.join(folder, "same.md"), texts["lamp.md"] ?? "");
    ids["same.md"] = await ingest("same.md");
    const again = (await client.call("documents.list", {})).documents.at(-1);
    expect(again).toMatchObject({ name: "same.md", contentKey: lamp?.contentKey });
  });

  it("marks the words that were searched for", async () => {
    const { hits } = await client.call("search.query", { query: "lamps replaced", limit: 1 });
    const [hit] = hits;
    const marked = hit?.highlights.map(({ start, end }) => hit.text.slice(start, end));
    expect(marked).toEqual(expect.arrayContaining(["lamp", "replaced"]));
  });

  it("searches a collection, and what it holds at the time", async () => {
    const { collection } = await client.call("collections.create", {
      name: "Kitchen",
      documentIds: [ids["brot.md"]!],
    });
    const scope = { collectionIds: [collection.id] };
    expect(await found("lamp", scope)).toEqual(new Set(["brot.md"]));
    await expect(client.call("collections.create", { name: "KITCHEN" })).rejects.toMatchObject({
      code: "conflict",
    });
    await client.call("collections.addDocuments", {
      collectionId: collection.id,
      documentIds: [ids["lamp.md"]!],
    });
    expect(await found("lamp", scope)).toContain("lamp.md");
    const question = "When was the lamp at Cape Morrow replaced?";
    const asked = await client.stream("ask.run", { question, ...scope }).result;
    expect(asked.citations[0]?.document).toBe("lamp.md");

    // A chat asks the collection; when the document leaves it, the same question is declined.
    const chat = await newChat(client);
    await client.call("chats.update", { chatId: chat.id, ...scope });
    const ask = { chatId: chat.id, parentId: null, text: question };
    const answer = await new Turn(client.stream("chats.send", ask)).message;
    expect(answer.grounding).toMatchObject({ abstained: false });
    await client.call("collections.removeDocuments", {
      collectionId: collection.id,
      documentIds: [ids["lamp.md"]!],
    });
    const declined = await new Turn(client.stream("chats.send", ask)).message;
    expect(declined.grounding).toMatchObject({ abstained: true });
    await client.call("collections.remove", { collectionId: collection.id });
    const { chat: after } = await client.call("chats.get", { chatId: chat.id });
    expect(after.collectionIds).toEqual([]);
  });

  it("tags and removes many at once, and faces see it by small patches", async () => {
    const seen: string[][] = [];
    const stop = client.watch("documents.state", {}, ({ documents }) =>
      seen.push(documents.map(({ name, tags }) => `${name} ${tags.join(",")}`)),
    );
    const documentIds = [ids["copy.txt"]!, ids["same.md"]!];
    await client.call("documents.tag", { documentIds, add: ["twin", "Twin"] });
    await expect.poll(() => seen.at(-1)).toContain("same.md twin");
    await client.call("documents.remove", { documentIds });
    await expect.poll(() => seen.at(-1)).toEqual(["lamp.md ", "brot.md "]);
    expect(await found("lamp")).toEqual(new Set(["lamp.md", "brot.md"]));
    stop();
  });
});

describe("an attachment", () => {
  it("is asked where a message names it, and nowhere else", async () => {
    await fs.writeFile(
      path.join(folder, "note.md"),
      "The ferry Osprey sails at noon on Sundays.\n",
    );
    const note = await ingest("note.md", true);
    const { documents } = await client.call("documents.list", {});
    expect(documents.map(({ name }) => name)).not.toContain("note.md");
    expect(await found("ferry Osprey")).not.toContain("note.md");
    const chat = await newChat(client);
    const text = "When does the ferry Osprey sail?";
    const ask = { chatId: chat.id, parentId: null, text, documentIds: [note] };
    const answer = await new Turn(client.stream("chats.send", ask)).message;
    expect(answer.grounding?.citations[0]?.document).toBe("note.md");

    await client.call("documents.discard", { documentIds: [note] });
    expect(await found("ferry Osprey", { documentIds: [note] })).toContain("note.md");
    // Added to the library it is a document like any other.
    const { documents: results } = await client.stream("documents.ingest", {
      paths: [path.join(folder, "note.md")],
    }).result;
    expect(results).toMatchObject([{ status: "unchanged", documentId: note }]);
    expect(await found("ferry Osprey")).toContain("note.md");
  });

  it("of a draft goes with it, and the file that was sent too", async () => {
    const { path: file } = await client.call("documents.upload", {
      uploadId: "upload-of-a-draft",
      name: "draft.txt",
      offset: 0,
      base64: Buffer.from("The mooring fee is nine crowns a night.").toString("base64"),
      last: true,
    });
    const { documents } = await client.stream("documents.ingest", {
      paths: [file!],
      attachment: true,
    }).result;
    const documentIds = [documents[0]!.documentId!];
    await client.call("documents.discard", { documentIds });
    expect(await found("mooring fee", { documentIds })).toEqual(new Set());
    await expect(fs.access(file!)).rejects.toThrow(/ENOENT/u);
  });
});

describe("on the command line", () => {
  it("collections are made, filled, searched and removed", async () => {
    const cli = async (...args: string[]): Promise<string> => {
      const { code, out, err } = await engine.cli(args).ended;
      expect({ code, err }).toMatchObject({ code: 0 });
      return out;
    };
    const lamp = path.join(folder, "lamp.md");
    expect(await cli("collections", "create", "Coast", lamp)).toBe("Coast: 1 document\n");
    expect(await cli("collections", "add", "coast", path.join(folder, "brot.md"))).toBe(
      "Coast: 2 documents\n",
    );
    await cli("collections", "remove", "Coast", path.join(folder, "brot.md"));
    const hits = await cli("search", "--query", "bread dough", "--collection", "Coast", "--json");
    const documents: unknown = JSON.parse(hits);
    expect(documents).toMatchObject({ hits: [{ document: "lamp.md" }] });
    expect(await cli("collections", "list")).toMatch(/Coast +1 /u);
    await cli("collections", "remove", "Coast");
    const gone = await engine.cli(["search", "--query", "lamp", "--collection", "Coast"]).ended;
    expect(gone.code).not.toBe(0);
    expect(gone.err).toContain("There is no collection “Coast”.");
  });
});
