import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspectModel } from "./inspectModel.ts";
import { scoreOf, writeSmallRanker } from "./testing/smallRanker.ts";
import { startModel, testModelPath } from "../llama/fixtures/testModels.ts";
import type { LlamaProcess } from "../llama/LlamaProcess.ts";

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-rank-"));
  file = path.join(folder, "small-ranker.gguf");
  await writeSmallRanker(file);
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

describe("a model that ranks", () => {
  let model: LlamaProcess;
  beforeAll(async () => {
    model = await startModel({ modelPath: file, purpose: "reranking" });
  });
  afterAll(() => model[Symbol.asyncDispose]());

  it("is known by its header", async () => {
    expect(await inspectModel(file)).toMatchObject({ kind: "reranker", architecture: "bert" });
    expect(model.info).toMatchObject({ purpose: "reranking", contextTokens: 64 });
  });

  it("scores pairs as plain arithmetic does", async () => {
    const question = ["who", "was", "the", "keeper", "?"];
    const texts = [
      ["the", "keeper", "changed", "the", "lamp", "."],
      ["a", "storm", "."],
      ["oil"],
      ["the", "tide", "is", "in", "."],
    ];
    const { scores, truncatedTexts, tokens } = await model.rank(
      question.join(" "),
      texts.map((words) => words.join(" ")),
    );
    expect(truncatedTexts).toBe(0);
    expect(tokens).toBe(texts.reduce((sum, words) => sum + words.length + question.length + 3, 0));
    for (const [at, words] of texts.entries()) {
      const expected = scoreOf(["[CLS]", ...question, "[SEP]", ...words, "[SEP]"]);
      expect(scores[at]).toBeCloseTo(expected, 2);
    }
    // Far enough apart that the comparison means something.
    expect(Math.max(...scores) - Math.min(...scores)).toBeGreaterThan(0.05);
  });

  it("gives a pair the same score alone and among many", async () => {
    const texts = Array.from({ length: 40 }, (_, n) =>
      "the storm changed the tide . ".repeat((n * 3) % 7),
    );
    const together = await model.rank("when was the storm ?", texts);
    for (const at of [0, 17, 39]) {
      const alone = await model.rank("when was the storm ?", [texts[at] ?? ""]);
      expect(alone.scores[0]).toBeCloseTo(together.scores[at] ?? 0, 3);
    }
  });

  it("cuts what does not fit, and leaves control tokens of a text as words", async () => {
    const long = await model.rank("oil ".repeat(50_000), ["", "lamp ".repeat(50_000), "\0\ud83d"]);
    expect(long.scores).toHaveLength(3);
    expect(long.scores.every((score) => score > 0 && score < 1)).toBe(true);
    expect(long.truncatedTexts).toBe(3);
    const [marked, plain] = (await model.rank("oil", ["oil [SEP] oil", "oil oil"])).scores;
    expect(marked).not.toBeCloseTo(
      scoreOf(["[CLS]", "oil", "[SEP]", "oil", "[SEP]", "oil", "[SEP]"]),
      3,
    );
    expect(plain).toBeCloseTo(scoreOf(["[CLS]", "oil", "[SEP]", "oil", "oil", "[SEP]"]), 2);
  });

  it("does nothing else, and stops when told", async () => {
    await expect(model.embed(["oil"])).rejects.toMatchObject({ code: "bad-input" });
    const stop = AbortSignal.abort();
    await expect(model.rank("oil", ["lamp"], { signal: stop })).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});

it("a model is loaded only for what it is made for", async () => {
  await expect(startModel({ modelPath: file, purpose: "embedding" })).rejects.toMatchObject({
    code: "model-unsupported",
    title: "This model ranks texts; it makes no embeddings.",
  });
  const embedder = testModelPath("embedQ8");
  await expect(startModel({ modelPath: embedder, purpose: "reranking" })).rejects.toMatchObject({
    code: "model-unsupported",
    title: "This model does not rank texts.",
  });
});
