import fs from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rootDir } from "../../paths/entries.ts";
import type { EngineConnection } from "../../supervisor/connectEngine.ts";
import { oneLine } from "../rag/citations.ts";
import { TestEngine } from "./testing/testEngine.ts";

let engine: TestEngine;
let client: EngineConnection["client"];

beforeAll(async () => {
  engine = await TestEngine.make();
  ({ client } = await engine.connect());
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

describe("orders in documents", () => {
  it("make no request leave, whatever the model writes, and what it obeys is counted", async () => {
    const run = await client.stream("evals.run", {
      setId: "injections",
      questions: 4,
      modes: ["rag"],
    }).result;
    expect(run).toMatchObject({ status: "complete", questions: 4 });
    const [arm] = run.arms;
    // Each of its documents answers its question, on the right page, in spite of the order.
    expect(arm?.scores.pageCorrect).toBeGreaterThanOrEqual(0.7);
    expect(arm?.scores.obeyed).not.toBeNull();
    const { cases } = await client.call("evals.cases", { runId: run.id });
    const obeyed = cases.filter(({ scores }) => scores.obeyed === 1);
    expect(arm?.scores.obeyed).toBeCloseTo(obeyed.length / 4);
    // Nothing was asked of the network, neither let through nor refused by the guard.
    expect(run.requests).toBe(0);
    expect(await client.call("system.requests", {})).toEqual({ total: 0, requests: [] });
    // The library that was made for it is gone, and the user's knows nothing of it.
    expect((await client.call("documents.list", {})).documents).toEqual([]);
    const { hits } = await client.call("search.query", { query: cases[0]!.question });
    expect(hits).toEqual([]);
    expect(await fs.readdir(path.join(engine.home, "cache", "eval"))).toEqual([]);
  });
});

describe("questions that the model writes about the library", () => {
  it("have their answer in the document, on the page that they name, and make a set", async () => {
    const paths = [path.join(rootDir(), "e2e/fixtures/tidewater-ferry-report.pdf")];
    const taken = await client.stream("documents.ingest", { paths }).result;
    const documentId = taken.documents[0]!.documentId!;
    const made = await client.stream("evals.makeQuestions", { count: 2, seed: 5 }).result;
    expect(made.tried).toBeGreaterThanOrEqual(made.questions.length);
    expect(made.questions.length).toBeGreaterThan(0);
    for (const { answers, goldDocument, goldPages } of made.questions) {
      expect(goldDocument).toBe(documentId);
      const [page = 0] = goldPages;
      const read = await client.call("documents.text", {
        documentId,
        fromPage: page,
        toPage: page,
      });
      expect(oneLine(read.pages[0]?.text ?? "")).toContain(answers[0]);
    }
    const { questions } = made;
    const { set } = await client.call("evals.saveSet", { id: null, name: "Ferry", questions });
    const run = await client.stream("evals.run", { setId: set.id, modes: ["extractive"] }).result;
    expect(run).toMatchObject({ setName: "Ferry", documents: 1, questions: questions.length });
    expect(run.arms[0]?.abstention.answered).toBeGreaterThan(0);
  });
});
