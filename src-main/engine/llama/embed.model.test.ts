import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { startModel, testModelPath } from "./fixtures/testModels.ts";
import type { LlamaProcess } from "./LlamaProcess.ts";

const oracle = z
  .object({
    items: z.array(
      z.object({ text: z.string(), tokens: z.number(), embedding: z.array(z.number()) }),
    ),
  })
  .parse(
    JSON.parse(readFileSync(join(import.meta.dirname, "fixtures", "minilmVectors.json"), "utf8")),
  ).items;

/** Of two vectors of length 1. */
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

describe.each([
  ["embedF16", 0.9999],
  ["embedQ8", 0.999],
] as const)("embedding with %s", (name, least) => {
  let model: LlamaProcess;
  beforeAll(async () => {
    model = await startModel({ modelPath: testModelPath(name), purpose: "embedding" });
  });
  afterAll(() => model[Symbol.asyncDispose]());

  it(`agrees with the float32 reference to ${least}`, async () => {
    const { vectors, truncatedTexts } = await model.embed(oracle.map(({ text }) => text));
    expect(truncatedTexts).toBe(1);
    vectors.forEach((vector, index) => {
      expect(vector).toHaveLength(384);
      expect(cosine(vector, vector)).toBeCloseTo(1, 5);
      expect(cosine(vector, oracle[index]?.embedding ?? [])).toBeGreaterThanOrEqual(least);
    });
  });

  it("gives a text the same vector alone and among many of every length", async () => {
    const texts = Array.from(
      { length: 40 },
      (_, index) => `Text ${index}. ${"more words ".repeat((index * 7) % 60)}`,
    );
    const together = await model.embed(texts);
    for (const index of [0, 15, 16, 39]) {
      const alone = await model.embed([texts[index] ?? ""]);
      expect(cosine(alone.vectors[0] ?? [], together.vectors[index] ?? [])).toBeGreaterThan(0.999);
    }
    expect(new Set(together.vectors.map((vector) => vector[0])).size).toBe(40);
  });

  it("takes empty and over-long texts, and says how many it cut", async () => {
    const { vectors, truncatedTexts, tokens } = await model.embed([
      "",
      " ",
      "word ".repeat(20_000),
      "x".repeat(2_000_000),
      "\u0000\uD800",
      "fits",
    ]);
    expect(vectors).toHaveLength(6);
    for (const vector of vectors) expect(vector.every(Number.isFinite)).toBe(true);
    expect(truncatedTexts).toBe(2);
    expect(tokens).toBeLessThan(2 * 512 + 40);
    expect(await model.embed([])).toEqual({ vectors: [], truncatedTexts: 0, tokens: 0 });
  });

  it("stops when asked to, and works on", async () => {
    const abort = new AbortController();
    const many = model.embed(
      Array.from({ length: 200 }, () => "many words ".repeat(150)),
      { signal: abort.signal },
    );
    setTimeout(() => abort.abort(), 300);
    await expect(many).rejects.toMatchObject({ code: "cancelled" });
    expect((await model.embed(["again"])).vectors).toHaveLength(1);
  });

  it("refuses to write, in words", async () => {
    const stream = model.generate({ prompt: { kind: "text", text: "Hi" } });
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "bad-input",
    });
  });
});
