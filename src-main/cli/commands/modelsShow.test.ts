import { describe, expect, it } from "vitest";
import type { HubFit } from "../../contract/fit.ts";
import type { HubQuantization } from "../../contract/hub.ts";
import { quantizationTable } from "./modelsShow.ts";

const row = (quantization: string, change: Partial<HubQuantization> = {}): HubQuantization => ({
  key: `m.${quantization}.gguf`,
  quantization,
  bytes: 2.5e9,
  parts: 1,
  fit: { neededBytes: 3.1e9, freeBytes: 8e9, verdict: "fits" },
  installed: false,
  ...change,
});
const fit: NonNullable<HubFit["fit"]> = {
  verdict: "cpu",
  contextTokens: 8192,
  largestContextTokens: 16_384,
  neededBytes: 3.4e9,
  freeBytes: 8e9,
  device: null,
  gpuLayers: 0,
  layers: 30,
  tokensPerSecond: 12.34,
  purpose: "chat",
};
const judged = (quantization: string, change: Partial<typeof fit> = {}): HubFit => ({
  key: `m.${quantization}.gguf`,
  basis: "header",
  fit: { ...fit, ...change },
  problem: null,
});

describe("the quantizations of a model at the hub", () => {
  it("have what a header told, and about what their size tells where none did", () => {
    const rows = ["Q4_K_M", "Q8_0", "F16", "Q2_K"].map((name) => row(name));
    const table = quantizationTable(
      [...rows, row("Q4_0", { installed: true })],
      [
        judged("Q4_K_M"),
        judged("Q8_0", { verdict: "split", gpuLayers: 12, tokensPerSecond: null }),
        judged("F16", { verdict: "wont", largestContextTokens: 0, tokensPerSecond: null }),
        judged("Q4_0"),
      ],
    );
    const lines = table.split("\n").map((line) => line.replace(/ {2,}/gu, " | "));
    expect(lines.slice(1, 6)).toEqual([
      "Q4_K_M | 2.5 GB | 1 | on the CPU | 3.4 GB | up to 16384 | 12 tok/s | m.Q4_K_M.gguf",
      "Q8_0 | 2.5 GB | 1 | split (12 of 31 layers) | 3.4 GB | up to 16384 | m.Q8_0.gguf",
      "F16 | 2.5 GB | 1 | no | 3.4 GB | none | m.F16.gguf",
      "Q2_K | 2.5 GB | 1 | likely | about 3.1 GB | m.Q2_K.gguf",
      "Q4_0 | 2.5 GB | 1 | here already | 3.4 GB | up to 16384 | 12 tok/s | m.Q4_0.gguf",
    ]);
  });
});
