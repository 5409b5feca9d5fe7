import { describe, expect, it } from "vitest";
import type { ModelMemory } from "../../contract/models.ts";
import { estimateMemory, largestContext } from "./estimateMemory.ts";
import { fitMemory, type FitSituation } from "./fitMemory.ts";
import { repackedTypes } from "./repackedTypes.ts";

const gib = 2 ** 30;
/** About a model of eight billion weights in four bits. */
const memory: ModelMemory = {
  weightsBytes: 4.6 * gib,
  layers: 32,
  keyValues: 32 * 8 * 128,
  valueValues: 32 * 8 * 128,
  rowLength: 128,
  stepValues: 2 * 14_336 + 4 * 4096,
  vocabulary: 128_256,
  embedding: 4096,
  readBytes: 4.3 * gib,
  repackable: { Q4_K: 3.5 * gib },
};
const situation: FitSituation = {
  contextTokens: 8192,
  kvType: "f16",
  purpose: "chat",
  freeBytes: 32 * gib,
  bytesPerSecond: 40e9,
  graphics: null,
  repacked: [],
  correction: 1,
};
const device = { name: "Some GPU", freeBytes: 12 * gib, shared: false, bytesPerSecond: 400e9 };
const fit = (change: Partial<FitSituation> = {}) =>
  fitMemory(memory, 131_072, { ...situation, ...change });

describe("fitMemory", () => {
  it("says where a model fits", () => {
    expect(fit().verdict).toBe("cpu");
    expect(fit({ graphics: device })).toMatchObject({
      verdict: "gpu",
      device: "Some GPU",
      gpuLayers: 33,
    });
    expect(fit({ graphics: { ...device, freeBytes: 4 * gib } })).toMatchObject({
      verdict: "split",
    });
    // Too little of it to gain by, so the processor does all.
    expect(fit({ graphics: { ...device, freeBytes: gib } })).toMatchObject({
      verdict: "cpu",
      gpuLayers: 0,
    });
    expect(fit({ freeBytes: 7 * gib }).verdict).toBe("tight");
    expect(fit({ freeBytes: 4 * gib })).toMatchObject({ verdict: "wont", tokensPerSecond: null });
  });

  it("counts memory that graphics and processor share once", () => {
    const shared = { ...device, shared: true, freeBytes: 24 * gib };
    expect(fit({ graphics: shared, freeBytes: 16 * gib }).verdict).toBe("gpu");
    expect(fit({ graphics: shared, freeBytes: 5 * gib })).toMatchObject({
      verdict: "wont",
      gpuLayers: 0,
    });
  });

  it("finds the longest context, which is the limit's and not beyond training", () => {
    const { largestContextTokens } = fit({ freeBytes: 12 * gib });
    expect(largestContextTokens % 256).toBe(0);
    const need = (tokens: number) =>
      estimateMemory(memory, tokens, "f16", { purpose: "chat", repacked: [] }).totalBytes;
    expect(need(largestContextTokens)).toBeLessThanOrEqual(0.8 * 12 * gib);
    expect(need(largestContextTokens + 256)).toBeGreaterThan(0.8 * 12 * gib);
    expect(fit({ freeBytes: 512 * gib }).largestContextTokens).toBe(131_072);
    expect(fit({ freeBytes: gib }).largestContextTokens).toBe(0);
    // A packed cache holds more in the same memory.
    expect(fit({ freeBytes: 12 * gib, kvType: "q8_0" }).largestContextTokens).toBeGreaterThan(
      largestContextTokens,
    );
    expect(largestContext(() => 1, 2, 1000)).toBe(1000);
  });

  it("tells a speed by the memory that is read, and none where that was not measured", () => {
    const onProcessor = fit().tokensPerSecond ?? 0;
    expect(onProcessor).toBeGreaterThan(4);
    expect(onProcessor).toBeLessThan(9);
    expect(fit({ graphics: device }).tokensPerSecond).toBeCloseTo(10 * onProcessor, 5);
    expect(fit({ bytesPerSecond: null }).tokensPerSecond).toBeNull();
    const split = fit({ graphics: { ...device, freeBytes: 4 * gib } }).tokensPerSecond ?? 0;
    expect(split).toBeGreaterThan(onProcessor);
  });

  it("counts what is kept twice, and what earlier loads have taught", () => {
    expect(fit({ repacked: ["Q4_K"] }).neededBytes - fit().neededBytes).toBe(3.5 * gib);
    expect(fit({ correction: 1.2 }).neededBytes).toBeCloseTo(1.2 * fit().neededBytes, 0);
  });
});

describe("repackedTypes", () => {
  it.each([
    ["x64", "sse avx2 avx512f", ["Q4_0", "Q4_K", "IQ4_NL", "MXFP4", "Q2_K"]],
    ["x64", "sse avx2", ["Q4_0", "Q4_K", "IQ4_NL", "MXFP4"]],
    ["x64", "sse avx", []],
    ["x64", "", ["Q4_0", "Q4_K", "IQ4_NL", "MXFP4"]],
    ["s390x", "", []],
  ])("%s with %j", (arch, flags, expected) => {
    expect(repackedTypes(arch, flags)).toEqual(expected);
  });
  it("arm64 does so with more types", () => {
    expect(repackedTypes("arm64", "")).toContain("Q8_0");
  });
});
