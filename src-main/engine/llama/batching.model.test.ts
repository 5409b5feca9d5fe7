import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answer, startChat } from "./fixtures/testModels.ts";
import type { GenerateEvent, GenerateRequest } from "./InferenceBackend.ts";
import type { LlamaProcess } from "./LlamaProcess.ts";

const text = (words: string, maxTokens: number, more: Partial<GenerateRequest> = {}) => ({
  prompt: { kind: "text", text: words } as const,
  maxTokens,
  sampling: { temperature: 0 },
  ignoreEos: true,
  ...more,
});

/** About so many tokens of text that begins with its topic, so that topics share nothing. */
const prose = (topic: string, tokens: number): string =>
  `${topic}. `.concat(
    Array.from(
      { length: Math.ceil(tokens / 12) },
      (_, n) => `In year ${n} the ${topic} went over the hill.`,
    ).join(" "),
  );

describe("many requests in one batch", () => {
  let model: LlamaProcess;
  beforeAll(async () => {
    model = await startChat({ contextTokens: 2_048, places: 3 });
  });
  afterAll(() => model[Symbol.asyncDispose]());

  it("writes together what each would write alone", async () => {
    const topics = ["A ship", "The moon", "Old bread"];
    const alone: string[] = [];
    for (const topic of topics) alone.push((await answer(model, text(topic, 12))).text);
    const together = await Promise.all(topics.map((topic) => answer(model, text(topic, 12))));
    // Batches of another size round differently, which may turn over a near tie further on.
    together.forEach(({ text: written }, n) =>
      expect(written.slice(0, 8)).toBe(alone[n]?.slice(0, 8)),
    );
    expect(together.every(({ end }) => end.tokens === 12 && end.reason === "length")).toBe(true);
  });

  it("lets those beyond the limit wait, tells their place, and serves them in order", async () => {
    const ended: number[] = [];
    const runs = await Promise.all(
      [0, 1, 2, 3, 4].map(async (n) => {
        const result = await answer(model, text(`Number ${n} is`, n < 3 ? 24 + 8 * n : 4));
        ended.push(n);
        return result;
      }),
    );
    const places = runs.map(({ events }) =>
      events.flatMap((event) => (event.type === "queued" ? [event.place] : [])),
    );
    expect(places.slice(0, 3)).toEqual([[], [], []]);
    expect(places[3]).toEqual([1]);
    expect(places[4]).toEqual([2, 1]);
    expect(ended.indexOf(3)).toBeLessThan(ended.indexOf(4));
  });

  it("evaluates a common start once, even when all come at the same moment", async () => {
    const start = prose("common road", 300);
    const runs = await Promise.all(
      ["one", "two", "three"].map((end) => answer(model, text(`${start} And ${end}`, 4))),
    );
    const total = runs[0]?.end.promptTokens ?? 0;
    const evaluated = runs.map(({ end }) => end.promptTokens - end.reusedTokens);
    expect(total).toBeGreaterThan(250);
    expect(evaluated.reduce((sum, count) => sum + count)).toBeLessThan(total + 40);
    // The count comes by itself, at rest at last.
    await expect.poll(() => model.activity.running).toBe(0);
    expect(model.activity.kvCellsUsed).toBeLessThan(total + 60);
  });

  it("keeps a chat streaming while another one reads a long prompt", async () => {
    const arrivals: number[] = [];
    const streaming = (async () => {
      for await (const event of model.generate(text("Once upon a time", 160)))
        if (event.type === "text") arrivals.push(performance.now());
    })();
    await expect.poll(() => arrivals.length, { timeout: 20_000 }).toBeGreaterThan(3);
    const before = arrivals.length;
    const reading = await answer(model, text(prose("long reader", 1_200), 1));
    await streaming;
    expect(reading.end.promptTokens).toBeGreaterThan(1_000);
    expect(arrivals.length).toBeGreaterThan(before + 10);
  });

  it("frees the place of a cancelled request within a step", async () => {
    const stop = new AbortController();
    const cancelled = answer(model, text("Endless", 2_000), stop.signal);
    await expect.poll(() => model.activity.running, { timeout: 20_000 }).toBe(1);
    stop.abort();
    expect((await cancelled).end.reason).toBe("cancelled");
    const next = await answer(model, text("Next", 2));
    expect(next.end.tokens).toBe(2);
    await expect.poll(() => model.activity).toMatchObject({ running: 0, waiting: 0 });
  });

  it("puts the youngest aside when the cells run out, and loses none of its text", async () => {
    const requests = ["bear", "fox", "owl"].map((topic) => text(prose(topic, 500), 220));
    const runs = await Promise.all(requests.map((request) => answer(model, request)));
    for (const { end } of runs) expect(end).toMatchObject({ reason: "length", tokens: 220 });
    const [, , last] = requests;
    if (!last) throw new Error("There are three requests.");
    const alone = await answer(model, last);
    expect(runs[2]?.text.slice(0, 20)).toBe(alone.text.slice(0, 20));
  });

  it("lets background work wait for a chat", async () => {
    const order: string[] = [];
    const run = async (priority: "chat" | "background", tokens: number): Promise<void> => {
      const events: GenerateEvent[] = [];
      for await (const event of model.generate(text(`A ${priority} task`, tokens), { priority }))
        events.push(event);
      order.push(priority);
    };
    const background = run("background", 150);
    await expect.poll(() => model.activity.running, { timeout: 20_000 }).toBe(1);
    await Promise.all([background, run("chat", 20)]);
    expect(order).toEqual(["chat", "background"]);
  });

  it("answers within a grammar", async () => {
    const grammar = 'root ::= "{\\"colour\\": \\"" ("red" | "blue") "\\"}"';
    const { text: written, end } = await answer(model, {
      ...text("Which colour has the sky?", 40, { grammar }),
      sampling: { temperature: 1, seed: 3 },
    });
    expect(JSON.parse(written)).toHaveProperty("colour", expect.stringMatching(/^(red|blue)$/));
    expect(end.reason).toBe("stop");
    await expect(answer(model, text("x", 4, { grammar: "root ::= (" }))).rejects.toMatchObject({
      code: "bad-input",
    });
  });

  it("reports probabilities that add up", async () => {
    const { events } = await answer(model, text("The capital of France is", 5, { logprobs: 20 }));
    const tokens = events.flatMap((event) => (event.type === "text" ? (event.logprobs ?? []) : []));
    expect(tokens).toHaveLength(5);
    for (const { logprob, top } of tokens) {
      expect(top).toHaveLength(20);
      // Greedy takes the likeliest.
      expect(top[0]?.logprob).toBe(logprob);
      const sum = top.reduce((total, other) => total + Math.exp(other.logprob), 0);
      expect(sum).toBeLessThanOrEqual(1.0001);
      expect(sum).toBeGreaterThan(Math.exp(logprob) - 1e-6);
    }
  });
});

describe("conversations that come back", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-states-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("takes the state of a conversation from disk after the model was unloaded", async () => {
    const long = prose("returning", 700);
    const start = () => startChat({ contextTokens: 2_048, stateFolder: folder });
    let firstMs: number;
    let written: string;
    {
      await using model = await start();
      const cold = await answer(model, text(long, 8));
      firstMs = cold.end.firstTokenMs ?? 0;
      written = cold.text;
    }
    expect(await readdir(folder, { recursive: true })).toHaveLength(2);
    await using model = await start();
    const warm = await answer(model, text(`${long}${written}`, 4));
    expect(warm.end.promptTokens - warm.end.reusedTokens).toBeLessThan(12);
    expect(warm.end.firstTokenMs).toBeLessThan(firstMs / 4);
  });

  it("puts an idle chat aside for others and takes it back", async () => {
    await using model = await startChat({ contextTokens: 1_024, places: 2 });
    const long = prose("first chat", 700);
    const first = await answer(model, text(long, 4));
    await answer(model, text(prose("second chat", 700), 4));
    const again = await answer(model, text(`${long}${first.text}`, 4));
    expect(again.end.promptTokens - again.end.reusedTokens).toBeLessThan(12);
  });
});
