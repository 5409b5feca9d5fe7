import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chunkTestDocument } from "./chunkTestDocument.ts";
import { evaluateRetrieval } from "./evaluateRetrieval.ts";
import { loadBeir } from "./loadBeir.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "hearth-eval-test-"));
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

const corpus = [
  { _id: "wing", title: "Wings", text: "A wing makes lift. The lift grows with speed." },
  { _id: "bread", title: "Bread", text: "Bread is baked from flour, water and salt." },
  { _id: "tides", title: "Tides", text: "The moon pulls the sea, and so the tides rise." },
  { _id: 4, title: "", text: "" },
];
const queries = [
  { _id: "q1", text: "what makes lift" },
  { _id: "q2", text: "how is bread baked" },
  { _id: "q3", text: "nothing is judged here" },
];

async function write(qrels: string, where = "qrels.tsv"): Promise<void> {
  const lines = (rows: unknown[]): string => rows.map((row) => JSON.stringify(row)).join("\n");
  await writeFile(join(dir, "corpus.jsonl"), lines(corpus));
  await writeFile(join(dir, "queries.jsonl"), `${lines(queries)}\n\n`);
  await mkdir(join(dir, "qrels"), { recursive: true });
  await writeFile(join(dir, where), qrels);
}

/** Stands in for a model: one number for each of a few words. */
async function embed(texts: readonly string[]): Promise<Float32Array[]> {
  const words = ["lift", "wing", "bread", "flour", "moon", "tide", "bake", "sea"];
  return texts.map((text) =>
    Float32Array.from(words, (word) => (text.toLowerCase().includes(word) ? 1 : 0.01)),
  );
}

const header = "query-id\tcorpus-id\tscore\n";

describe("loadBeir", () => {
  it.each([
    ["a header", `${header}q1\twing\t2\nq2\tbread\t1\n`, "qrels.tsv"],
    ["no header", "q1\twing\t2\nq2\tbread\t1\n", "qrels.tsv"],
    ["four columns", "q1 0 wing 2\r\nq2 0 bread 1\r\n", "qrels.tsv"],
    ["a folder of judgements", `${header}q1\twing\t2\nq2\tbread\t1`, "qrels/test.tsv"],
  ])("reads judgements with %s", async (_name, qrels, where) => {
    await write(qrels, where);
    const dataset = await loadBeir(dir);
    expect(dataset.documents.map((document) => document.id)).toEqual([
      "wing",
      "bread",
      "tides",
      "4",
    ]);
    expect(dataset.queries.map((query) => query.id)).toEqual(["q1", "q2"]);
    expect(dataset.judgements.get("q1")).toEqual(new Map([["wing", 2]]));
  });

  it("says which file is missing and which line is wrong", async () => {
    await expect(loadBeir(dir)).rejects.toMatchObject({
      code: "not-found",
      reason: expect.stringContaining("corpus.jsonl"),
    });
    await write("q1\twing\t2\nq2\tbread\tgood\n");
    await expect(loadBeir(dir)).rejects.toMatchObject({
      code: "bad-input",
      reason: expect.stringContaining("Line 2 of qrels.tsv"),
    });
    await write(`${header}q1\twing\t1\n`);
    await writeFile(join(dir, "corpus.jsonl"), '{"_id": "a", "text": "x"}\n{"text": "no id"}\n');
    await expect(loadBeir(dir)).rejects.toMatchObject({
      reason: expect.stringContaining("Line 2 of corpus.jsonl"),
    });
  });

  it("refuses a collection with nothing to measure", async () => {
    await write(`${header}q1\twing\t0\n`);
    await expect(loadBeir(dir)).rejects.toMatchObject({ code: "bad-input" });
    await write(`${header}q1\twing\t1\n`);
    await writeFile(join(dir, "corpus.jsonl"), "");
    await expect(loadBeir(dir)).rejects.toMatchObject({ code: "bad-input" });
  });
});

