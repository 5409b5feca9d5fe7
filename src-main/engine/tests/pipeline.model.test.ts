import fs from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DocumentsState } from "../../contract/documents.ts";
import { allReady, checkHits, checkStores } from "./testing/checkLibrary.ts";
import type { Client } from "./testing/conversation.ts";
import { writeLongTexts } from "./testing/longTexts.ts";
import { gone } from "./testing/processes.ts";
import { TestEngine } from "./testing/testEngine.ts";

let engine: TestEngine;
let folder: string;

beforeEach(async () => {
  engine = await TestEngine.make();
  folder = path.join(engine.folder, "docs");
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
});

async function library(client: Client): Promise<DocumentsState> {
  return await client.call("documents.list", {});
}

/** Waits until passages of a document are being embedded. */
async function embedding(client: Client): Promise<void> {
  const isEmbedding = async (): Promise<boolean> =>
    (await library(client)).documents.some(({ stage, done }) => stage === "embedding" && done > 0);
  await expect.poll(isEmbedding, { timeout: 20_000, interval: 50 }).toBe(true);
}

/** How often the index on the disk was written to. */
async function writesOf(home: string): Promise<number> {
  const entries = await fs.readdir(path.join(home, "index"), { recursive: true });
  return entries.filter((entry) => entry.endsWith(".manifest")).length;
}

describe("many small files", () => {
  it("are written together, each whole, with what is left told", async () => {
    const count = 150;
    await fs.mkdir(folder);
    for (let at = 0; at < count; at++) {
      const text = `Note ${at}: the ferry number ${at * 7} carries barley to the granite harbour.`;
      await fs.writeFile(path.join(folder, `note-${at}.txt`), text);
    }
    const { client } = await engine.connect();
    const told: NonNullable<DocumentsState["progress"]>[] = [];
    const stop = client.watch("documents.state", {}, ({ progress }) => {
      if (progress) told.push(progress);
    });
    const stream = client.stream("documents.ingest", { paths: [folder] });
    await checkHits(client, "granite harbour");
    const { documents } = await stream.result;
    stop();
    expect(documents.filter(({ status }) => status === "ready")).toHaveLength(count);
    expect(await checkHits(client, "barley granite harbour")).toBeGreaterThan(count / 2);
    expect(Math.max(...told.map(({ total }) => total))).toBe(count);
    await expect.poll(async () => (await library(client)).progress).toBeNull();
    await engine.end();
    expect(await checkStores(engine.home)).toBe(count);
    expect(await writesOf(engine.home)).toBeLessThan(count / 5);
  });
});

describe("what the user waits for", () => {
  it("goes before what Hearth takes up again by itself", async () => {
    await writeLongTexts(folder, 2, 1_200);
    const { client } = await engine.connect();
    const stream = client.stream("documents.ingest", { paths: [folder] });
    stream.result.catch(() => {});
    await embedding(client);
    await gone(await engine.killEngine(), 5_000);

    const dropped = path.join(engine.folder, "dropped.txt");
    await fs.writeFile(dropped, "The heron waits beside the sluice gate.");
    const { client: next } = await engine.connect();
    await embedding(next);
    const { documents: taken } = await next.stream("documents.ingest", { paths: [dropped] }).result;
    expect(taken[0]?.status).toBe("ready");
    const { documents } = await library(next);
    expect(documents.filter(({ status }) => status === "ready")).toHaveLength(1);
    await next.call("documents.cancelAll", {});
    const after = (await library(next)).documents.map(({ status }) => status);
    expect(after.toSorted()).toEqual(["interrupted", "interrupted", "ready"]);
    await engine.end();
    expect(await checkStores(engine.home)).toBe(1);
  });
});

describe("a pause", () => {
  it("stops all work until it is resumed, and goes on where it was", async () => {
    const [file = ""] = await writeLongTexts(folder, 1, 500);
    const { client } = await engine.connect();
    const stream = client.stream("documents.ingest", { paths: [file] });
    await embedding(client);
    await client.call("documents.pause", {});
    // The batch that was under way comes to its end.
    let paused = await library(client);
    for (let done = -1; done !== paused.documents[0]?.done; paused = await library(client)) {
      done = paused.documents[0]?.done ?? 0;
      await sleep(1_500);
    }
    expect(paused).toMatchObject({ paused: true, progress: { done: 0, total: 1 } });
    const other = path.join(folder, "other.txt");
    await fs.writeFile(other, "A kingfisher sat on the mill race.");
    const added = client.stream("documents.ingest", { paths: [other] });
    await sleep(1_500);
    const later = await library(client);
    expect(later.documents[0]).toMatchObject({
      status: "working",
      done: paused.documents[0]?.done,
    });
    expect(later.documents[1]).toMatchObject({ status: "queued" });
    await client.call("documents.resume", {});
    const [one] = (await stream.result).documents;
    expect(one?.status).toBe("ready");
    expect((await added.result).documents[0]?.status).toBe("ready");
    await allReady(client, 2);
    expect((await library(client)).paused).toBe(false);
  });

  it("ends with the engine", async () => {
    const [file = ""] = await writeLongTexts(folder, 1, 60);
    const { client } = await engine.connect();
    await client.call("documents.pause", {});
    const stream = client.stream("documents.ingest", { paths: [file] });
    stream.result.catch(() => {});
    await expect.poll(async () => (await library(client)).documents).toHaveLength(1);
    await engine.end();
    const { client: next } = await engine.connect();
    await allReady(next, 1);
  });
});
