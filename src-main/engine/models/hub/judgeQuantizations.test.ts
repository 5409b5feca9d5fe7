import { describe, expect, it } from "vitest";
import { cancelledError, HearthError } from "../../../contract/errors.ts";
import type { ModelPurpose } from "../../llama/InferenceBackend.ts";
import type { FitSituation } from "../fitMemory.ts";
import { damagedModel } from "../gguf/ggufErrors.ts";
import { type GgufHeader, readGgufHeaderFrom } from "../gguf/readGgufHeader.ts";
import { quantizedModel } from "../testing/quantizedModel.ts";
import { judgeQuantizations } from "./judgeQuantizations.ts";
import type { HubQuantization } from "./quantizations.ts";

const situation = (purpose: ModelPurpose): FitSituation => ({
  contextTokens: 2048,
  kvType: "f16",
  purpose,
  freeBytes: 8e9,
  bytesPerSecond: 2e10,
  graphics: null,
  repacked: [],
  correction: 1,
});

interface File {
  quantization: string;
  content: Buffer;
}

const file = async (
  quantization: "Q4_K_M" | "Q8_0" | "F16" | "Q4_0",
  layers = 4,
): Promise<File> => ({
  quantization,
  content: await quantizedModel(quantization, { layers }),
});

/** Judges files as a repository that holds them, and tells whose headers were read. */
async function judge(
  files: readonly (File & { error?: Error })[],
  { wanted = null, freeBytes = 8e9 }: { wanted?: string | null; freeBytes?: number } = {},
) {
  const reads: string[] = [];
  const quantizations = files.map(({ quantization, content }, index): HubQuantization => ({
    key: `${index}.${quantization}.gguf`,
    quantization,
    bytes: content.length,
    files: [
      { path: `${index}.${quantization}.gguf`, bytes: content.length, sha256: String(index) },
    ],
  }));
  const fits = await judgeQuantizations({
    quantizations,
    wanted,
    read: async ({ key }) => {
      reads.push(key);
      const found = files[Number(key.split(".")[0])];
      if (!found || found.error) throw found?.error ?? new Error("There is no such file.");
      return [await headerOf(found.content)];
    },
    situation: async (purpose) => ({ ...situation(purpose), freeBytes }),
  });
  return { fits, reads };
}

async function headerOf(content: Buffer): Promise<GgufHeader> {
  const read = (target: Buffer, length: number, position: number): Promise<number> =>
    Promise.resolve(content.copy(target, 0, position, Math.min(position + length, content.length)));
  return await readGgufHeaderFrom({ read }, content.length);
}

const lineDown = new HearthError({ code: "download-failed", title: "It failed." });

describe("judgeQuantizations", () => {
  it("reads one header, the usual one's or the wanted one's, and judges all by it", async () => {
    const files = [await file("Q4_0"), await file("Q4_K_M"), await file("Q8_0"), await file("F16")];
    const { fits, reads } = await judge(files);
    expect(reads).toEqual(["1.Q4_K_M.gguf"]);
    expect(fits.map(({ basis }) => basis)).toEqual(["sibling", "header", "sibling", "sibling"]);
    expect(fits.every(({ fit }) => fit?.verdict === "cpu")).toBe(true);
    const needs = fits.map(({ fit }) => fit?.neededBytes ?? 0);
    expect(needs).toEqual(needs.toSorted((a, b) => a - b));
    const speeds = fits.map(({ fit }) => fit?.tokensPerSecond ?? 0);
    expect(speeds).toEqual(speeds.toSorted((a, b) => b - a));
    // The header says of the derived what its own would.
    const own = await judge(files, { wanted: "2.Q8_0.gguf" });
    expect(own.reads).toEqual(["2.Q8_0.gguf"]);
    const ratio = (own.fits[2]?.fit?.neededBytes ?? 0) / (fits[2]?.fit?.neededBytes ?? 1);
    expect(ratio).toBeCloseTo(1, 3);
  });

  it("reads another header for what is of another model or mixture, but not without end", async () => {
    const small = await file("Q8_0");
    const large = await file("Q8_0", 12);
    const mixed = Array.from({ length: 6 }, () => ({ ...small, quantization: "our-mixture" }));
    const { fits, reads } = await judge([small, large, await file("F16", 12), ...mixed]);
    expect(reads).toHaveLength(3);
    // One for each of the two models, of which the third file is the second one's sibling.
    expect(fits.slice(0, 3).map(({ basis }) => basis)).toEqual(["header", "header", "sibling"]);
    expect(fits.filter(({ basis }) => basis === "header")).toHaveLength(3);
    // What is left is judged by its size, elsewhere.
    expect(fits.filter(({ basis }) => basis === "none").every(({ fit }) => fit === null)).toBe(
      true,
    );
  });

  it("names the file that is at fault, and judges the others by the next", async () => {
    const broken = { ...(await file("Q4_K_M")), error: damagedModel("It ends too early.") };
    const { fits, reads } = await judge([broken, await file("Q8_0")]);
    expect(reads).toEqual(["0.Q4_K_M.gguf", "1.Q8_0.gguf"]);
    expect(fits[1]).toMatchObject({ basis: "header", problem: null });
    // Its size fits the weights of the other, but its own header was read, and says otherwise.
    expect(fits[0]).toMatchObject({ basis: "none", fit: null });
    expect(fits[0]?.problem).toMatchObject({ code: "model-damaged", cause: "It ends too early." });
  });

  it("tells a line that is down, unless something is known already", async () => {
    const down = { ...(await file("Q4_K_M")), error: lineDown };
    await expect(judge([down])).rejects.toBe(lineDown);
    const other = { ...(await file("Q8_0", 12)), error: lineDown };
    const { fits } = await judge([await file("Q4_K_M"), other]);
    expect(fits.map(({ basis }) => basis)).toEqual(["header", "none"]);
    const stopped = { ...other, error: cancelledError() };
    await expect(judge([await file("Q4_K_M"), stopped])).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  it("says how much context fits where the wanted one does not", async () => {
    const { fits } = await judge([await file("Q8_0")], { freeBytes: 131e6 });
    expect(fits[0]?.fit?.verdict).toBe("wont");
    const { fits: none } = await judge([await file("Q8_0")], { freeBytes: 1e6 });
    expect(none[0]?.fit).toMatchObject({ verdict: "wont", largestContextTokens: 0 });
  });
});
