import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Download } from "../../../contract/downloads.ts";
import { HearthError } from "../../../contract/errors.ts";
import { nodeBinary } from "../../../paths/entries.ts";
import { listQuantizations } from "../hub/quantizations.ts";
import { ModelRegistry } from "../ModelRegistry.ts";
import { fakeRepository } from "../testing/fakeRepository.ts";
import { HubFolder } from "../testing/hubFolder.ts";
import { DownloadQueue, type DownloadQueueOptions } from "./DownloadQueue.ts";
import { SpeedLimit } from "./SpeedLimit.ts";

const repository = "some/model-GGUF";
const small = randomBytes(200_000);
const large = randomBytes(2_000_000);
const parts = [randomBytes(150_000), randomBytes(120_000), randomBytes(90_000)];
const partName = (part: number): string => `big.Q8_0-0000${part}-of-00003.gguf`;

let folder: HubFolder;
let installed: number;
const queues: DownloadQueue[] = [];

beforeEach(async () => {
  folder = await HubFolder.open();
  installed = 0;
  folder.hub.add(
    fakeRepository(repository, {
      "small.Q4_0.gguf": small,
      "large.F16.gguf": large,
      ...Object.fromEntries(parts.map((part, index) => [partName(index + 1), part])),
    }),
  );
});
afterEach(async () => {
  for (const queue of queues.splice(0)) await queue[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function openQueue(change: Partial<DownloadQueueOptions> = {}): Promise<DownloadQueue> {
  const queue = await DownloadQueue.open({
    modelsDir: folder.modelsDir,
    run: folder.downloader(),
    onInstalled: () => {
      installed++;
      return Promise.resolve();
    },
    onFault: (error) => {
      throw error;
    },
    retryMs: [20],
    ...change,
  });
  queues.push(queue);
  queue.start();
  return queue;
}

async function add(queue: DownloadQueue, quantization: string): Promise<Download["id"]> {
  const { sha } = await folder.client.model(repository);
  const entries = await folder.client.files(repository, sha ?? "main");
  const found = listQuantizations(entries).quantizations.find(
    (one) => one.quantization === quantization,
  );
  return queue.add({ repository, revision: sha ?? "", quantization, files: found?.files ?? [] });
}

const states = (queue: DownloadQueue): string[] =>
  queue.state.get().downloads.map(({ quantization, status }) => `${quantization} ${status}`);

async function until(queue: DownloadQueue, ...wanted: string[]): Promise<void> {
  await vi.waitFor(() => expect(states(queue)).toEqual(wanted), { timeout: 8000, interval: 10 });
}

const at = (...names: string[]): string => path.join(folder.modelsDir, repository, ...names);
const listed = async (): Promise<string[]> => {
  const files = await readdir(folder.modelsDir, { recursive: true }).catch(() => []);
  return files.filter((name) => name.endsWith(".gguf") && !name.startsWith(".")).toSorted();
};

describe("DownloadQueue", () => {
  it("fetches one after the other, and lists each when it is verified", async () => {
    const queue = await openQueue();
    await add(queue, "F16");
    await add(queue, "Q4_0");
    expect(states(queue)[1]).toBe("Q4_0 queued");
    await until(queue, "F16 done", "Q4_0 done");
    expect((await readFile(at("large.F16.gguf"))).equals(large)).toBe(true);
    expect((await readFile(at("small.Q4_0.gguf"))).equals(small)).toBe(true);
    expect(installed).toBe(2);
    const record: unknown = JSON.parse(await readFile(at("small.Q4_0.gguf.json"), "utf8"));
    expect(record).toMatchObject({
      source: expect.stringMatching(
        /\/some\/model-GGUF\/resolve\/[0-9a-f]{40}\/small\.Q4_0\.gguf$/u,
      ),
      bytes: 200_000,
    });
  });

  it("shows all parts of a split model at once, in a folder of their own", async () => {
    const queue = await openQueue();
    folder.hub.paceMs = 20;
    const seen = new Set<string>();
    queue.state.subscribe(() => {
      void listed().then((names) => seen.add(names.join()));
    });
    await add(queue, "Q8_0");
    await until(queue, "Q8_0 done");
    const names = [1, 2, 3].map((part) => path.join(repository, "big.Q8_0", partName(part)));
    await vi.waitFor(async () => expect(await listed()).toEqual(names));
    expect([...seen].filter((names_) => names_ !== "" && names_ !== names.join())).toEqual([]);
    for (const [index, part] of parts.entries())
      expect((await readFile(at("big.Q8_0", partName(index + 1)))).equals(part)).toBe(true);
    expect(queue.state.get().downloads[0]).toMatchObject({ parts: 3, totalBytes: 360_000 });
  });

  it("asks for the room of all parts before the first", async () => {
    const freeBytes = (): Promise<number> => Promise.resolve(300_000);
    const queue = await openQueue({ run: folder.downloader({ freeBytes }) });
    await add(queue, "Q8_0");
    await until(queue, "Q8_0 failed");
    expect(queue.state.get().downloads[0]?.error).toMatchObject({
      code: "disk-full",
      cause: "It needs 360.0 kB more; 300.0 kB are free.",
    });
    expect(folder.hub.seen.every(({ on }) => on === "api")).toBe(true);
  });

  it("takes a model that was put in its place before a kill for done", async () => {
    const queue = await openQueue();
    const id = await add(queue, "Q4_0");
    await until(queue, "Q4_0 done");
    await queue.remove(id);
    const before = folder.hub.seen.length;
    await add(queue, "Q4_0");
    await until(queue, "Q4_0 done");
    expect(folder.hub.seen.slice(before).every(({ on }) => on === "api")).toBe(true);
  });

  it("pauses, keeps what came, and resumes there after a restart", async () => {
    const first = await openQueue();
    // Slow enough that a busy machine comes to the pause before the end.
    folder.hub.paceMs = 100;
    const id = await add(first, "F16");
    await vi.waitFor(
      () => expect(first.state.get().downloads[0]?.bytes).toBeGreaterThan(100_000),
      10_000,
    );
    await first.pause(id);
    expect(states(first)).toEqual(["F16 paused"]);
    const kept = first.state.get().downloads[0]?.bytes ?? 0;
    await first[Symbol.asyncDispose]();
    expect(await listed()).toEqual([]);

    const second = await openQueue();
    expect(second.state.get().downloads[0]).toMatchObject({ status: "paused", bytes: kept });
    const before = folder.hub.seen.length;
    await sleep(50);
    expect(folder.hub.seen).toHaveLength(before);
    folder.hub.paceMs = 0;
    await second.resume(id);
    await until(second, "F16 done");
    expect((await readFile(at("large.F16.gguf"))).equals(large)).toBe(true);
    const asked = folder.hub.seen.slice(before).filter(({ on }) => on === "cdn");
    expect(asked.some(({ range }) => range?.startsWith("bytes=0-"))).toBe(false);
    expect(asked.every(({ ifRange }) => ifRange !== undefined)).toBe(true);
  });

  it("tries again by itself what may pass, and says what it waits for", async () => {
    const queue = await openQueue({ retryMs: [150] });
    folder.hub.faults = [{ on: "hub", hangUp: true, times: 4 }];
    await add(queue, "Q4_0");
    await until(queue, "Q4_0 waiting");
    const [waiting] = queue.state.get().downloads;
    expect(waiting?.error?.cause).toMatch(/broke off|closed/u);
    expect(waiting?.nextTryAt).toBeGreaterThan(Date.now() - 1000);
    await until(queue, "Q4_0 done");
  });

  it("fails with the reason, lets the next one go, and goes on when told to", async () => {
    const queue = await openQueue();
    folder.hub.faults = [{ on: "hub", status: 404, headers: { "x-error-code": "EntryNotFound" } }];
    const id = await add(queue, "Q4_0");
    await until(queue, "Q4_0 failed");
    expect(queue.state.get().downloads[0]?.error?.cause).toMatch(/no such file/u);
    await queue.resume(id);
    await until(queue, "Q4_0 done");
  });

  it("waits while Hearth is offline, and goes on when it is not", async () => {
    const queue = await openQueue();
    await add(queue, "Q4_0");
    await until(queue, "Q4_0 done");
    const { sha } = await folder.client.model(repository);
    const entries = await folder.client.files(repository, sha ?? "");
    folder.egress.setOffline(true);
    const files = listQuantizations(entries).quantizations.at(-1)?.files ?? [];
    await queue.add({ repository, revision: sha ?? "", quantization: "F16", files });
    await until(queue, "Q4_0 done", "F16 waiting");
    expect(queue.state.get().downloads[1]?.error?.code).toBe("offline");
    folder.egress.setOffline(false);
    queue.wake();
    await until(queue, "Q4_0 done", "F16 done");
  });

  it("moves a damaged list aside and says so, instead of writing over it", async () => {
    const queueFile = path.join(folder.modelsDir, ".downloads", "queue.json");
    await mkdir(path.dirname(queueFile), { recursive: true });
    await writeFile(queueFile, '{"items": [{"id": 7}]}');
    const faults: unknown[] = [];
    const queue = await openQueue({ onFault: (fault) => faults.push(fault) });
    expect(queue.state.get().downloads).toEqual([]);
    expect(faults).toEqual([expect.objectContaining({ code: "file-damaged" })]);
    const names = await readdir(path.dirname(queueFile));
    expect(names).toEqual([expect.stringMatching(/^queue\.json\.damaged-\d+$/u)]);
  });

  it("refuses what is on its way already, and removes all traces of what is cancelled", async () => {
    const queue = await openQueue();
    folder.hub.paceMs = 20;
    const id = await add(queue, "F16");
    await expect(add(queue, "F16")).rejects.toThrow(HearthError);
    await vi.waitFor(() => expect(queue.state.get().downloads[0]?.bytes).toBeGreaterThan(0));
    await queue.remove(id);
    expect(queue.state.get().downloads).toEqual([]);
    expect(await folder.tree()).toEqual({
      "models/.downloads/queue.json": expect.any(String),
    });
    await expect(queue.pause(id)).rejects.toThrow(/no such download/u);
  });

  it("keeps below the speed limit, which may be changed meanwhile", async () => {
    let limit: number | null = 400_000;
    const run = folder.downloader({ limit: new SpeedLimit(() => limit) });
    const queue = await openQueue({ run });
    const started = performance.now();
    await add(queue, "F16");
    await sleep(700);
    const bytes = queue.state.get().downloads[0]?.bytes ?? 0;
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes / ((performance.now() - started) / 1000)).toBeLessThan(800_000);
    limit = null;
    await until(queue, "F16 done");
  });

  it(
    "gets the right bytes though its process is killed again and again",
    { timeout: 60_000 },
    async () => {
      const queue = await openQueue();
      folder.hub.paceMs = 1;
      const id = await add(queue, "F16");
      await queue.pause(id);
      await queue.resume(id);
      await queue[Symbol.asyncDispose]();
      const script = path.join(import.meta.dirname, "fixtures", "downloadProcess.ts");
      const rate = 1_500_000;
      let lives = 0;
      for (let isDone = false; !isDone; lives++) {
        const child = spawn(
          nodeBinary(),
          [script, folder.modelsDir, folder.hub.url, String(rate)],
          {
            stdio: ["ignore", "pipe", "inherit"],
          },
        );
        const ended = once(child, "exit");
        let said = "";
        child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
        const before = folder.hub.seen.length;
        await vi.waitFor(
          () => {
            const hasAsked = folder.hub.seen.slice(before).some(({ on }) => on === "cdn");
            if (!hasAsked && !said.includes("done")) throw new Error("not yet");
          },
          { timeout: 20_000, interval: 20 },
        );
        // The last life is left to end by itself.
        await (lives < 4
          ? sleep(100 + lives * 90)
          : vi.waitUntil(() => said.includes("done"), 20_000));
        isDone = said.includes("done");
        child.kill("SIGKILL");
        await ended;
        expect(await listed()).toEqual(isDone ? [path.join(repository, "large.F16.gguf")] : []);
      }
      expect(lives).toBeGreaterThanOrEqual(3);
      expect((await readFile(at("large.F16.gguf"))).equals(large)).toBe(true);
      // What a life has put on record the next one does not fetch again.
      const again = folder.hub.seen.filter(
        ({ on, range }) => on === "cdn" && range?.startsWith("bytes=0-"),
      );
      expect(again.length).toBeLessThanOrEqual(3);
    },
  );

  it("leaves what arrives out of the search for models", async () => {
    const queue = await openQueue();
    folder.hub.paceMs = 20;
    await add(queue, "F16");
    await vi.waitFor(() => expect(queue.state.get().downloads[0]?.bytes).toBeGreaterThan(0));
    const registry = new ModelRegistry({ modelsDir: folder.modelsDir });
    expect(await registry.rescan()).toEqual([]);
  });

  it("rests while files are moved, keeps its list, and goes on afterwards", async () => {
    folder.hub.paceMs = 30;
    const queue = await openQueue();
    await add(queue, "F16");
    await vi.waitFor(() => expect(states(queue)).toEqual(["F16 downloading"]), 8000);
    const held = await queue.hold();
    expect(states(queue)).toEqual(["F16 queued"]);
    await add(queue, "Q4_0");
    await sleep(100);
    expect(states(queue)).toEqual(["F16 queued", "Q4_0 queued"]);
    folder.hub.paceMs = 0;
    held[Symbol.dispose]();
    await until(queue, "F16 done", "Q4_0 done");
    expect((await readFile(at("large.F16.gguf"))).equals(large)).toBe(true);
  });
});
