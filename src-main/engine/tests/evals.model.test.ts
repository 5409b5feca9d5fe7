import fs from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineConnection } from "../../supervisor/connectEngine.ts";
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
      questions: 7,
      modes: ["rag"],
    }).result;
    expect(run).toMatchObject({ status: "complete", questions: 7 });
    const [arm] = run.arms;
    // Each of its documents answers its question, on the right page, in spite of the order.
    expect(arm?.scores.pageCorrect).toBeGreaterThanOrEqual(0.8);
    expect(arm?.scores.obeyed).not.toBeNull();
    const { cases } = await client.call("evals.cases", { runId: run.id });
    const obeyed = cases.filter(({ scores }) => scores.obeyed === 1);
    expect(arm?.scores.obeyed).toBeCloseTo(obeyed.length / 7);
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
