import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../contract/chat.ts";
import { nodeBinary, rootDir } from "../../paths/entries.ts";
import type { EngineConnection } from "../../supervisor/connectEngine.ts";
import { seededRandom } from "../core/seededRandom.ts";
import { allReady, checkHits, checkStores } from "./testing/checkLibrary.ts";
import { newChat, send, stored, Turn, type Client } from "./testing/conversation.ts";
import { writeLongTexts } from "./testing/longTexts.ts";
import { gone, kill9 } from "./testing/processes.ts";
import { TestEngine } from "./testing/testEngine.ts";

/** Moments in all: 3 and 2 for the model's process, 2 and 2 for the engine, 1 and 1 for a face. */
const random = seededRandom(20_261_123);
const story = "Write a very long story about a lighthouse keeper and his boat.";
const longAnswer = { maxTokens: 500 };
const documents = 3;
const query = "granite harbour lantern in note";

let engine: TestEngine;

beforeEach(async () => {
  engine = await TestEngine.make();
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
});

async function loadedPid(client: Client, kind: "chat" | "embedding"): Promise<number> {
  const state = await new Promise<{ pid: number | null }>((resolve) => {
    const stop = client.watch("models.state", {}, ({ models, loaded }) => {
      const ids = models.filter((model) => model.kind === kind).map((model) => model.id);
      const ready = loaded.find((one) => one.status === "ready" && ids.includes(one.modelId));
      if (!ready) return;
      stop();
      resolve(ready);
    });
  });
  if (state.pid === null) throw new Error("A ready model has a process.");
  return state.pid;
}

/** What was seen for longer than a second is kept, and nothing is kept that was not said. */
function expectKept(kept: Message, turn: Turn, killedAt: number): void {
  expect(kept.text.startsWith(turn.textBefore(killedAt - 1000))).toBe(true);
  const seen = turn.textBefore();
  expect(kept.text.startsWith(seen) || seen.startsWith(kept.text)).toBe(true);
}

async function expectAnswer(client: Client, after: Message): Promise<void> {
  await client.call("chats.update", { chatId: after.chatId, sampling: { maxTokens: 8 } });
  const next = await send(client, after.chatId, after.id, "Say hello.").message;
  expect(["complete", "length"]).toContain(next.status);
  expect(next.text).not.toBe("");
}

describe("kill -9 of a llama process", () => {
  it("during a stream: the message says so and keeps its text, the next one works", async () => {
    const { client, generation } = await engine.connect();
    for (let moment = 1; moment <= 3; moment++) {
      const chat = await newChat(client, longAnswer);
      const turn = send(client, chat.id, null, story);
      await turn.opened;
      await sleep(random() * 1500);
      await kill9(await loadedPid(client, "chat"));
      const message = await turn.message;
      expect(message.status).toBe("failed");
      expect(message.error).toMatchObject({ code: "model-died" });
      expect(message.error?.suggestion).not.toBe("");
      // The engine lives, so every piece that was shown is kept, not only the older ones.
      expect(message.text).toBe(turn.textBefore());
      expect(await stored(client, message)).toEqual(message);
      expect(await stored(client, turn.started.user!)).toMatchObject({ text: story });
      if (moment === 3) {
        // Three deaths within a minute: it is not started again until the user asks for it.
        const refused = await send(client, chat.id, message.id, "Say hello.").message;
        expect(refused).toMatchObject({ status: "failed", error: { code: "model-died" } });
        const { models } = await client.call("models.list", {});
        const modelId = models.find((model) => model.kind === "chat")!.id;
        await client.stream("models.load", { modelId }).result;
      }
      await expectAnswer(client, message);
    }
    const again = await engine.connect();
    expect(again.generation).toBe(generation);
  });

  it("during an ingest: the next process does the rest", async () => {
    const { client } = await engine.connect();
    for (let moment = 1; moment <= 2; moment++) {
      const folder = path.join(engine.folder, `docs-${moment}`);
      await writeLongTexts(folder, documents, 160);
      const stream = client.stream("documents.ingest", { paths: [folder] });
      await embedding(stream);
      await sleep(random() * 1000);
      await kill9(await loadedPid(client, "embedding"));
      const result = await stream.result;
      expect(result.documents.map(({ status }) => status)).toEqual(["ready", "ready", "ready"]);
      expect(await checkHits(client, query)).toBeGreaterThan(0);
    }
    let notices: string[] = [];
    const stop = client.watch("system.state", {}, (state) => {
      notices = state.notices.map((notice) => notice.error.code);
    });
    await expect.poll(() => notices).toContain("model-died");
    stop();
    await engine.end();
    expect(await checkStores(engine.home)).toBeGreaterThan(30);
  });
});

