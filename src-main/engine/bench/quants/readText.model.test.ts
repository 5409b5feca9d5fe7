import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { entryPath, nodeBinary, resourcesDir } from "../../../paths/entries.ts";
import { askProcess } from "../../llama/askProcess.ts";
import { testModelPath } from "../../llama/fixtures/testModels.ts";
import { locateLibraries } from "../../llama/locateLibraries.ts";

const text = readFileSync(path.join(resourcesDir(), "texts", "reading.txt"), "utf8");
const library = locateLibraries({ device: "cpu" });
const options = {
  libraryFolder: library.folder,
  libraryPlatform: library.platform,
  threads: 2,
  gpuLayers: 0,
};
const llama = { entryPath: entryPath("llama"), execPath: nodeBinary(), silenceMs: 60_000 };

it("two files of a model read the text, step by step, each with the cores lent to it", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "hearth-read-"));
  try {
    const copy = path.join(folder, "copy.gguf");
    copyFileSync(testModelPath("chat"), copy);
    let lent = 0;
    let turns = 0;
    const question = {
      kind: "readText",
      options,
      text: text.slice(0, 1_200),
      models: [testModelPath("chat"), copy],
    } as const;
    const answer = await askProcess(question, {
      ...llama,
      takeTurn: async () => {
        expect(++lent).toBe(1);
        turns += 1;
        return { [Symbol.dispose]: () => void lent-- };
      },
    });
    if (answer.kind !== "readText") throw new Error("It answered something else.");
    const [first, second] = answer.readings;
    expect(lent).toBe(0);
    // One to load each, and one for each step of some 250 tokens.
    expect(turns).toBeGreaterThan(6);
    expect(first?.against).toBeNull();
    expect(first?.perplexity).toBeGreaterThan(5);
    expect(first?.perplexity).toBeLessThan(60);
    expect(first?.perplexityError).toBeGreaterThan(0);
    expect(second?.perplexity).toBeCloseTo(first?.perplexity ?? 0, 3);
    expect(second?.against).toMatchObject({ tokens: first?.tokens, sameTop: 1 });
    expect(second?.against?.perplexityRatio).toBeCloseTo(1, 4);
    expect(second?.against?.divergence).toBeLessThan(1e-3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
