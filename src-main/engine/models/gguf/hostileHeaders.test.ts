import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { quantTypes } from "../../../contract/quantize.ts";
import { seededRandom } from "../../core/seededRandom.ts";
import { fitMemory } from "../fitMemory.ts";
import { inspectModel } from "../inspectModel.ts";
import { planQuantization } from "../quantize/planQuantization.ts";
import { mutateHeader, wholeModel } from "../testing/mutateHeader.ts";
import { raw, writeSmallModel } from "../testing/smallGguf.ts";
import { readGgufHeader } from "./readGgufHeader.ts";

// Whatever a file claims, it is judged without native code: reaching for it fails here.
vi.mock("koffi", () => {
  throw new Error("Native code was reached.");
});

const mutations = 1500;
const seed = 20_261_127;

let folder: string;
let good: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "hearth-hostile-"));
  good = await wholeModel(folder);
});
afterAll(() => rm(folder, { recursive: true }));

type Verdict = "taken" | "model-damaged" | "model-unsupported";

/** All that is made of a header before a model is loaded. Anything but a named error is a failure. */
async function judge(content: Buffer): Promise<Verdict> {
  const file = path.join(folder, "hostile.gguf");
  await writeFile(file, content);
  try {
    const inspection = await inspectModel(file);
    JSON.stringify(inspection);
    const header = await readGgufHeader(file);
    for (const type of quantTypes) {
      const plan = planQuantization([header], type);
      expect(plan.bytes).toBeGreaterThan(0);
    }
    const fit =
      inspection.memory &&
      fitMemory(inspection.memory, inspection.contextLength, {
        contextTokens: null,
        kvType: "f16",
        purpose: "chat",
        freeBytes: 2 ** 34,
        bytesPerSecond: 1e10,
        graphics: { name: "Some GPU", freeBytes: 2 ** 33, shared: false, bytesPerSecond: 1e11 },
        repacked: ["Q4_0"],
        correction: 1,
      });
    if (fit) expect(Number.isFinite(fit.neededBytes)).toBe(true);
    return "taken";
  } catch (error) {
    if (!(error instanceof HearthError)) throw error;
    expect(error.code).toMatch(/^model-(?:damaged|unsupported)$/u);
    expect(error.reason).not.toBe("");
    expect(error.suggestion).not.toBe("");
    return error.code as Verdict;
  }
}

describe("a header that lies", () => {
  it(`is named or taken, and harms nothing: ${mutations} mutations from one seed`, async () => {
    const random = seededRandom(seed);
    const counts = { taken: 0, "model-damaged": 0, "model-unsupported": 0 };
    const begun = performance.now();
    for (let count = 0; count < mutations; count++)
      counts[await judge(mutateHeader(good, random))]++;
    // The mutations are no trifles: most are found, and some are harmless.
    expect(counts["model-damaged"]).toBeGreaterThan(mutations / 4);
    expect(counts.taken).toBeGreaterThan(mutations / 20);
    expect(performance.now() - begun).toBeLessThan(60_000);
    // The good one still is.
    expect(await judge(good)).toBe("taken");
  }, 90_000);

  it("of layers without end gets no estimate, and is read in no time", async () => {
    const file = path.join(folder, "layers.gguf");
    await writeSmallModel(file, {
      metadata: [
        { key: "llama.block_count", type: "uint32", value: 0xff_ff_ff_ff },
        { key: "llama.embedding_length", type: "uint32", value: 64 },
        { key: "llama.attention.head_count", type: "uint32", value: 4 },
      ],
    });
    expect((await inspectModel(file)).memory).toBeUndefined();
  });

  it("of an architecture that nobody knows is listed; without a vocabulary it is not", async () => {
    const unknown = path.join(folder, "unknown.gguf");
    await writeSmallModel(unknown, { architecture: "nobody-knows" });
    expect(await inspectModel(unknown)).toMatchObject({ architecture: "nobody-knows" });
    const bare = path.join(folder, "bare.gguf");
    const head = [raw.head(1, 1), raw.stringEntry("general.architecture", "llama")];
    await writeFile(bare, raw.file([...head, raw.tensor("w", [32], 0, 0)], 128));
    await expect(inspectModel(bare)).rejects.toMatchObject({ code: "model-unsupported" });
  });

  it("that is the second part of a split model without its first is named", async () => {
    const part = path.join(folder, "big-00002-of-00002.gguf");
    await writeSmallModel(part, {
      metadata: [
        { key: "split.no", type: "uint32", value: 1 },
        { key: "split.count", type: "uint32", value: 2 },
      ],
    });
    await expect(inspectModel(part)).rejects.toMatchObject({
      code: "model-damaged",
      reason: "Part 1 of 2 is missing: big-00001-of-00002.gguf.",
    });
  });
});
