import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChatId, DocumentId, MessageId } from "../../../contract/ids.ts";
import type { Message } from "../../../contract/chat.ts";
import type { Database } from "../Database.ts";
import { memoryDatabase } from "../fixtures/memoryDatabase.ts";
import { chat, hardTexts, message } from "../fixtures/samples.ts";
import type { ChatRepository } from "../protocol.ts";
import { chatRepository } from "./chats.ts";

let db: Database;
let chats: ChatRepository;
let now: number;
let damage: string[];
const c1 = "c1" as ChatId;

beforeEach(() => {
  damage = [];
  now = 5_000;
  db = memoryDatabase((place) => damage.push(place));
  chats = chatRepository(db, () => now);
});
afterEach(() => db.close());

const full: Message = {
  ...message("c1", "full", null, { role: "assistant" }),
  reasoning: "Let me \ud83d think",
  status: "length",
  documentIds: ["d1" as DocumentId],
  droppedMessages: 3,
  error: { code: "context-full", title: "T", cause: "C", suggestion: "S" },
  stats: {
    promptTokens: 1,
    reusedTokens: 2,
    tokens: 3,
    firstTokenMs: 4.5,
    tokensPerSecond: 5.25,
    contextTokens: 6,
    model: "m",
    quantization: "Q4_1",
  },
  grounding: {
    abstained: false,
    sentences: [{ text: "S \0", supported: "partly", citations: [1], missing: [], claims: true }],
    citations: [
      {
        n: 1,
        documentId: "d1" as DocumentId,
        document: "d1.pdf",
        page: 2,
        quote: "q \udc00",
        location: { kind: "page", page: 2, rects: [{ page: 2, x: 1, y: 2, width: 3, height: 4 }] },
      },
    ],
    nearest: [],
  },
};