describe("kill -9 of the engine", () => {
  it("during a stream: what was seen is there after the restart, and can be continued", async () => {
    let { client, generation }: EngineConnection = await engine.connect();
    for (let moment = 1; moment <= 2; moment++) {
      const chat = await newChat(client, longAnswer);
      const turn = send(client, chat.id, null, story);
      await turn.opened;
      await sleep(500 + random() * 2500);
      const killedAt = performance.now();
      const orphans = await engine.killEngine();
      await expect(turn.message).rejects.toMatchObject({ code: "connection-lost" });
      if (process.platform === "linux") expect(orphans.length).toBeGreaterThan(0);
      await gone(orphans, 5000);
      const before = generation;
      ({ client, generation } = await engine.connect());
      expect(generation).not.toBe(before);
      const { user, assistant } = turn.started;
      expect(await stored(client, user!)).toMatchObject({ text: story, status: "complete" });
      const kept = await stored(client, assistant);
      expect(kept.status).toBe("interrupted");
      expectKept(kept, turn, killedAt);
      const { chat: reopened } = await client.call("chats.get", { chatId: chat.id });
      expect(reopened.title).toBe(story.slice(0, reopened.title.length - 1) + "…");
      await client.call("chats.update", { chatId: chat.id, sampling: { maxTokens: 8 } });
      const { chatId, id: messageId } = kept;
      const more = new Turn(client.stream("chats.continue", { chatId, messageId }));
      const continued = await more.message;
      expect(continued.text).toBe(kept.text + more.textBefore());
      await expectAnswer(client, continued);
    }
  });

  it("during an answer from documents: it goes on where it was, and searches nothing again", async () => {
    const report = path.join(rootDir(), "e2e", "fixtures", "tidewater-ferry-report.pdf");
    let { client } = await engine.connect();
    const taken = await client.stream("documents.ingest", { paths: [report] }).result;
    const { chat } = await client.call("chats.create", {
      documentIds: taken.documents.flatMap(({ documentId }) => documentId ?? []),
    });
    const turn = send(client, chat.id, null, "How many passengers can the Marisol Bright carry?");
    await turn.opened;
    // The quote is there, and the model has hardly begun to read.
    await sleep(random() * 300);
    const orphans = await engine.killEngine();
    await expect(turn.message).rejects.toMatchObject({ code: "connection-lost" });
    await gone(orphans, 5000);
    ({ client } = await engine.connect());
    const kept = await stored(client, turn.started.assistant);
    expect(kept.status).toBe("interrupted");
    expect(kept.grounding).toBeUndefined();
    expect(turn.textBefore().startsWith(kept.text)).toBe(true);
    const { chatId, id: messageId } = kept;
    const more = new Turn(client.stream("chats.continue", { chatId, messageId }));
    const continued = await more.message;
    expect(continued.status).toBe("complete");
    const steps = more.events.flatMap((event) => (event.type === "step" ? event.name : []));
    expect(steps).not.toContain("retrieve");
    expect(steps).toContain("check");
    const receipt = continued.grounding!.receipt!;
    expect(receipt.steps.map(({ name }) => name)).toEqual(expect.arrayContaining(["retrieve"]));
    expect(continued.text.startsWith(`> `)).toBe(true);
    expect(continued.text.startsWith(turn.textBefore().split("\n\n")[0]!)).toBe(true);
    await engine.end();
    const database = new DatabaseSync(path.join(engine.home, "hearth.sqlite"), { readOnly: true });
    const left = database.prepare("SELECT count(*) AS n FROM graph_checkpoints").get();
    database.close();
    expect(left).toEqual({ n: 0 });
  });

  it("during an ingest: nothing is half searchable, and it ends ready after the restart", async () => {
    const folder = path.join(engine.folder, "docs");
    await writeLongTexts(folder, documents, 160);
    let { client } = await engine.connect();
    const stream = client.stream("documents.ingest", { paths: [folder] });
    for (let moment = 1; moment <= 2; moment++) {
      if (moment === 1) await embedding(stream);
      // The second one comes while the next engine takes the work up by itself.
      await sleep(random() * (moment === 1 ? 2000 : 3500));
      const orphans = await engine.killEngine();
      if (moment === 1) {
        await expect(stream.result).rejects.toMatchObject({ code: "connection-lost" });
      }
      await gone(orphans, 5000);
      ({ client } = await engine.connect());
      await checkHits(client, query);
    }
    await allReady(client, documents);
    expect(await checkHits(client, query)).toBeGreaterThan(0);
    const { documents: rows } = await client.call("documents.list", {});
    const again = await client.stream("documents.ingest", { paths: [folder] }).result;
    expect(again.documents.map(({ status }) => status)).toEqual(rows.map(() => "unchanged"));
    await engine.end();
    expect(await checkStores(engine.home)).toBe(rows.reduce((sum, row) => sum + row.chunks, 0));
  });
});

