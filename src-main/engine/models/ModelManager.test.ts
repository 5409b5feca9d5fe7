import { describe, expect, it } from "vitest";
import { HearthError } from "../../contract/errors.ts";
import { modelSchema, type Model } from "../../contract/models.ts";
import { settingsSchema } from "../../contract/settings.ts";
import { Cell } from "../core/Cell.ts";
import { NoticeBoard } from "../core/NoticeBoard.ts";
import {
  idleActivity,
  type InferenceBackend,
  type LoadedModelInfo,
} from "../llama/InferenceBackend.ts";
import { ModelManager, type BackendStart } from "./ModelManager.ts";

function model(id: string, kind: Model["kind"], parameters: number): Model {
  return modelSchema.parse({
    id,
    name: id,
    path: `${id}.gguf`,
    kind,
    architecture: "llama",
    parameters,
    quantization: "Q8_0",
    bytes: 1,
    contextLength: 2048,
    hasChatTemplate: kind === "chat",
    source: "",
  });
}

const small = model("small", "chat", 1);
const large = model("large", "chat", 2);
const embedder = model("embedder", "embedding", 1);

/** A manager whose processes are told to start, end and die by the test. */
function setUp(models: Model[] = [small, large, embedder]) {
  const starts: BackendStart[] = [];
  const ended: string[] = [];
  const notices = new NoticeBoard();
  const settings = new Cell(settingsSchema.parse({}));
  const manager = new ModelManager({
    registry: { rescan: async () => models },
    settings,
    notices,
    threads: () => 2,
    startBackend: async (start) => {
      starts.push(start);
      return fakeBackend(start, () => ended.push(start.modelPath));
    },
  });
  return { manager, starts, ended, notices, settings };
}

function fakeBackend(start: BackendStart, onEnd: () => void): InferenceBackend {
  const unused = (): never => {
    throw new Error("Not part of these tests.");
  };
  const info: Partial<LoadedModelInfo> = {
    pid: 1,
    contextTokens: start.contextTokens ?? 512,
    threads: start.threads,
    device: "cpu",
    template: { source: "model", name: "model" },
  };
  return {
    info: info as LoadedModelInfo,
    activity: idleActivity,
    generate: unused,
    countTokens: unused,
    countChatTokens: unused,
    embed: unused,
    [Symbol.asyncDispose]: async () => onEnd(),
  };
}

const died = (): HearthError =>
  new HearthError({ code: "model-died", title: "The model stopped." });

describe("ModelManager", () => {
  it("chooses the largest chat model and an embedder where the user chose none", async () => {
    const { manager } = setUp();
    await manager.rescan();
    expect(manager.state.get()).toMatchObject({
      chatModelId: "large",
      embeddingModelId: "embedder",
    });
    expect(manager.find("chat").id).toBe("large");
    expect(manager.find("chat", small.id).id).toBe("small");
  });

  it("says what is missing, or what a model is not made for", async () => {
    const { manager } = setUp([embedder]);
    await manager.rescan();
    expect(() => manager.find("chat")).toThrow(/There is no chat model yet/);
    expect(() => manager.find("chat", embedder.id)).toThrow(/cannot be used/);
  });

  it("starts a model once for all who use it at the same time", async () => {
    const { manager, starts } = setUp();
    await manager.rescan();
    await Promise.all([1, 2, 3].map(() => manager.use(small, "chat", async () => {})));
    expect(starts).toHaveLength(1);
    expect(starts[0]).toMatchObject({ contextTokens: 2048, threads: 2 });
  });

  it("unloads an idle chat model for another, but never one in use", async () => {
    const { manager, ended } = setUp();
    await manager.rescan();
    await manager.use(small, "chat", async () => {
      await manager.use(large, "chat", async () => {});
      expect(ended).toEqual([]);
    });
    await manager.use(embedder, "embedding", async () => {});
    expect(ended).toEqual([]);
    await manager.unload(large.id);
    await manager.use(large, "chat", async () => {});
    expect(ended).toEqual(["large.gguf", "small.gguf"]);
  });

  it("tells of a death, starts again, and stops trying after three within a minute", async () => {
    const { manager, starts, notices } = setUp();
    await manager.rescan();
    await manager.use(small, "chat", async () => {});
    for (const deaths of [1, 2]) {
      starts.at(-1)!.onDied(died());
      expect(notices.cell.get().at(-1)?.error.title).toBe("The model stopped.");
      await expect.poll(() => starts.length, { timeout: 3000 }).toBe(deaths + 1);
    }
    await expect.poll(() => manager.state.get().loaded[0]?.status).toBe("ready");
    starts.at(-1)!.onDied(died());
    expect(manager.state.get().loaded[0]).toMatchObject({ status: "failed" });
    await expect(manager.use(small, "chat", async () => {})).rejects.toMatchObject({
      code: "model-died",
    });
    // The user's own wish is another chance.
    await manager.load(small.id, () => {});
    expect(starts).toHaveLength(4);
  });

  it("keeps no process beside the books when one is unloaded while others wait for it", async () => {
    const { manager, starts, ended } = setUp();
    await manager.rescan();
    const first = manager.use(small, "chat", async () => {});
    const unloading = manager.unload(small.id);
    const second = manager.use(small, "chat", async () => {});
    await Promise.all([first, unloading, second]);
    expect(starts.length - ended.length).toBe(1);
    await manager[Symbol.asyncDispose]();
    expect(ended).toHaveLength(starts.length);
    await expect(manager.use(small, "chat", async () => {})).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  it("loads anew after a change of settings, when nobody is using the model any more", async () => {
    const { manager, starts, ended, settings } = setUp();
    await manager.rescan();
    await manager.use(small, "chat", async () => {
      settings.update((old) => ({ ...old, contextTokens: 512 }));
      await manager.reloadIdle();
      expect(ended).toEqual([]);
    });
    expect(ended).toEqual(["small.gguf"]);
    await manager.use(small, "chat", async () => {});
    expect(starts.map(({ contextTokens }) => contextTokens)).toEqual([2048, 512]);
  });
});
