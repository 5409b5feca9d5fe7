import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newChat, send, stored, Turn, type Client } from "./testing/conversation.ts";
import { TestEngine } from "./testing/testEngine.ts";

const story = "Write a very long story about a lighthouse keeper and his boat.";

let engine: TestEngine;
let client: Client;

beforeAll(async () => {
  engine = await TestEngine.make();
  ({ client } = await engine.connect("app"));
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

/** Ends the engine in good order and starts the next one. */
async function restart(): Promise<void> {
  await engine.end();
  ({ client } = await engine.connect("app"));
}

describe("chat with a real model", () => {
  it("streams, and says what it took", async () => {
    const chat = await newChat(client, { maxTokens: 24 });
    const turn = send(client, chat.id, null, "What is the capital of France?");
    const message = await turn.message;
    const deltas = turn.events.filter((event) => event.type === "delta");
    expect(deltas.length).toBeGreaterThan(1);
    expect(message.text).toBe(turn.textBefore());
    expect(message.text).not.toBe("");
    expect(message.stats).toMatchObject({ quantization: "Q4_1", reusedTokens: 0 });
    expect(message.stats?.tokens).toBeGreaterThan(0);
    expect(message.stats?.promptTokens).toBeGreaterThan(5);
    expect(message.stats?.tokensPerSecond).toBeGreaterThan(0);
    const prompts = turn.events.filter((event) => event.type === "prompt");
    expect(prompts.at(-1)).toMatchObject({
      done: message.stats?.promptTokens,
      total: message.stats?.promptTokens,
    });
    const next = await send(client, chat.id, message.id, "And of Italy?").message;
    // The conversation so far is still in the model's memory.
    expect(next.stats?.reusedTokens).toBeGreaterThan(message.stats!.promptTokens);
  });

  it("stops when asked, from any face, and keeps the text", async () => {
    const chat = await newChat(client, { maxTokens: 800 });
    const turn = send(client, chat.id, null, story);
    await turn.opened;
    const other = await engine.connect("cli");
    await other.client.call("chats.stop", { chatId: chat.id });
    const message = await turn.message;
    other.close();
    expect(message.status).toBe("stopped");
    expect(message.text).toBe(turn.textBefore());
    expect(message.text).not.toBe("");
    expect(message.error).toBeUndefined();
    expect(await stored(client, message)).toEqual(message);
  });

  it("keeps the text of a caller that cancels", async () => {
    const chat = await newChat(client, { maxTokens: 800 });
    const stream = client.stream("chats.send", { chatId: chat.id, parentId: null, text: story });
    const turn = new Turn(stream);
    await turn.opened;
    stream.cancel();
    await expect(turn.message).rejects.toMatchObject({ code: "cancelled" });
    const { assistant } = turn.started;
    await expect.poll(async () => (await stored(client, assistant)).status).toBe("stopped");
    const kept = await stored(client, assistant);
    expect(kept.text.startsWith(turn.textBefore())).toBe(true);
  });

  it("keeps every answer and every question as branches", async () => {
    const chat = await newChat(client, { maxTokens: 12, temperature: 1, seed: 1 });
    const first = await send(client, chat.id, null, "Name an animal.").message;
    await client.call("chats.update", { chatId: chat.id, sampling: { seed: 2 } });
    const again = new Turn(
      client.stream("chats.regenerate", { chatId: chat.id, messageId: first.id }),
    );
    const second = await again.message;
    expect(again.started.user).toBeNull();
    expect(second.id).not.toBe(first.id);
    expect(second.parentId).toBe(first.parentId);
    expect(second.text).not.toBe(first.text);

    const edit = send(client, chat.id, null, "Name a plant.");
    const edited = await edit.message;
    const { chat: now, messages } = await client.call("chats.get", { chatId: chat.id });
    expect(messages.map(({ text }) => text)).toEqual([
      "Name an animal.",
      first.text,
      second.text,
      "Name a plant.",
      edited.text,
    ]);
    expect(messages.filter(({ parentId }) => parentId === null)).toHaveLength(2);
    expect(now.activeLeafId).toBe(edited.id);
    // The edited question has not seen the other branch.
    expect(edited.stats!.promptTokens).toBeLessThanOrEqual(first.stats!.promptTokens + 2);
    await client.call("chats.update", { chatId: chat.id, activeLeafId: first.id });
    const back = await client.call("chats.get", { chatId: chat.id });
    expect(back.chat.activeLeafId).toBe(first.id);
  });

  it("goes on after the token limit as if it had never stopped", async () => {
    const whole = await newChat(client, { maxTokens: 40 });
    const reference = await send(client, whole.id, null, story).message;
    expect(reference.status).toBe("length");
    const chat = await newChat(client, { maxTokens: 20 });
    const half = await send(client, chat.id, null, story).message;
    expect(half.status).toBe("length");
    const more = new Turn(client.stream("chats.continue", { chatId: chat.id, messageId: half.id }));
    const continued = await more.message;
    expect(continued.id).toBe(half.id);
    expect(continued.text.startsWith(half.text)).toBe(true);
    expect(continued.text).toBe(half.text + more.textBefore());
    // Greedy, so the two halves are the text of one go.
    expect(continued.text).toBe(reference.text);
    const complete = await send(client, chat.id, continued.id, "Say yes.").message;
    if (complete.status === "complete") {
      const refused = client.stream("chats.continue", { chatId: chat.id, messageId: complete.id });
      await expect(refused.result).rejects.toMatchObject({ code: "conflict" });
    }
  });

  it("heeds the system prompt", async () => {
    const plain = await newChat(client);
    const told = await newChat(client);
    const systemPrompt = "You are a pirate. Every answer begins with the word Arrr.";
    await client.call("chats.update", { chatId: told.id, systemPrompt });
    const question = "How are you today?";
    const one = await send(client, plain.id, null, question).message;
    const two = await send(client, told.id, null, question).message;
    // The model's template has a system prompt of its own where none is given.
    expect(two.stats!.promptTokens).not.toBe(one.stats!.promptTokens);
    expect(two.text).not.toBe(one.text);
    expect((await client.call("chats.get", { chatId: told.id })).chat.systemPrompt).toBe(
      systemPrompt,
    );
  });

  it("renames, finds, deletes and brings back", async () => {
    const chat = await newChat(client, { maxTokens: 4 });
    await send(client, chat.id, null, "Tell me of the Zanzibar leopard.").message;
    const search = async (query: string): Promise<string[]> => {
      const { results } = await client.call("chats.search", { query });
      return results.map(({ chatId }) => chatId);
    };
    expect(await search("zanzibar")).toEqual([chat.id]);
    await client.call("chats.update", { chatId: chat.id, title: "Big cats" });
    expect(await search("big CATS")).toEqual([chat.id]);
    await client.call("chats.delete", { chatId: chat.id });
    expect(await search("zanzibar")).toEqual([]);
    await expect(client.call("chats.get", { chatId: chat.id })).rejects.toMatchObject({
      code: "not-found",
    });
    const { chat: restored } = await client.call("chats.restore", { chatId: chat.id });
    expect(restored.title).toBe("Big cats");
    expect(await search("zanzibar")).toEqual([chat.id]);
  });

  it("is the same after a restart, also for an answer that the end cut off", async () => {
    const chat = await newChat(client, { maxTokens: 800 });
    const turn = send(client, chat.id, null, story);
    await turn.opened;
    const ids = await chatIds(client);
    const before = await Promise.all(
      ids.filter((id) => id !== chat.id).map((chatId) => client.call("chats.get", { chatId })),
    );
    await restart();
    expect(await chatIds(client)).toEqual(ids);
    for (const kept of before) {
      expect(await client.call("chats.get", { chatId: kept.chat.id })).toEqual(kept);
    }
    // An orderly end stops the answer and keeps all of it.
    const cut = await stored(client, turn.started.assistant);
    expect(cut.status).toBe("stopped");
    expect(cut.text.startsWith(turn.textBefore())).toBe(true);
    expect(cut.text).not.toBe("");
  });
});

describe("a small context", () => {
  it("says what no longer fits, and still answers", async () => {
    await client.call("settings.update", { contextTokens: 512 });
    const chat = await newChat(client, { maxTokens: 16 });
    const long = `Remember this: ${"the harbour is calm and the boats are red. ".repeat(12)}`;
    let last = await send(client, chat.id, null, `${long} (1)`).message;
    expect(last.stats?.contextTokens).toBe(512);
    expect(last.droppedMessages).toBe(0);
    for (let at = 2; at <= 5; at++) {
      last = await send(client, chat.id, last.id, `${long} (${at})`).message;
    }
    expect(last.droppedMessages).toBeGreaterThan(0);
    const turn = send(client, chat.id, last.id, "What colour are the boats?");
    const answer = await turn.message;
    expect(answer.droppedMessages).toBeGreaterThan(0);
    expect(turn.events).toContainEqual({
      type: "notice",
      droppedMessages: answer.droppedMessages,
    });
    expect(["complete", "length"]).toContain(answer.status);
    expect(answer.text).not.toBe("");
    // Nothing was erased: the chat still has all of its messages.
    const { messages } = await client.call("chats.get", { chatId: chat.id });
    expect(messages).toHaveLength(12);
  });

  it("refuses one message that is too long, and keeps it", async () => {
    const chat = await newChat(client);
    const text = "Every boat in the harbour has a name of its own. ".repeat(200);
    const turn = send(client, chat.id, null, text);
    const message = await turn.message;
    expect(message).toMatchObject({ status: "failed", text: "", error: { code: "context-full" } });
    expect(message.error?.suggestion).not.toBe("");
    expect((await stored(client, turn.started.user!)).text).toBe(text);
    const next = await send(client, chat.id, null, "Hello.").message;
    expect(["complete", "length"]).toContain(next.status);
  });

  it("takes a changed size at once where a model was at work meanwhile", async () => {
    const chat = await newChat(client, { maxTokens: 200 });
    const turn = send(client, chat.id, null, story);
    await turn.opened;
    await client.call("settings.update", { contextTokens: 1024 });
    const busy = await turn.message;
    expect(busy.stats?.contextTokens).toBe(512);
    const next = await send(client, chat.id, busy.id, "Hello.").message;
    expect(next.stats?.contextTokens).toBe(1024);
  });
});

async function chatIds(from: Client): Promise<string[]> {
  return await new Promise((resolve) => {
    const stop = from.watch("chats.state", {}, ({ chats }) => {
      stop();
      resolve(chats.map(({ id }) => id));
    });
  });
}