describe("an index that is lost", () => {
  it("is rebuilt whole, also when the engine is killed meanwhile", async () => {
    const folder = path.join(engine.folder, "docs");
    await writeLongTexts(folder, documents, 120);
    const { client } = await engine.connect();
    const taken = await client.stream("documents.ingest", { paths: [folder] }).result;
    const total = taken.documents.reduce((sum, { chunks }) => sum + chunks, 0);
    await engine.end();
    await fs.rm(path.join(engine.home, "index"), { recursive: true });
    const { client: next } = await engine.connect();
    const stages: string[] = [];
    next.watch("documents.state", {}, (state) => {
      stages.push(...state.documents.map(({ stage }) => stage));
    });
    await expect.poll(() => stages, { timeout: 60_000 }).toContain("embedding");
    await sleep(random() * 1500);
    await gone(await engine.killEngine(), 5000);
    const { client: last } = await engine.connect();
    const found = async (): Promise<number> => {
      const { hits } = await last.call("search.query", { query, limit: 200 });
      return new Set(hits.map(({ documentId }) => documentId)).size;
    };
    await expect.poll(found, { timeout: 60_000, interval: 500 }).toBe(documents);
    await allReady(last, documents);
    await engine.end();
    expect(await checkStores(engine.home)).toBe(total);
  });
});

describe("kill -9 of a face", () => {
  it("during a stream: the engine goes on, the text is kept", async () => {
    const { client, generation } = await engine.connect();
    const chat = await newChat(client, longAnswer);
    const script = path.join(import.meta.dirname, "testing", "sendingFace.ts");
    const face = spawn(nodeBinary(), [script, engine.home, chat.id, story]);
    let printed = "";
    face.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    await expect.poll(() => printed, { timeout: 60_000 }).not.toBe("");
    await sleep(random() * 2000);
    const closed = once(face, "close");
    face.kill("SIGKILL");
    await closed;
    // The last line may have been cut off.
    const lines = printed.slice(0, printed.lastIndexOf("\n")).split("\n");
    const seen = lines.map((line) => JSON.parse(line) as string).join("");
    let kept: Message | undefined;
    await expect
      .poll(async () => {
        const { messages } = await client.call("chats.get", { chatId: chat.id });
        kept = messages.at(-1);
        return kept?.status;
      })
      .not.toBe("streaming");
    expect(kept?.text.startsWith(seen)).toBe(true);
    await expectAnswer(client, kept!);
    expect((await engine.connect()).generation).toBe(generation);
  });

  it("during an ingest: it ends ready, at the latest after a restart", async () => {
    const folder = path.join(engine.folder, "docs");
    await writeLongTexts(folder, documents, 120);
    const { client } = await engine.connect();
    const chatting = engine.cli(["chat", "--prompt", story, "--max-tokens", "400"]);
    await expect.poll(() => chatting.printed.out, { timeout: 60_000 }).not.toBe("");
    await engine.killCli(chatting);
    const ingesting = engine.cli(["ingest", folder]);
    await expect
      .poll(async () => (await client.call("documents.list", {})).documents.length, {
        timeout: 60_000,
      })
      .toBe(documents);
    await sleep(random() * 3000);
    await engine.killCli(ingesting);
    await checkHits(client, query);
    await engine.end();
    const { client: next } = await engine.connect();
    await allReady(next, documents);
    expect(await checkHits(next, query)).toBeGreaterThan(0);
    await engine.end();
    expect(await checkStores(engine.home)).toBeGreaterThan(10);
  });
});

/** Waits until the first document is being embedded. */
async function embedding(stream: AsyncIterable<{ stage: string; done: number }>): Promise<void> {
  for await (const { stage } of { [Symbol.asyncIterator]: () => keepOpen(stream) }) {
    if (stage === "embedding") return;
  }
  throw new Error("The ingest ended before anything was embedded.");
}

/** Leaving the loop must not cancel the stream. */
function keepOpen<T>(stream: AsyncIterable<T>): AsyncIterator<T> {
  const iterator = stream[Symbol.asyncIterator]();
  return { next: () => iterator.next() };
}
