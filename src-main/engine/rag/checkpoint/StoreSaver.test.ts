import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  emptyCheckpoint,
  INTERRUPT,
  MemorySaver,
  type Checkpoint,
} from "@langchain/langgraph-checkpoint";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeBinary } from "../../../paths/nodeBinary.ts";
import { hardTexts } from "../../store/fixtures/samples.ts";
import { Store } from "../../store/Store.ts";
import { directCheckpoints, type DirectCheckpoints } from "./fixtures/directCheckpoints.ts";
import { listAll } from "./fixtures/listAll.ts";
import { StoreSaver } from "./StoreSaver.ts";

const metadata = { source: "loop", step: 0, parents: {} } as const;

function checkpoint(id: string, values: Record<string, unknown> = {}): Checkpoint {
  const versions = Object.fromEntries(Object.keys(values).map((name) => [name, 1]));
  return { ...emptyCheckpoint(), id, channel_values: values, channel_versions: versions };
}

describe("StoreSaver", () => {
  let checkpoints: DirectCheckpoints;
  let saver: StoreSaver;
  beforeEach(() => {
    checkpoints = directCheckpoints();
    saver = new StoreSaver(checkpoints);
  });
  afterEach(() => checkpoints.close());

  it("keeps hard texts as names and as values, and bytes as bytes", async () => {
    const bytes = new Uint8Array([0, 255, 1]);
    for (const text of hardTexts.filter((name) => name !== "")) {
      const thread = { configurable: { thread_id: text, checkpoint_ns: text } };
      const values = { [text]: text, bytes };
      const config = await saver.put(thread, checkpoint("1", values), metadata, {
        [text]: 1,
        bytes: 1,
      });
      await saver.putWrites(config, [[text, bytes]], text, text);
      const tuple = await saver.getTuple(thread);
      expect(tuple?.checkpoint.channel_values).toEqual(values);
      expect(tuple?.pendingWrites).toEqual([[text, text, bytes]]);
      expect(tuple?.config.configurable).toEqual({ ...thread.configurable, checkpoint_id: "1" });
      await saver.deleteThread(text);
      expect(await saver.getTuple(thread)).toBeUndefined();
    }
  });

  it("keeps channels apart from what every object has", async () => {
    const values = JSON.parse('{"__proto__": 1, "constructor": 2, "toString": 3}') as object;
    const thread = { configurable: { thread_id: "constructor" } };
    const named = checkpoint("1", values as Record<string, unknown>);
    await saver.put(thread, named, metadata, named.channel_versions);
    const tuple = await saver.getTuple(thread);
    expect(Object.entries(tuple?.checkpoint.channel_values ?? {})).toEqual(Object.entries(values));
  });

  it("stores a value once, however many checkpoints hold it, and lets go of what none holds", async () => {
    let config = { configurable: { thread_id: "t" } } as object;
    const values = { text: "x".repeat(1_000) };
    config = await saver.put(config, checkpoint("1", values), metadata, { text: 1 });
    config = await saver.put(config, checkpoint("2", values), metadata, {});
    expect(checkpoints.values()).toBe(1);
    expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual(values);
    // The first one is stored again with another value; the second keeps its own.
    const first = { configurable: { thread_id: "t" } };
    for (const text of ["new", "newer"]) {
      await saver.put(first, checkpoint("1", { text }), metadata, { text: 1 });
      expect(checkpoints.values()).toBe(2);
    }
    expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual(values);
    await saver.deleteThread("t");
    expect(checkpoints.values()).toBe(0);
  });

  it("lists many, page by page, newest first", async () => {
    const ids = Array.from({ length: 250 }, (_, n) => String(n).padStart(3, "0"));
    for (const [n, id] of ids.entries()) {
      const thread_id = `t${n % 3}`;
      await saver.put(
        { configurable: { thread_id } },
        checkpoint(id),
        { ...metadata, step: n % 2 },
        {},
      );
    }
    const listed = await listAll(saver);
    expect(listed.map((tuple) => tuple.checkpoint.id)).toEqual(ids.toReversed());
    const odd = await listAll(saver, {}, { filter: { step: 1 }, limit: 120 });
    expect(odd).toHaveLength(120);
    expect(odd.every((tuple) => Number(tuple.checkpoint.id) % 2 === 1)).toBe(true);
    expect(await listAll(saver, {}, { limit: 0 })).toEqual([]);
  });

  it("goes on with a list whose threads are deleted meanwhile", async () => {
    for (let n = 0; n < 150; n++) {
      const thread_id = n < 20 ? "kept" : "gone";
      const id = String(n).padStart(3, "0");
      await saver.put({ configurable: { thread_id } }, checkpoint(id), metadata, {});
    }
    const seen: string[] = [];
    for await (const tuple of saver.list({})) {
      if (seen.length === 0) await saver.deleteThread("gone");
      seen.push(tuple.checkpoint.id);
    }
    expect(seen).toHaveLength(1 + 20);
  });

  it("says what is missing, and refuses what is no text", async () => {
    const put = (configurable: object): Promise<unknown> =>
      saver.put({ configurable }, checkpoint("1"), metadata, {});
    await expect(put({})).rejects.toThrow(
      "The checkpoint cannot be stored: the configuration has no thread_id.",
    );
    await expect(put({ thread_id: "" })).rejects.toThrow(/no thread_id/u);
    await expect(put({ thread_id: 7 })).rejects.toThrow(
      "The configuration's thread_id is no text: number.",
    );
    await expect(saver.putWrites({ configurable: { thread_id: "t" } }, [], "a")).rejects.toThrow(
      "The writes cannot be stored: the configuration has no checkpoint_id.",
    );
  });

  it("of a task's interrupts keeps the last, of its other writes the first", async () => {
    const config = await saver.put(
      { configurable: { thread_id: "t" } },
      checkpoint("1"),
      metadata,
      {},
    );
    await saver.putWrites(
      config,
      [
        ["a", 1],
        [INTERRUPT, "first"],
      ],
      "task",
    );
    await saver.putWrites(
      config,
      [
        ["a", 2],
        [INTERRUPT, "last"],
      ],
      "task",
    );
    expect((await saver.getTuple(config))?.pendingWrites).toEqual([
      ["task", INTERRUPT, "last"],
      ["task", "a", 1],
    ]);
  });
});

