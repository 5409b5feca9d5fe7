import { describe, expect, it } from "vitest";
import type { Device } from "../../contract/devices.ts";
import { modelSchema, type MemoryEstimate } from "../../contract/models.ts";
import { describeEstimate } from "./describeEstimate.ts";
import { estimateMemory } from "./estimateMemory.ts";

const gib = 2 ** 30;
const memory = {
  weightsBytes: 4 * gib,
  layers: 31,
  keyValues: 32 * 1024,
  valueValues: 32 * 1024,
  rowLength: 128,
  stepValues: 40_000,
  vocabulary: 100_000,
};
const model = modelSchema.parse({
  id: "m",
  name: "m",
  path: "/m.gguf",
  kind: "chat",
  architecture: "llama",
  parameters: 8e9,
  quantization: "Q4_1",
  bytes: 4 * gib,
  contextLength: 32_768,
  hasChatTemplate: true,
  source: "",
  memory,
});
const card: Device = {
  id: "cuda:CUDA0",
  backend: "cuda",
  name: "CUDA0",
  description: "A card",
  kind: "graphics",
  memoryBytes: 12 * gib,
  freeBytes: 12 * gib,
  package: "",
};

function estimate(
  gpuLayers: number,
  change: { room?: number; free?: number; ownLayers?: boolean } = {},
): MemoryEstimate {
  const { room = 12 * gib, free = 16 * gib, ownLayers = true } = change;
  const target =
    gpuLayers === 0
      ? ({ backend: "cpu", deviceName: null, gpuLayers: 0 } as const)
      : ({ backend: "cuda", deviceName: null, gpuLayers } as const);
  return describeEstimate(
    model,
    { target, contextTokens: 8192, kvType: "f16" },
    {
      devices: [{ ...card, freeBytes: room }],
      graphics: card,
      freeBytes: free,
      draft: null,
      ownLayers,
      correction: 1,
      bytesPerSecond: 2e10,
    },
  );
}

describe("an estimate for so many layers on the graphics device", () => {
  it("tells where it runs, and what could be chosen", () => {
    expect(estimate(-1)).toMatchObject({ device: "A card", gpuLayers: 32, verdict: "fits" });
    expect(estimate(16)).toMatchObject({ device: "A card", gpuLayers: 16, graphics: "A card" });
    expect(estimate(0)).toMatchObject({ device: "cpu", gpuLayers: 0, graphics: "A card" });
  });

  it("judges each side by what it holds", () => {
    const { weightsBytes, kvBytes, workBytes } = estimateMemory(memory, 8192, "f16", {
      purpose: "chat",
      repacked: [],
    });
    const half = (weightsBytes + kvBytes) / 2;
    expect(estimate(16).verdict).toBe("fits");
    // The device holds its half and the work space.
    expect(estimate(16, { room: (half + workBytes) / 0.89 }).verdict).toBe("fits");
    expect(estimate(16, { room: (half + workBytes) / 0.95 }).verdict).toBe("tight");
    expect(estimate(16, { room: half }).verdict).toBe("too-large");
    expect(estimate(16, { free: half / 0.79 }).verdict).toBe("fits");
    expect(estimate(16, { free: half / 0.9 }).verdict).toBe("tight");
    expect(estimate(16, { free: half / 2 }).verdict).toBe("too-large");
    // Where neither alone has room, both together may.
    expect(estimate(-1, { room: half + 2 * workBytes }).verdict).toBe("too-large");
    expect(estimate(0, { free: half / 0.79 }).verdict).toBe("too-large");
  });

  it("limits the context by the side that is full first, where the layers are fixed", () => {
    const wide = { room: 12 * gib, free: 3 * gib };
    const fixed = estimate(8, wide).largestContextTokens;
    expect(fixed).toBeLessThan(estimate(8, { ...wide, ownLayers: false }).largestContextTokens);
    expect(estimate(24, wide).largestContextTokens).toBeGreaterThan(fixed);
  });

  it("tells a speed for the processor alone: that of a device was not measured", () => {
    expect(estimate(0).tokensPerSecond).toBeGreaterThan(1);
    expect(estimate(16).tokensPerSecond).toBeNull();
  });
});
