import { describe, expect, it } from "vitest";
import type { Device } from "../../contract/devices.ts";
import type { ModelMemory } from "../../contract/models.ts";
import { chooseTarget, graphicsFor } from "./chooseTarget.ts";

const gib = 2 ** 30;

function device(backend: Device["backend"], freeGib: number, more: Partial<Device> = {}): Device {
  return {
    id: backend,
    backend,
    name: `${backend}0`,
    description: "A graphics processor",
    kind: backend === "cpu" ? "processor" : "graphics",
    memoryBytes: freeGib * gib,
    freeBytes: freeGib * gib,
    package: "",
    ...more,
  };
}

/** Four gibibytes of weights in 32 layers, an eighth of a mebibyte of cache for each token. */
const memory: ModelMemory = {
  weightsBytes: 4 * gib,
  layers: 32,
  keyValues: 32 * 1024,
  valueValues: 32 * 1024,
  rowLength: 128,
  stepValues: 40_000,
  vocabulary: 100_000,
};
const need = { memory, contextTokens: 8192, kvType: "f16" } as const;
const cpu = device("cpu", 32);

describe("chooseTarget", () => {
  it.each<[string, string, Device[], string]>([
    ["cpu", "cpu", [cpu, device("cuda", 24)], "cpu null 0"],
    ["an own choice, there or not", "vulkan", [cpu], "vulkan null -1"],
    ["a named device", "cuda:CUDA1", [cpu], "cuda CUDA1 -1"],
    ["a name with a colon", "vulkan:a:b", [cpu], "vulkan a:b -1"],
    ["auto without graphics", "auto", [cpu], "cpu null 0"],
    ["auto with room for all", "auto", [cpu, device("cuda", 24)], "cuda null -1"],
    [
      "auto, both ways to one device",
      "auto",
      [cpu, device("vulkan", 24), device("cuda", 24)],
      "cuda null -1",
    ],
    ["auto with room for a part", "auto", [cpu, device("cuda", 4)], "cuda null 22"],
    ["auto with a device too small to gain by", "auto", [cpu, device("cuda", 1)], "cpu null 0"],
    [
      "auto, the larger device behind the smaller way",
      "auto",
      [cpu, device("cuda", 1), device("vulkan", 24)],
      "vulkan null -1",
    ],
    [
      "auto with two devices of one way",
      "auto",
      [cpu, device("cuda", 3), device("cuda", 4)],
      "cuda null -1",
    ],
    [
      "auto with a processor that plays a device",
      "auto",
      [cpu, device("vulkan", 24, { description: "llvmpipe (LLVM 15.0.6, 256 bits)" })],
      "cpu null 0",
    ],
    [
      "auto with graphics that share the memory",
      "auto",
      [cpu, device("vulkan", 24, { kind: "integrated" })],
      "cpu null 0",
    ],
    ["auto on Apple silicon", "auto", [cpu, device("metal", 12)], "metal null -1"],
  ])("%s", (_case, choice, devices, expected) => {
    const { backend, deviceName, gpuLayers } = chooseTarget(choice, devices, need);
    expect(`${backend} ${deviceName} ${gpuLayers}`).toBe(expected);
  });

  it.each<[string, string, Device[], number, string]>([
    ["some layers where all would fit", "auto", [cpu, device("cuda", 24)], 10, "cuda null 10"],
    ["more than there is room for", "auto", [cpu, device("cuda", 1)], 20, "cuda null 20"],
    ["more than it has", "auto", [cpu, device("cuda", 24)], 40, "cuda null -1"],
    ["all of them", "auto", [cpu, device("cuda", 24)], 33, "cuda null -1"],
    ["none", "auto", [cpu, device("cuda", 24)], 0, "cpu null 0"],
    ["some, without graphics", "auto", [cpu], 10, "cpu null 0"],
    ["some on a named device", "vulkan:V1", [cpu], 10, "vulkan V1 10"],
    ["none on a named device", "vulkan:V1", [cpu], 0, "cpu null 0"],
    ["some, where the processor was chosen", "cpu", [cpu, device("cuda", 24)], 10, "cpu null 0"],
  ])("layers by the user's choice: %s", (_case, choice, devices, layers, expected) => {
    const { backend, deviceName, gpuLayers } = chooseTarget(choice, devices, need, layers);
    expect(`${backend} ${deviceName} ${gpuLayers}`).toBe(expected);
  });
});

describe("graphicsFor", () => {
  const cuda = device("cuda", 4, { id: "cuda:CUDA0", name: "CUDA0" });
  const weak = device("vulkan", 8, { id: "vulkan:V0", name: "V0", kind: "integrated" });
  it.each<[string, Device[], string | null]>([
    ["cpu", [cpu, cuda], null],
    ["auto", [cpu, cuda, weak], "cuda:CUDA0"],
    ["auto", [cpu, weak], null],
    ["vulkan", [cpu, cuda, weak], "vulkan:V0"],
    ["vulkan:V0", [cpu, cuda, weak], "vulkan:V0"],
    ["vulkan:V9", [cpu, cuda, weak], null],
    ["metal", [cpu, cuda], null],
  ])("%s", (choice, devices, expected) => {
    expect(graphicsFor(choice, devices)?.id ?? null).toBe(expected);
  });
});
