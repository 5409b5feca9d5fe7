import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { downloadIdSchema, type DownloadsState } from "../../contract/downloads.ts";
import { modelIdSchema } from "../../contract/ids.ts";
import type { LibrariesState } from "../../contract/libraries.ts";
import type { Model, ModelsState } from "../../contract/models.ts";
import { storageReportSchema, type StorageKind } from "../../contract/storage.ts";
import { Cell } from "../core/Cell.ts";
import { ModelsFolder } from "../models/folder/ModelsFolder.ts";
import { ModelRegistry } from "../models/ModelRegistry.ts";
import { ModelUses } from "../models/ModelUses.ts";
import { writeSmallModel } from "../models/testing/smallGguf.ts";
import { StorageService } from "./StorageService.ts";

let root: string;
let home: string;
let state: Cell<ModelsState>;
let downloads: Cell<DownloadsState>;
let removed: string[];
let evaluating: boolean;
let openIndex: string | null;
let uses: ModelUses;
let service: StorageService;

async function put(name: string, bytes: number): Promise<string> {
  const file = path.join(root, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, Buffer.alloc(bytes));
  return file;
}

async function scan(): Promise<void> {
  const registry = new ModelRegistry({
    modelsDir: path.join(home, "models"),
    extraFolders: () => [path.join(root, "mine")],
  });
  const models = [...(await registry.rescan())];
  state.update((before) => ({ ...before, models }));
}

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "hearth-storage-"));
  home = path.join(root, "home");
  const models = path.join(home, "models");
  await mkdir(path.join(models, "owner"), { recursive: true });
  await mkdir(path.join(root, "mine"));
  const split = (part: number) => ({
    metadata: [
      { key: "split.count", type: "uint16" as const, value: 2 },
      { key: "split.no", type: "uint16" as const, value: part },
    ],
  });
  await writeSmallModel(path.join(models, "owner", "s-00001-of-00002.gguf"), split(0));
  await writeSmallModel(path.join(models, "owner", "s-00002-of-00002.gguf"), split(1));
  await writeSmallModel(path.join(models, "plain.gguf"));
  await writeFile(path.join(models, "plain.gguf.json"), "{}");
  await writeSmallModel(path.join(root, "mine", "own.gguf"));
  await symlink(path.join(root, "mine", "own.gguf"), path.join(models, "linked.gguf"));
  await put("home/models/.downloads/queue.json", 5);
  await put("home/models/.downloads/running/files/a.gguf.part", 1000);
  await put("home/models/.downloads/paused/files/b.gguf.part", 200);
  await put("home/models/.downloads/orphan/files/c.gguf", 30);
  await put("home/cache/kv/one/state.kv", 400);
  await put("home/cache/kv/two/state.kv.part", 40);
  await put("home/cache/eval/library-x/hearth.sqlite", 70);
  await put("home/hearth.sqlite", 900);
  await put("home/hearth.sqlite-wal", 100);
  await put("home/hearth.sqlite.schema-0009.backup", 800);
  await put("home/uploads/ab/paper.pdf", 600);
  await put("home/index/current/data.lance", 300);
  await put("home/index/other/data.lance", 50);
  await put("home/index/current.damaged-1/data.lance", 7);
  await put("home/ocr/fra.traineddata", 11);
  await put("home/logs/engine.log", 20);
  await put("home/logs/engine.1.log", 60);
  await put("home/libraries/linux-x64-vulkan/bins/linux-x64-vulkan/libllama.so", 66);
  await put("home/libraries/.downloads/linux-x64-cuda-3.22.1.tgz.part", 4);
  await put("home/servers.json", 3);

  state = new Cell<ModelsState>({
    ...{ models: [], loaded: [], transfers: [], starter: [] },
    ...{ chatModelId: null, embeddingModelId: null, rerankerModelId: null },
  });
  const download = (id: string, status: "downloading" | "paused") => ({
    id: downloadIdSchema.parse(id),
    ...{ repository: "o/n", key: "k", quantization: "Q8_0", parts: 1, status, bytes: 1 },
    ...{ totalBytes: 2, bytesPerSecond: 0, remainingMs: null, error: null, nextTryAt: null },
  });
  downloads = new Cell<DownloadsState>({
    downloads: [download("running", "downloading"), download("paused", "paused")],
  });
  removed = [];
  evaluating = false;
  openIndex = path.join(home, "index", "current");
  uses = new ModelUses(path.join(models, ".last-uses.json"), (error) => {
    throw error;
  });
  const folder = new ModelsFolder(models);
  service = new StorageService({
    ...{ home, folder, uses },
    mover: {
      describe: () =>
        Promise.resolve({ path: models, isUsual: true, reachable: true, freeBytes: 1 }),
    },
    models: { state, withoutLoaded: (_model: Model, work) => work() },
    downloads: {
      state: downloads,
      remove: async (id) => {
        removed.push(id);
        await rm(path.join(models, ".downloads", id), { recursive: true });
      },
    },
    libraries: {
      state: new Cell<LibrariesState>({
        ...{ offers: [], folder: path.join(home, "libraries"), installing: null, failed: null },
        registry: { address: null, from: "none", problem: null },
      }),
      removeAll: () => rm(path.join(home, "libraries"), { recursive: true }),
    },
    furtherFolders: () => [path.join(root, "mine")],
    openIndex: () => Promise.resolve(openIndex),
    isEvaluating: () => evaluating,
    onRemoved: scan,
  });
  await scan();
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function sizes(): Promise<Partial<Record<StorageKind, [number, number]>>> {
  const { entries } = await service.report();
  return Object.fromEntries(
    entries.map(({ kind, bytes, freeableBytes }) => [kind, [bytes, freeableBytes]]),
  );
}