describe("chats", () => {
  it("gives back every field of a chat and a message", () => {
    const original = chat("c1", {
      systemPrompt: "Be \ud83d brief\0",
      documentIds: ["d1" as DocumentId],
      createdAt: 1.25,
    });
    chats.create(original);
    chats.addMessages([full], full.id);
    expect(chats.get(c1)).toEqual({
      chat: { ...original, activeLeafId: "full", updatedAt: 5_000 },
      messages: [full],
    });
    expect(chats.getMessage(full.id)).toEqual(full);
    expect(damage).toEqual([]);
  });

  it.each(hardTexts.map((text, index) => [index, text] as const))(
    "keeps hard text %i in titles, prompts, texts and reasoning",
    (_index, text) => {
      chats.create(chat("c1", { title: text, systemPrompt: text }));
      const hard = message("c1", "m", null, { text, reasoning: text });
      chats.addMessages([hard], hard.id);
      const got = chats.get(c1);
      expect([got?.chat.title, got?.chat.systemPrompt]).toEqual([text, text]);
      expect(got?.messages).toEqual([hard]);
      expect(chats.list()[0]?.title).toBe(text);
    },
  );

  it("keeps all branches of the tree, in the order in which they were written", () => {
    chats.create(chat("c1"));
    const tree = [
      message("c1", "u1", null),
      message("c1", "a1", "u1"),
      message("c1", "a2", "u1"),
      message("c1", "u1-edited", null),
      message("c1", "a3", "u1-edited"),
      message("c1", "u2", "a1"),
    ];
    for (const one of tree) chats.addMessages([one], one.id);
    const got = chats.get(c1);
    expect(got?.messages.map((m) => [m.id, m.parentId])).toEqual(
      tree.map((m) => [m.id, m.parentId]),
    );
    expect(got?.chat.activeLeafId).toBe("u2");
  });

  it("refuses messages that would break the tree, as a whole", () => {
    chats.create(chat("c1"));
    chats.create(chat("c2"));
    chats.addMessages([message("c2", "other", null)], "other" as MessageId);
    const fine = message("c1", "fine", null);
    expect(() => chats.addMessages([fine, message("c1", "x", "other")], fine.id)).toThrow(
      expect.objectContaining({ code: "not-found" }),
    );
    expect(() => chats.addMessages([fine, message("c2", "x", null)], fine.id)).toThrow(
      expect.objectContaining({ code: "bad-input" }),
    );
    expect(chats.get(c1)?.messages).toEqual([]);
    expect(() => chats.addMessages([message("c9", "x", null)], fine.id)).toThrow(
      expect.objectContaining({ code: "not-found" }),
    );
  });

  it("orders by a counter and not by time", () => {
    chats.create(chat("c1", { updatedAt: 9e12 }));
    chats.create(chat("c2", { updatedAt: 0 }));
    expect(chats.list().map((row) => row.id)).toEqual(["c2", "c1"]);
    now = -1;
    chats.addMessages([message("c1", "m", null)], "m" as MessageId);
    expect(chats.list().map((row) => row.id)).toEqual(["c1", "c2"]);
    chats.update("c2" as ChatId, { title: "New" });
    expect(chats.list().map((row) => row.id)).toEqual(["c2", "c1"]);
    chats.update(c1, { activeLeafId: null });
    expect(chats.list().map((row) => row.id)).toEqual(["c2", "c1"]);
    const sequences = chats.list().map((row) => row.sequence);
    expect(new Set(sequences).size).toBe(2);
  });

  it("changes only what the patch names, and knows no other columns", () => {
    chats.create(chat("c1", { title: "Old", systemPrompt: "P" }));
    const patch = { title: "New", "deleted_at = 1 --": 1 } as { title: string };
    expect(chats.update(c1, patch)).toMatchObject({ title: "New", systemPrompt: "P" });
    expect(() => chats.update("c9" as ChatId, { title: "x" })).toThrow(
      expect.objectContaining({ code: "not-found" }),
    );
  });

  it("updates a message, and empties what is given as undefined", () => {
    chats.create(chat("c1"));
    chats.addMessages([full], full.id);
    chats.updateMessage(full.id, { text: "More", status: "complete", error: undefined });
    const { error: _gone, ...rest } = full;
    expect(chats.getMessage(full.id)).toEqual({ ...rest, text: "More", status: "complete" });
    expect(() => chats.updateMessage("m9" as MessageId, { text: "" })).toThrow(
      expect.objectContaining({ code: "not-found" }),
    );
  });

  it("hides a deleted chat, brings it back to its place, and erases it later", () => {
    for (const id of ["c1", "c2", "c3"]) {
      chats.create(chat(id));
      chats.addMessages([message(id, `m-${id}`, null, { text: "needle" })], `m-${id}` as MessageId);
    }
    chats.delete("c2" as ChatId);
    expect(chats.list().map((row) => row.id)).toEqual(["c3", "c1"]);
    expect(chats.get("c2" as ChatId)).toBeUndefined();
    expect(chats.search("needle", 9).map((hit) => hit.chatId)).toEqual(["c3", "c1"]);
    expect(() => chats.delete("c2" as ChatId)).toThrow(/no longer exists/u);
    expect(() => chats.update("c2" as ChatId, { title: "x" })).toThrow(/no longer exists/u);
    expect(chats.restore("c2" as ChatId).id).toBe("c2");
    expect(chats.list().map((row) => row.id)).toEqual(["c3", "c2", "c1"]);
    chats.delete("c2" as ChatId);
    expect(chats.purgeDeleted(now)).toBe(0);
    expect(chats.purgeDeleted(now + 1)).toBe(1);
    expect(() => chats.restore("c2" as ChatId)).toThrow(
      expect.objectContaining({ code: "not-found" }),
    );
    expect(db.get("SELECT count(*) AS n FROM messages")).toEqual({ n: 2 });
    expect(db.get("SELECT count(*) AS n FROM chat_texts")).toEqual({ n: 4 });
  });

  it("erases a chat of a long unbranched conversation", () => {
    chats.create(chat("c1"));
    const long = Array.from({ length: 3_000 }, (_, n) =>
      message("c1", `m${n}`, n === 0 ? null : `m${n - 1}`),
    );
    chats.addMessages(long, "m2999" as MessageId);
    chats.delete(c1);
    expect(chats.purgeDeleted(now + 1)).toBe(1);
    expect(db.get("SELECT count(*) AS n FROM messages")).toEqual({ n: 0 });
  });

  it("marks what was streaming, and makes it searchable", () => {
    chats.create(chat("c1"));
    const half = message("c1", "half", null, { status: "streaming", text: "unfinished symphony" });
    chats.addMessages([half, message("c1", "done", null)], half.id);
    expect(chats.search("symphony", 9)).toEqual([]);
    expect(chats.interruptStreaming()).toBe(1);
    expect(chats.interruptStreaming()).toBe(0);
    expect(chats.getMessage(half.id)?.status).toBe("interrupted");
    expect(chats.getMessage("done" as MessageId)?.status).toBe("complete");
    expect(chats.search("symphony", 9)).toHaveLength(1);
  });

  it("replaces a value that cannot be read, reports it, and keeps the rest", () => {
    chats.create(chat("c1", { title: "Kept" }));
    chats.addMessages([full], full.id);
    db.run("UPDATE chats SET sampling_json = '{'");
    db.run(`UPDATE messages SET grounding_json = '{"abstained":"maybe"}', stats_json = 'x'`);
    const got = chats.get(c1);
    expect(got?.chat).toMatchObject({ title: "Kept", sampling: { temperature: 0.7 } });
    expect(got?.messages[0]?.text).toBe(full.text);
    expect(got?.messages[0]?.grounding).toBeUndefined();
    expect(damage).toEqual(["chats/c1/sampling", "messages/full/stats", "messages/full/grounding"]);
  });
});

