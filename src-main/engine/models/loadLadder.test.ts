import { describe, expect, it } from "vitest";
import { HearthError, type ErrorCode } from "../../contract/errors.ts";
import { climbDown, type LadderOptions, type LoadShape } from "./loadLadder.ts";

const cpu: LoadShape = {
  target: { backend: "cpu", deviceName: null, gpuLayers: 0 },
  contextTokens: 16_384,
  kvType: "f16",
};
const vulkan: LoadShape = {
  ...cpu,
  contextTokens: 8192,
  target: { backend: "vulkan", deviceName: "Vulkan0", gpuLayers: -1 },
};

const failure = (code: ErrorCode): HearthError =>
  new HearthError({ code, title: "It failed.", cause: "So it was." });

/** Loads where `works` says so; fails otherwise with the given code, at the given progress. */
async function climb(
  first: LoadShape,
  works: (shape: LoadShape) => boolean,
  more: Partial<LadderOptions<string>> & { code?: ErrorCode; fraction?: number } = {},
) {
  const tried: string[] = [];
  const told: number[] = [];
  const done = climbDown({
    first,
    layers: 30,
    allowsKv: async () => true,
    predict: () => null,
    onProgress: () => {},
    onStep: (steps) => told.push(steps.length),
    start: async (shape, onProgress) => {
      const { target, contextTokens, kvType } = shape;
      tried.push([target.backend, target.gpuLayers, contextTokens, kvType].join(" "));
      onProgress(more.fraction ?? 1);
      if (works(shape)) return "ready";
      throw failure(more.code ?? "out-of-memory");
    },
    ...more,
  });
  const result = await done.catch((error: unknown) => error);
  return { result, tried, told };
}

describe("climbDown", () => {
  it("gives up nothing where nothing needs to be given up", async () => {
    const { result, tried } = await climb(cpu, () => true);
    expect(result).toEqual({ result: "ready", shape: cpu, steps: [] });
    expect(tried).toHaveLength(1);
  });

  it("takes a smaller context, half by half, and says so", async () => {
    const { result, told } = await climb(cpu, ({ contextTokens }) => contextTokens === 4096);
    expect(result).toMatchObject({
      shape: { contextTokens: 4096 },
      steps: [
        { change: "context", from: "16384", to: "8192", reason: "It failed. So it was." },
        { change: "context", from: "8192", to: "4096" },
      ],
    });
    expect(told).toEqual([1, 2]);
  });

  it("goes all the way: context, KV type, layers, processor, and there begins again", async () => {
    const { result, tried } = await climb(
      vulkan,
      ({ target, contextTokens, kvType }) =>
        target.backend === "cpu" && contextTokens === 2048 && kvType === "q8_0",
    );
    expect(tried).toEqual([
      "vulkan -1 8192 f16",
      "vulkan -1 4096 f16",
      "vulkan -1 2048 f16",
      "vulkan -1 2048 q8_0",
      "vulkan 18 2048 q8_0",
      "vulkan 10 2048 q8_0",
      "cpu 0 8192 f16",
      "cpu 0 4096 f16",
      "cpu 0 2048 f16",
      "cpu 0 2048 q8_0",
    ]);
    expect(result).toMatchObject({ result: "ready" });
  });

  it("keeps f16 where the model did not pass the check", async () => {
    const { tried } = await climb({ ...cpu, contextTokens: 2048 }, () => false, {
      allowsKv: async () => false,
    });
    expect(tried).toEqual(["cpu 0 2048 f16"]);
  });

  it("does not shrink the context for weights that have no room", async () => {
    const { tried } = await climb(vulkan, ({ target }) => target.backend === "cpu", {
      fraction: 0.4,
    });
    expect(tried).toEqual([
      "vulkan -1 8192 f16",
      "vulkan 18 8192 f16",
      "vulkan 10 8192 f16",
      "cpu 0 8192 f16",
    ]);
    const alone = await climb(cpu, () => false, { fraction: 0.4 });
    expect(alone.tried).toHaveLength(1);
  });

  it.each(["library-mismatch", "model-load-failed", "model-died"] as const)(
    "leaves a device that fails by %s for the processor, and says why",
    async (code) => {
      const { result } = await climb(vulkan, ({ target }) => target.backend === "cpu", { code });
      expect(result).toMatchObject({
        steps: [{ change: "device", from: "Vulkan0", to: "cpu", reason: "It failed. So it was." }],
      });
    },
  );

  it.each(["model-damaged", "model-missing", "cancelled", "model-unsupported"] as const)(
    "does not climb for %s",
    async (code) => {
      const { result, tried } = await climb(vulkan, () => false, { code });
      expect(result).toMatchObject({ code });
      expect(tried).toHaveLength(1);
    },
  );

  it("names what it tried when all fails", async () => {
    const { result } = await climb({ ...cpu, contextTokens: 4096 }, () => false);
    expect(result).toMatchObject({
      code: "out-of-memory",
      reason: "So it was. Hearth also tried a context of 2048 tokens, a cache in q8_0.",
    });
  });

  it("does not try what is known to have no room, but tries the smallest in any case", async () => {
    const { tried, result } = await climb(cpu, () => true, { predict: () => "It needs more." });
    expect(tried).toEqual(["cpu 0 2048 q8_0"]);
    expect(result).toMatchObject({ steps: [{ reason: "It needs more." }, {}, {}, {}] });
  });

  it("leaves an embedding model's texts their size", async () => {
    const { tried } = await climb({ ...vulkan, contextTokens: null }, () => false);
    expect(tried).toEqual(["vulkan -1  f16", "vulkan 18  f16", "vulkan 10  f16", "cpu 0  f16"]);
  });
});