describe("evaluateRetrieval", () => {
  it("runs the three arms and leaves nothing behind", async () => {
    await write(`${header}q1\twing\t2\nq2\tbread\t1\nq2\ttides\t1\n`);
    const stages = new Set<string>();
    const result = await evaluateRetrieval({
      dataset: await loadBeir(dir),
      chunk: chunkTestDocument,
      embed,
      tempDir: join(dir, "qrels"),
      onProgress: ({ stage, done, total }) => {
        stages.add(stage);
        expect(done).toBeLessThanOrEqual(total);
      },
    });
    expect(result).toMatchObject({ documents: 4, queries: 2 });
    expect(result.arms.keyword.mrrAt10).toBe(1);
    expect(result.arms.vector.mrrAt10).toBe(1);
    expect(result.arms.hybrid.recallAt10).toBeGreaterThan(0.5);
    expect(result.ingestMs).toBeGreaterThan(0);
    expect([...stages]).toEqual(["indexing", "searching"]);
    expect((await readdir(join(dir, "qrels"))).filter((name) => name.startsWith("hearth"))).toEqual(
      [],
    );
  });

  it("measures what a reranker gains, where there is one", async () => {
    await write(`${header}q1\ttides\t1\nq2\ttides\t1\n`);
    const asked: string[] = [];
    const result = await evaluateRetrieval({
      dataset: await loadBeir(dir),
      chunk: chunkTestDocument,
      embed,
      rerank: async (question, passages) => {
        asked.push(question);
        const scores = passages.map((text) => (text.includes("moon") ? 1 : 0));
        return { scores, stopped: null };
      },
      ablate: true,
    });
    expect(new Set(asked)).toEqual(new Set(["what makes lift", "how is bread baked"]));
    expect(result.arms.hybrid.mrrAt10).toBe(1);
    const row = result.ablation?.find(({ name }) => name === "without reranker");
    expect(row?.metrics.ndcgAt10).toBeLessThan(1);
    expect(row?.gain.ndcgAt10.mean).toBeGreaterThan(0);
  });

  it("compares with each technique switched off, and chooses settings by folds", async () => {
    await write(`${header}q1\twing\t2\nq2\tbread\t1\nq3\ttides\t1\n`);
    let embedded = 0;
    const result = await evaluateRetrieval({
      dataset: await loadBeir(dir),
      chunk: chunkTestDocument,
      embed: (texts) => {
        embedded += texts.length;
        return embed(texts);
      },
      ablate: true,
      folds: 3,
    });
    expect(embedded).toBe(3 + 3);
    expect(result.ablation?.map(({ name }) => name)).toEqual([
      "ranks instead of scores",
      "without neighbours",
      "rank fusion alone",
    ]);
    for (const { metrics, gain } of result.ablation ?? []) {
      expect(result.arms.hybrid.ndcgAt10 - metrics.ndcgAt10).toBeCloseTo(gain.ndcgAt10.mean, 12);
    }
    expect(result.folds?.chosen).toHaveLength(3);
  });

  it("refuses judgements that belong to another collection", async () => {
    await write(`${header}q1\tsomething-else\t1\n`);
    const dataset = await loadBeir(dir);
    await expect(
      evaluateRetrieval({ dataset, chunk: chunkTestDocument, embed }),
    ).rejects.toMatchObject({ code: "bad-input" });
  });

  it("stops when cancelled", async () => {
    await write(`${header}q1\twing\t1\n`);
    const dataset = await loadBeir(dir);
    const controller = new AbortController();
    const running = evaluateRetrieval({
      dataset,
      chunk: chunkTestDocument,
      embed,
      signal: controller.signal,
      tempDir: join(dir, "qrels"),
      onProgress: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    expect((await readdir(join(dir, "qrels"))).filter((name) => name.startsWith("hearth"))).toEqual(
      [],
    );
  });
});

describe("chunkTestDocument", () => {
  it("puts a title that the text repeats in once", () => {
    const [chunk] = chunkTestDocument({ title: "On wings", text: "On wings. They lift." });
    expect(chunk?.embedText.match(/On wings/g)).toHaveLength(1);
    expect(chunkTestDocument({ title: "", text: " " })).toEqual([]);
  });
});
