import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KvType } from "../../contract/devices.ts";
import type { LoadedModel, Model } from "../../contract/models.ts";
import { settingsSchema, type Settings } from "../../contract/settings.ts";
import { entryPath, nodeBinary } from "../../paths/entries.ts";
import { Cell } from "../core/Cell.ts";
import { NoticeBoard } from "../core/NoticeBoard.ts";
import { askProcess } from "../llama/askProcess.ts";
import { testModelPath } from "../llama/fixtures/testModels.ts";
import type { InferenceBackend } from "../llama/InferenceBackend.ts";
import { LlamaProcess } from "../llama/LlamaProcess.ts";
import { libraryPackages } from "../llama/locateLibraries.ts";
import { DeviceFinder } from "./DeviceFinder.ts";
import { estimateMemory } from "./estimateMemory.ts";
import { freeMemory, residentMemory } from "./freeMemory.ts";
import { KvChecker } from "./KvChecker.ts";
import { KvVerdicts } from "./KvVerdicts.ts";
import { ModelLoader } from "./ModelLoader.ts";
import { ModelManager } from "./ModelManager.ts";
import { ModelRegistry } from "./ModelRegistry.ts";

const linux = process.platform === "linux";
let folder: string;
let verdicts: KvVerdicts;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hearth-lifecycle-"));
  verdicts = new KvVerdicts(path.join(folder, "verdicts.json"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const llama = { entryPath: entryPath("llama"), execPath: nodeBinary() };

function openChecker(): KvChecker {
  return new KvChecker({
    verdicts,
    threads: () => 2,
    ask: (question, signal, onProgress) =>
      askProcess(question, { ...llama, signal, onProgress, silenceMs: 120_000 }),
  });
}

/** A manager over the real models, whose processes run under `execPath`. */
async function open(change: Partial<Settings> = {}, execPath: string = llama.execPath) {
  const settings = new Cell(settingsSchema.parse(change));
  const notices = new NoticeBoard();
  const checker = openChecker();
  const finder = new DeviceFinder({
    packages: libraryPackages,
    ask: (question) => askProcess(question, { ...llama, silenceMs: 20_000 }),
  });
  const registry = new ModelRegistry({
    modelsDir: path.join(folder, "models"),
    extraFolders: () => [path.dirname(testModelPath("chat"))],
  });
  const loader = new ModelLoader({
    settings: () => settings.get(),
    threads: () => 2,
    models: () => registry.list(),
    devices: () => finder.list(),
    graphicsLikely: () => false,
    freeMemory,
    kvVerdicts: (model) => checker.get(model),
    checkKv: (model, signal) => checker.check(model, signal),
    startBackend: ({ target, ...start }) =>
      LlamaProcess.start({
        ...start,
        ...llama,
        execPath,
        device: target.backend,
        deviceName: target.deviceName,
        gpuLayers: target.gpuLayers,
      }),
  });
  const manager = new ModelManager({ registry, settings, notices, threads: () => 2, loader });
  await manager.rescan();
  const chat = manager.state.get().models.find(({ path: file }) => file === testModelPath("chat"));
  if (!chat) throw new Error("The chat model is not listed.");
  return {
    manager,
    chat,
    notices,
    finder,
    settings,
    [Symbol.asyncDispose]: () => manager[Symbol.asyncDispose](),
  };
}

async function say(backend: InferenceBackend, maxTokens = 8): Promise<string> {
  let text = "";
  const prompt = { kind: "text", text: "The capital of France is" } as const;
  for await (const event of backend.generate({ prompt, maxTokens, sampling: { temperature: 0 } }))
    if (event.type === "text") text += event.text;
  return text;
}

const alive = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** Processes below this one, by the kernel's word. */
function children(pid: number = process.pid): number[] {
  const own = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
      .split(" ")
      .filter(Boolean)
      .map(Number),
  );
  return own.flatMap((child) => [child, ...children(child)]);
}

const treeMemory = (): number =>
  [process.pid, ...children()].reduce((sum, pid) => sum + (residentMemory(pid) ?? 0), 0);

describe("a model's life", () => {
  it("is loaded with progress, and a cancelled load leaves nothing behind", async () => {
    await using opened = await open();
    const { manager, chat } = opened;
    const shares: number[] = [];
    const loaded = await manager.load(chat.id, (share) => shares.push(share));
    expect(loaded).toMatchObject({ status: "ready", device: "cpu", steps: [], kvType: "f16" });
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    await manager.unload(chat.id);

    const before = new Set(linux ? children() : []);
    const stop = new AbortController();
    const cancelled = manager.load(chat.id, () => stop.abort(), stop.signal);
    await expect(cancelled).rejects.toMatchObject({ code: "cancelled" });
    expect(manager.state.get().loaded).toEqual([]);
    if (linux) expect(children().filter((pid) => !before.has(pid))).toEqual([]);
  });

  it.runIf(linux)("gives the system its memory back when it is unloaded", async () => {
    await using opened = await open();
    const { manager, chat } = opened;
    const cycle = async (): Promise<{ pid: number; during: number }> => {
      const loaded = await manager.load(chat.id, () => {});
      await manager.use(chat, "chat", (backend) => say(backend));
      const during = treeMemory();
      await manager.unload(chat.id);
      return { pid: loaded.pid ?? 0, during };
    };
    // The first time this process itself takes memory, for the code that it loads.
    await cycle();
    const before = treeMemory();
    const { pid, during } = await cycle();
    const after = treeMemory();
    console.log(
      `resident: ${[before, during, after].map((bytes) => Math.round(bytes / 2 ** 20)).join(", ")} MiB before, loaded, after`,
    );
    expect(alive(pid)).toBe(false);
    expect(during).toBeGreaterThan(before + 100 * 2 ** 20);
    expect(after).toBeLessThanOrEqual(before * 1.05);
  });

  it("is unloaded when nobody has used it for the set time", async () => {
    await using opened = await open({ idleUnloadMinutes: 0.05 });
    const { manager, chat } = opened;
    const { pid } = await manager.load(chat.id, () => {});
    await expect
      .poll(() => manager.state.get().loaded[0]?.unloadsAt, { timeout: 2000 })
      .toBeGreaterThan(Date.now());
    // At work for longer than the time, it stays.
    await manager.use(chat, "chat", () => wait(4000));
    expect(manager.state.get().loaded).toMatchObject([{ status: "ready", pid }]);
    await expect.poll(() => manager.state.get().loaded, { timeout: 8000 }).toEqual([]);
  });
});

describe.runIf(linux)("a load for which there is no memory", () => {
  /** Runs the process under a limit on its address space, so that allocating fails for real. */
  function limited(kibibytes: number): string {
    const file = path.join(folder, `limited-${kibibytes}.sh`);
    writeFileSync(file, `#!/bin/sh\nulimit -v ${kibibytes}\nexec "${llama.execPath}" "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it("takes a smaller context, says why, and the chat goes on", async () => {
    // What a process reserves beside the model differs between machines, so the limit is lowered bit by
    // bit until 8,192 tokens have no room any more.
    let opened: Awaited<ReturnType<typeof open>> | undefined;
    let loaded: LoadedModel | undefined;
    for (let limit = 2_100_000; limit > 1_400_000 && !loaded?.steps.length; limit -= 60_000) {
      await opened?.manager[Symbol.asyncDispose]();
      opened = await open({ contextTokens: 8192 }, limited(limit));
      loaded = await opened.manager.load(opened.chat.id, () => {});
    }
    if (!opened || !loaded) throw new Error("Nothing was loaded.");
    const { manager, chat, notices } = opened;
    console.log(
      loaded.steps.map(({ from, to, reason }) => `${from} → ${to}: ${reason}`).join("\n"),
    );
    expect(loaded.status).toBe("ready");
    expect(loaded.contextTokens).toBeLessThan(8192);
    expect(loaded.contextTokens).toBeGreaterThanOrEqual(2048);
    expect(loaded.steps[0]).toMatchObject({ change: "context", from: "8192", to: "4096" });
    expect(loaded.steps[0]?.reason).toMatch(/memory/);
    expect(notices.cell.get()[0]?.error).toMatchObject({ code: "out-of-memory" });
    expect(await manager.use(chat, "chat", (backend) => say(backend))).toContain("Paris");
    await manager[Symbol.asyncDispose]();
  });

  it("fails plainly where nothing that can be given up helps", async () => {
    await using opened = await open({}, limited(1_000_000));
    const { manager, chat } = opened;
    const failed = manager.load(chat.id, () => {});
    await expect(failed).rejects.toMatchObject({ name: "HearthError" });
    expect(manager.state.get().loaded).toMatchObject([{ status: "failed" }]);
  });
});

describe("the memory that is told beforehand", () => {
  it.runIf(linux)("is near what the process really takes", async () => {
    await using opened = await open({ contextTokens: 8192 });
    const { manager, chat } = opened;
    const [estimate] = await manager.estimate(chat.id);
    const { pid } = await manager.load(chat.id, () => {});
    await manager.use(chat, "chat", (backend) => say(backend));
    const real = residentMemory(pid ?? 0) ?? 0;
    const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
    console.log(`estimated ${mebibytes(estimate!.totalBytes)} MiB, takes ${mebibytes(real)} MiB`);
    expect(estimate!.totalBytes / real).toBeGreaterThan(0.8);
    expect(estimate!.totalBytes / real).toBeLessThan(1.25);
  });
});

describe("smaller KV types", () => {
  it("are judged against f16, remembered, and really used", async () => {
    await using opened = await open();
    const { manager, chat, settings } = opened;
    const shares: number[] = [];
    const found = await openChecker().check(chat, undefined, (share) => shares.push(share));
    console.log(found.map((verdict) => JSON.stringify(verdict)).join("\n"));
    expect(shares.at(-1)).toBe(1);
    const [q8] = found;
    expect(q8).toMatchObject({ kvType: "q8_0", passed: true, problem: null });
    expect(q8!.agreement).toBeGreaterThanOrEqual(0.95);
    const use = async (kvType: KvType) => {
      settings.update((old) => ({ ...old, kvTypes: { [chat.id]: kvType } }));
      await manager.unload(chat.id);
      const loaded = await manager.load(chat.id, () => {});
      const text = await manager.use(chat, "chat", (backend) => say(backend));
      return { loaded, text };
    };
    const f16 = await use("f16");
    const small = await use("q8_0");
    expect(small.loaded).toMatchObject({ kvType: "q8_0", steps: [] });
    expect(small.text).toBe(f16.text);
    const saved =
      kvBytes(chat, small.loaded.contextTokens, "f16") -
      kvBytes(chat, small.loaded.contextTokens, "q8_0");
    if (linux)
      expect(f16.loaded.memoryBytes! - small.loaded.memoryBytes!).toBeGreaterThan(saved * 0.7);
  });
});

const kvBytes = (model: Model, tokens: number, kvType: KvType): number =>
  model.memory ? estimateMemory(model.memory, tokens, kvType).kvBytes : 0;

describe.runIf(linux)("a graphics device", () => {
  const packaged = libraryPackages().find(({ backend }) => backend === "vulkan")?.folder !== null;
  const noLibraries = "npm has brought no Vulkan libraries for this platform";
  const software = [
    "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json",
    "/usr/share/vulkan/icd.d/lvp_icd.json",
  ].some((file) => existsSync(file));

  const hidden = (visible: string | undefined): void => {
    if (visible === undefined) delete process.env["GGML_VK_VISIBLE_DEVICES"];
    else process.env["GGML_VK_VISIBLE_DEVICES"] = visible;
  };

  it("that is asked for and not there is a warning, not a silence", async ({ skip }) => {
    skip(!packaged, noLibraries);
    // No index is visible, so the library finds no device, whatever this computer has.
    hidden("99");
    try {
      await using opened = await open({ device: "vulkan" });
      const { manager, chat, notices, finder } = opened;
      const loaded = await manager.load(chat.id, () => {});
      expect(loaded).toMatchObject({ device: "cpu", gpuLayers: 0 });
      expect(loaded.steps).toMatchObject([{ change: "device", from: "vulkan", to: "cpu" }]);
      expect(notices.cell.get()).toMatchObject([{ level: "warning" }]);
      const { packages } = await finder.list();
      expect(packages.find(({ backend }) => backend === "vulkan")?.problem).toBeTruthy();
      expect(await manager.use(chat, "chat", (backend) => say(backend))).toContain("Paris");
    } finally {
      hidden(undefined);
    }
  });

  it("that Mesa makes of the processor decodes by Vulkan", async ({ skip }) => {
    skip(!packaged, noLibraries);
    skip(!software, "Mesa's software device is not there: install mesa-vulkan-drivers");
    hidden("0");
    try {
      await using opened = await open({
        device: "vulkan:Vulkan0",
        contextTokens: 512,
      });
      const { manager, chat, finder, settings } = opened;
      const { devices, auto } = await finder.list();
      const device = devices.find(({ id }) => id === "vulkan:Vulkan0");
      expect(device).toMatchObject({ backend: "vulkan", kind: "graphics" });
      expect(device?.memoryBytes).toBeGreaterThan(0);
      // It is slower than the processor that it is made of.
      expect(auto).toBe("cpu");
      const loaded = await manager.load(chat.id, () => {});
      expect(loaded).toMatchObject({ device: device?.description, steps: [] });
      expect(loaded.gpuLayers).toBe(loaded.layers + 1);
      expect(await manager.use(chat, "chat", (backend) => say(backend, 4))).toContain("Paris");
      // So many layers as the user says go there, and the rest stays.
      settings.update((old) => ({ ...old, gpuLayers: { [chat.id]: 10 } }));
      expect((await manager.estimate(chat.id))[0]).toMatchObject({
        gpuLayers: 10,
        device: device?.description,
      });
      await manager.unload(chat.id);
      const split = await manager.load(chat.id, () => {});
      expect(split).toMatchObject({ device: device?.description, gpuLayers: 10, steps: [] });
      expect(await manager.use(chat, "chat", (backend) => say(backend, 4))).toContain("Paris");
    } finally {
      hidden(undefined);
    }
  });
});
