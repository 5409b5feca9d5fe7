import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { fitMemory } from "../fitMemory.ts";
import { inspectHeaders } from "../inspectModel.ts";
import { fakeRepository, sha256Of } from "../testing/fakeRepository.ts";
import { HubFolder } from "../testing/hubFolder.ts";
import { seededRandom } from "../../core/seededRandom.ts";
import { mutateHeader, wholeModel } from "../testing/mutateHeader.ts";
import { HubHeaders } from "./HubHeaders.ts";
import { siblingMemory } from "./siblingMemory.ts";

// Whatever a hub sends, it is judged without native code: reaching for it fails here.
vi.mock("koffi", () => {
  throw new Error("Native code was reached.");
});

const mutations = 1000;
const seed = 20_261_128;
const repository = "some/model-GGUF";
const key = "m.Q8_0.gguf";
const { signal } = new AbortController();

let folder: HubFolder;
let good: Buffer;
beforeAll(async () => {
  folder = await HubFolder.open();
  good = await wholeModel(folder.root);
});
afterAll(() => folder[Symbol.asyncDispose]());

/** All that is made of a header at the hub. Anything but a named error is a failure. */
async function judge(content: Buffer): Promise<string> {
  folder.hub.add(fakeRepository(repository, { [key]: content }));
  const headers = new HubHeaders({
    egress: folder.egress,
    hub: folder.client,
    tuning: { firstBytes: 700 },
  });
  const file = { path: key, bytes: content.length, sha256: sha256Of(content) };
  try {
    const read = await headers.read(repository, "main", [file], signal);
    const { memory, contextLength } = inspectHeaders(key, read);
    for (const quantization of ["Q4_K_M", "F16", "UD-Q2_K_XL"])
      siblingMemory(read, { quantization, bytes: content.length });
    if (memory) {
      const fit = fitMemory(memory, contextLength, {
        contextTokens: 8192,
        kvType: "f16",
        purpose: "chat",
        freeBytes: 2 ** 34,
        bytesPerSecond: 1e10,
        graphics: null,
        repacked: ["Q4_0"],
        correction: 1,
      });
      expect(Number.isFinite(fit.neededBytes)).toBe(true);
    }
    return "taken";
  } catch (error) {
    if (!(error instanceof HearthError)) throw error;
    expect(error.code).toMatch(/^model-(?:damaged|unsupported)$/u);
    expect(error.reason).not.toBe("");
    return error.code;
  }
}

describe("a header at the hub that lies", () => {
  it(`is named or taken, and harms nothing: ${mutations} mutations from one seed`, async () => {
    const random = seededRandom(seed);
    const counts: Record<string, number> = {};
    let sent = 0;
    for (let count = 0; count < mutations; count++) {
      const content = mutateHeader(good, random);
      // The hub lists no empty files.
      if (content.length === 0) continue;
      const verdict = await judge(content);
      counts[verdict] = (counts[verdict] ?? 0) + 1;
      sent += content.length;
    }
    expect(counts["model-damaged"]).toBeGreaterThan(mutations / 4);
    expect(counts["taken"]).toBeGreaterThan(mutations / 20);
    const received = folder.log.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    // The redirects' own words aside, nothing came twice.
    expect(received).toBeLessThan(2 * sent);
    expect(await judge(good)).toBe("taken");
  }, 90_000);
});