describe("search", () => {
  beforeEach(() => {
    chats.create(chat("c1", { title: "Quarterly Report" }));
    chats.create(chat("c2", { title: "東京旅行" }));
    const add = (chatId: string, id: string, text: string): void => {
      chats.addMessages([message(chatId, id, null, { text })], id as MessageId);
    };
    add("c1", "m1", "The café's revenue rose by 12% in Q3.");
    add("c1", "m2", "Costs fell.");
    add("c2", "m3", "Как доехать до отеля? The report says: 電車で行く");
  });

  it.each([
    ["report", ["c2", "c1"]],
    ["REPORT cafe", ["c1"]],
    ["quarterly costs", ["c1"]],
    ["revenue nowhere", []],
    ["q3", ["c1"]],
    ["12%", ["c1"]],
    ["京", ["c2"]],
    ["東京 電車", ["c2"]],
    ["ДО", ["c2"]],
    ["   ", []],
    ['"', []],
    ["\0 \ud83d", []],
    ['report" OR chat_texts MATCH "x', []],
    ["report AND NOT", []],
    ["%", ["c1"]],
    ["_", []],
    ["rep*", []],
    ["(".repeat(500), []],
    ["a ".repeat(5000), ["c2", "c1"]],
  ])("for %j finds %j", (query, expected) => {
    expect(chats.search(query, 20).map((hit) => hit.chatId)).toEqual(expected);
  });

  it("shows the text around the word, and follows changes", () => {
    expect(chats.search("revenue", 5)).toEqual([
      { chatId: "c1", title: "Quarterly Report", snippet: "The café's revenue rose by 12% in Q3." },
    ]);
    chats.update(c1, { title: "Annual" });
    chats.updateMessage("m1" as MessageId, { text: "Nothing of note" });
    expect(chats.search("quarterly", 5)).toEqual([]);
    expect(chats.search("revenue", 5)).toEqual([]);
    expect(chats.search("annual note", 5)).toHaveLength(1);
    expect(chats.search("report", 1)).toHaveLength(1);
  });
});