describe("StorageService", () => {
  it("counts each file once, under what it is for, and tells what can be freed", async () => {
    const report = await service.report();
    expect(storageReportSchema.parse(report)).toEqual(report);
    expect(await sizes()).toMatchObject({
      downloads: [1230, 230],
      "chat-states": [440, 440],
      database: [1000, 0],
      backups: [800, 800],
      documents: [600, 0],
      index: [300, 0],
      "old-indexes": [57, 57],
      ocr: [11, 0],
      evaluations: [70, 70],
      logs: [80, 60],
      libraries: [70, 70],
    });
    openIndex = null;
    evaluating = true;
    expect(await sizes()).toMatchObject({
      // Which of them is in use is not known yet; a damaged one is in no use.
      index: [350, 0],
      "old-indexes": [7, 7],
      evaluations: [70, 0],
    });
  });

  it("lists every model with its size, its place and its last use", async () => {
    uses.note(modelIdSchema.parse("plain"), 1_700_000_000_000);
    await uses.settled();
    const { models } = await service.report();
    const rows = models.map(({ modelId, place, lastUsedAt, bytes }) => [
      modelId,
      place,
      lastUsedAt,
      bytes > 0,
    ]);
    expect(rows).toEqual([
      ["linked", "own", null, false],
      ["owner/s-00001-of-00002", "own", null, true],
      ["plain", "own", 1_700_000_000_000, true],
      ["own", "folder", null, true],
    ]);
  });

  it("frees what is asked for, and nothing beside it", async () => {
    expect(await service.free("downloads")).toBe(230);
    expect(removed).toEqual(["paused"]);
    expect(readdirSync(path.join(home, "models", ".downloads")).toSorted()).toEqual([
      "queue.json",
      "running",
    ]);
    expect(await service.free("chat-states")).toBe(440);
    // A loaded model writes into its folder.
    expect(readdirSync(path.join(home, "cache", "kv"))).toEqual(["one", "two"]);
    expect(await service.free("backups")).toBe(800);
    expect(await service.free("old-indexes")).toBe(57);
    expect(await service.free("evaluations")).toBe(70);
    expect(await service.free("logs")).toBe(60);
    expect(await service.free("libraries")).toBe(70);
    expect(await sizes()).toMatchObject({
      downloads: [1000, 0],
      "chat-states": [0, 0],
      database: [1000, 0],
      backups: [0, 0],
      documents: [600, 0],
      index: [300, 0],
      "old-indexes": [0, 0],
      ocr: [11, 0],
      logs: [20, 0],
    });
    expect(await service.free("logs")).toBe(0);
  });

  it("does not take the library from under an evaluation", async () => {
    evaluating = true;
    await expect(service.free("evaluations")).rejects.toMatchObject({ code: "conflict" });
    expect((await sizes()).evaluations).toEqual([70, 0]);
  });

  it("deletes a model of its own with all its parts, and a link without what it leads to", async () => {
    const id = modelIdSchema.parse("owner/s-00001-of-00002");
    const listed = (await service.report()).models.find(({ modelId }) => modelId === id);
    expect(await service.removeModel(id)).toBe(listed?.bytes);
    expect(existsSync(path.join(home, "models", "owner"))).toBe(false);
    await service.removeModel(modelIdSchema.parse("plain"));
    expect(await service.removeModel(modelIdSchema.parse("linked"))).toBe(0);
    expect(existsSync(path.join(root, "mine", "own.gguf"))).toBe(true);
    expect(state.get().models.map((model) => model.id)).toEqual(["own"]);
    expect(readdirSync(path.join(home, "models")).filter((name) => !name.startsWith("."))).toEqual(
      [],
    );
  });

  it("refuses models of other folders and programs", async () => {
    await expect(service.removeModel(modelIdSchema.parse("own"))).rejects.toMatchObject({
      code: "not-allowed",
    });
    expect(existsSync(path.join(root, "mine", "own.gguf"))).toBe(true);
    await expect(service.removeModel(modelIdSchema.parse("none"))).rejects.toMatchObject({
      code: "not-allowed",
    });
  });
});