describe("branches of a thread", () => {
  it.each(["memory", "store"])("keep their own values at the same version (%s)", async (kind) => {
    const checkpoints = directCheckpoints();
    const saver = kind === "memory" ? new MemorySaver() : new StoreSaver(checkpoints);
    const at = (id: string, ch: number, value?: string): Checkpoint => ({
      ...emptyCheckpoint(),
      id,
      channel_versions: { ch },
      channel_values: value === undefined ? {} : { ch: value },
    });
    const thread = { configurable: { thread_id: "t", checkpoint_ns: "" } };
    const root = await saver.put(thread, at("1", 1, "root"), metadata, { ch: 1 });
    const left = await saver.put(root, at("2", 2, "left"), metadata, { ch: 2 });
    const right = await saver.put(root, at("3", 2, "right"), metadata, { ch: 2 });
    const emptied = await saver.put(root, at("4", 2), metadata, { ch: 2 });
    // A copy names the parent of what it copies, and nothing as changed.
    const expected = new Map([
      [await saver.put(left, at("5", 2, "left"), metadata, {}), "left"],
      [await saver.put(right, at("6", 2, "right"), metadata, {}), "right"],
      [await saver.put(emptied, at("7", 2), metadata, {}), undefined],
      [await saver.put(root, at("8", 2, "left"), metadata, {}), "left"],
      [await saver.put(root, at("9", 2, "right"), metadata, {}), "right"],
    ]);
    for (const [config, value] of expected) {
      expect((await saver.getTuple(config))?.checkpoint.channel_values["ch"]).toBe(value);
    }
    checkpoints.close();
  });
});

describe("after kill -9", () => {
  it("each checkpoint is there whole or not at all", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hearth-saver-"));
    const file = path.join(folder, "hearth.sqlite");
    const acknowledged: string[] = [];
    for (const [run, afterMs] of [20, 70, 150].entries()) {
      acknowledged.push(...(await saveUntilKilled(file, run, afterMs)));
    }
    expect(acknowledged.length).toBeGreaterThan(10);
    const store = await Store.open({ path: file });
    const saver = new StoreSaver(store.checkpoints);
    const found = new Set<string>();
    for await (const tuple of saver.list({})) {
      const { id, channel_values: values } = tuple.checkpoint;
      expect(Object.keys(values).sort()).toEqual(["fixed", "text"]);
      expect(values["text"]).toBe(id.repeat(2_000));
      // The writes of a checkpoint come in one call of three.
      expect([0, 3]).toContain(tuple.pendingWrites?.length);
      found.add(`checkpoint ${id}`);
      if (tuple.pendingWrites?.length) found.add(`writes ${id}`);
    }
    expect(acknowledged.filter((line) => !found.has(line))).toEqual([]);
    await store.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  async function saveUntilKilled(file: string, run: number, afterMs: number): Promise<string[]> {
    const script = path.join(import.meta.dirname, "fixtures", "killedSaver.ts");
    const child = spawn(nodeBinary(), [script, file, String(run)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => {
      if (output === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
      output += data;
    });
    const [, signal] = (await once(child, "close")) as [number | null, string | null];
    expect(signal).toBe("SIGKILL");
    // A line that was cut off by the kill was not acknowledged.
    return output.split("\n").slice(0, -1);
  }
});
