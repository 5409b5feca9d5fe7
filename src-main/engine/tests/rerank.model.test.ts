import fs from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hit } from "../../contract/search.ts";
import { scoreOf, writeSmallRanker } from "../models/testing/smallRanker.ts";
import type { Client } from "./testing/conversation.ts";
import { kill9 } from "./testing/processes.ts";
import { TestEngine } from "./testing/testEngine.ts";

const query = "who was the keeper of the harbour light";

describe("a reranker that is installed", () => {
  let engine: TestEngine;
  let client: Client;
  beforeAll(async () => {
    engine = await TestEngine.make();
    await writeSmallRanker(path.join(engine.home, "models", "small-ranker.gguf"));
    const folder = path.join(engine.folder, "docs");
    await fs.mkdir(folder);
    const said = [
      "keeper changed the lamp",
      "storm was first",
      "oil is in the ship",
      "tide was in",
    ];
    for (const [at, what] of said.entries()) {
      await fs.writeFile(path.join(folder, `${at}.txt`), `At the harbour the ${what}.\n`);
    }
    ({ client } = await engine.connect());
    await client.stream("documents.ingest", { paths: [folder] }).result;
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  async function search(): Promise<Hit[]> {
    const { hits } = await client.call("search.query", { query, limit: 3 });
    expect(hits).toHaveLength(3);
    for (const { score, explain } of hits) {
      const sum = explain.contributions.reduce((total, part) => total + part.contribution, 0);
      expect(sum).toBeCloseTo(score, 12);
      expect(explain.reranking?.of).toBe(4);
    }
    return hits;
  }

  const isRead = async (): Promise<boolean> =>
    (await search()).every(({ explain }) =>
      explain.contributions.some(({ list }) => list === "reranker"),
    );

  it("reads what was found, once it is loaded", async () => {
    await expect.poll(isRead, { timeout: 30_000 }).toBe(true);
    const [best] = await search();
    expect(best?.explain.reranking).toEqual({ read: 4, of: 4, stopped: null });
  });

  it("can be asked by programs", async () => {
    const texts = ["the keeper changed the lamp .", "oil"];
    const { scores, model } = await client.call("rerank.run", { question: "who ?", texts });
    expect(model).toBe("small-ranker");
    for (const [at, text] of texts.entries()) {
      const expected = scoreOf(["[CLS]", "who", "?", "[SEP]", ...text.split(" "), "[SEP]"]);
      expect(scores[at]).toBeCloseTo(expected, 2);
    }
    await expect(client.call("rerank.run", { question: "who ?", texts: [] })).rejects.toMatchObject(
      {
        code: "bad-input",
      },
    );
  });

  it("may die: search goes on, and has it again", async () => {
    let pid: number | null | undefined;
    const stop = client.watch("models.state", {}, ({ loaded }) => {
      pid ??= loaded.find(({ modelId }) => modelId.includes("small-ranker"))?.pid;
    });
    await expect.poll(() => pid).toBeTypeOf("number");
    stop();
    await kill9(pid ?? 0);
    await search();
    await expect.poll(isRead, { timeout: 30_000 }).toBe(true);
  });

  it("is asked no more when it is switched off", async () => {
    await client.call("settings.update", { rerankerModel: "off" });
    const { hits } = await client.call("search.query", { query, limit: 3 });
    expect(hits.map(({ explain }) => explain.reranking)).toEqual([undefined, undefined, undefined]);
  });
});
