import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiTest, chatModel, embeddingModel } from "./testing/ApiTest.ts";

let test: ApiTest;
let client: OpenAI;

beforeAll(async () => {
  test = await ApiTest.start();
  client = new OpenAI({ baseURL: test.baseUrl, apiKey: test.key, maxRetries: 0 });
});
afterAll(() => test[Symbol.asyncDispose]());

const model = chatModel;
const greedy = { temperature: 0, max_tokens: 16 } as const;
const asked = [{ role: "user" as const, content: "Name three colours." }];

describe("the official OpenAI client", () => {
  it("lists and finds models", async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([chatModel, embeddingModel]));
    expect((await client.models.retrieve(chatModel)).id).toBe(chatModel);
    await expect(client.models.retrieve("gpt-5")).rejects.toMatchObject({ status: 404 });
  });

  it("chats, whole and streamed alike", async () => {
    const whole = await client.chat.completions.create({ model, messages: asked, ...greedy });
    expect(whole).toMatchObject({ object: "chat.completion", model });
    const [choice] = whole.choices;
    expect(choice).toMatchObject({ index: 0, logprobs: null });
    expect(["stop", "length"]).toContain(choice?.finish_reason);
    expect(choice?.message.content?.length).toBeGreaterThan(3);
    expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
    expect(whole.usage?.completion_tokens).toBeLessThanOrEqual(16);
    expect(whole.usage?.total_tokens).toBe(
      (whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0),
    );

    const stream = await client.chat.completions.create({
      model,
      messages: asked,
      ...greedy,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    const ends: unknown[] = [];
    let usage: unknown;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      if (chunk.choices[0]?.finish_reason) ends.push(chunk.choices[0].finish_reason);
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(choice?.message.content);
    expect(ends).toEqual([choice?.finish_reason]);
    expect(usage).toMatchObject({ completion_tokens: whole.usage?.completion_tokens });
  });

  it("ends before a stop string, and repeats with a seed", async () => {
    const run = (more: object) =>
      client.chat.completions.create({ model, messages: asked, max_tokens: 12, ...more });
    const free = (await run({ temperature: 0 })).choices[0]?.message.content ?? "";
    const stop = free.slice(4, 8);
    const cut = (await run({ temperature: 0, stop: [stop] })).choices[0];
    expect(cut).toMatchObject({ finish_reason: "stop" });
    expect(cut?.message.content).toBe(free.slice(0, free.indexOf(stop)));
    const seeded = await Promise.all([1, 2].map(() => run({ seed: 5, temperature: 1 })));
    expect(seeded[0]?.choices[0]?.message.content).toBe(seeded[1]?.choices[0]?.message.content);
  });

  it("answers several times at once", async () => {
    const { choices } = await client.chat.completions.create({
      model,
      messages: asked,
      n: 3,
      temperature: 1.5,
      seed: 1,
      max_tokens: 8,
    });
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(choices.map(({ message }) => message.content)).size).toBeGreaterThan(1);
  });

  it("writes JSON that follows a schema, and nothing else", async () => {
    const schema = {
      type: "object",
      properties: {
        colour: { enum: ["red", "green"] },
        count: { type: "integer", minimum: 1, maximum: 20 },
        code: { type: "string", pattern: "^[A-Z]{2}-[^0-9]\\d$" },
      },
      required: ["colour", "count", "code"],
      additionalProperties: false,
    };
    const { choices } = await client.chat.completions.create({
      model,
      messages: asked,
      temperature: 1,
      max_tokens: 60,
      response_format: { type: "json_schema", json_schema: { name: "x", strict: true, schema } },
    });
    expect(choices[0]?.finish_reason).toBe("stop");
    const value: unknown = JSON.parse(choices[0]?.message.content ?? "");
    expect(value).toEqual({
      colour: expect.stringMatching(/^(red|green)$/) as string,
      count: expect.toSatisfy((count: number) => count >= 1 && count <= 20) as number,
      code: expect.stringMatching(/^[A-Z]{2}-[^0-9]\d$/) as string,
    });
  });

  it("calls a tool where it has to, whole and streamed, and takes its result", async () => {
    const tools: OpenAI.Chat.ChatCompletionFunctionTool[] = [
      {
        type: "function",
        function: {
          name: "get_weather",
          description: "The weather of a place",
          parameters: {
            type: "object",
            properties: { city: { enum: ["Paris", "Oslo"] } },
            required: ["city"],
          },
        },
      },
    ];
    const messages = [{ role: "user" as const, content: "How is the weather in Paris?" }];
    const request = { model, messages, tools, tool_choice: "required" as const, max_tokens: 60 };
    const whole = await client.chat.completions.create(request);
    expect(whole.choices[0]).toMatchObject({ finish_reason: "tool_calls" });
    const call = whole.choices[0]?.message.tool_calls?.[0];
    if (call?.type !== "function") throw new Error("There is no call of a function.");
    expect(call.function.name).toBe("get_weather");
    expect(["Paris", "Oslo"]).toContain(
      (JSON.parse(call.function.arguments) as { city: string }).city,
    );

    const streamed = client.chat.completions.stream(request);
    const final = await streamed.finalChatCompletion();
    expect(final.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      type: "function",
      function: { name: "get_weather" },
    });

    const told = await client.chat.completions.create({
      model,
      messages: [
        ...messages,
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: call.id, content: '{"sky": "clear"}' },
      ],
      tools,
      tool_choice: "none",
      ...greedy,
    });
    expect(told.choices[0]?.message.content).not.toBe("");
  });

  it("reports probabilities that add up", async () => {
    const { choices } = await client.chat.completions.create({
      model,
      messages: asked,
      ...greedy,
      max_tokens: 4,
      logprobs: true,
      top_logprobs: 3,
    });
    const tokens = choices[0]?.logprobs?.content ?? [];
    expect(tokens.length).toBeGreaterThan(0);
    expect(tokens.map(({ token }) => token).join("")).toContain(
      choices[0]?.message.content?.trim(),
    );
    for (const token of tokens) {
      expect(token.logprob).toBeLessThanOrEqual(0);
      expect(token.top_logprobs).toHaveLength(3);
      // Greedy: what was chosen is the likeliest.
      expect(token.top_logprobs[0]?.logprob).toBeCloseTo(token.logprob, 3);
    }
  });

  it("completes a text, also several at once", async () => {
    const { choices, usage } = await client.completions.create({
      model,
      prompt: ["The capital of France is", "One, two, three,"],
      temperature: 0,
      max_tokens: 6,
    });
    expect(choices).toHaveLength(2);
    expect(choices[0]?.text).toContain("Paris");
    expect(usage?.completion_tokens).toBeLessThanOrEqual(12);
    const stream = await client.completions.create({
      model,
      prompt: "The capital of France is",
      temperature: 0,
      max_tokens: 6,
      stream: true,
    });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? "";
    expect(text).toBe(choices[0]?.text);
  });

  it("embeds texts, as numbers and as bytes alike", async () => {
    const input = ["A cat on a mat.", "A feline on a rug.", "Quarterly tax returns."];
    // The client asks for base64 by itself where nothing is said.
    const bytes = await client.embeddings.create({ model: embeddingModel, input });
    const floats = await client.embeddings.create({
      model: embeddingModel,
      input,
      encoding_format: "float",
      dimensions: 384,
    });
    expect(floats.data.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(bytes.usage.prompt_tokens).toBeGreaterThan(10);
    const vectors = floats.data.map(({ embedding }) => embedding);
    for (const [at, vector] of vectors.entries()) {
      expect(vector).toHaveLength(384);
      expect(bytes.data[at]?.embedding.map(Math.fround)).toEqual(vector.map(Math.fround));
    }
    const dot = (a: number[], b: number[]): number =>
      a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
    const [cat = [], feline = [], tax = []] = vectors;
    expect(dot(cat, cat)).toBeCloseTo(1, 3);
    expect(dot(cat, feline)).toBeGreaterThan(dot(cat, tax) + 0.2);
    await expect(
      client.embeddings.create({ model: embeddingModel, input, dimensions: 100 }),
    ).rejects.toMatchObject({ status: 400, param: "dimensions" });
    await expect(
      client.embeddings.create({ model: embeddingModel, input: "word ".repeat(5_000) }),
    ).rejects.toMatchObject({ status: 400, param: "input" });
  });

  it("gets errors that it knows", async () => {
    const create = (more: object) =>
      client.chat.completions.create({ model, messages: asked, max_tokens: 4, ...more });
    await expect(create({ model: "gpt-5" })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(create({ temperature: -1 })).rejects.toMatchObject({
      status: 400,
      param: "temperature",
      type: "invalid_request_error",
    });
    await expect(
      create({ messages: [{ role: "user", content: "word ".repeat(20_000) }] }),
    ).rejects.toMatchObject({ status: 400, code: "context_length_exceeded" });
    const stranger = new OpenAI({ baseURL: test.baseUrl, apiKey: "hearth-no", maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });

  it("stops the model when the client goes away", async () => {
    const stream = await client.chat.completions.create({
      model,
      messages: [{ role: "user", content: "Write a very long story." }],
      ignore_eos: true,
      max_tokens: 4_000,
      stream: true,
    } as OpenAI.Chat.ChatCompletionCreateParamsStreaming);
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) break;
    }
    await expect.poll(() => test.runningRequests(), { timeout: 5_000 }).toBe(0);
  });

  it("is told in the stream when the model dies, and the next request works", async () => {
    const stream = await client.chat.completions.create({
      model,
      messages: asked,
      ignore_eos: true,
      max_tokens: 4_000,
      stream: true,
    } as OpenAI.Chat.ChatCompletionCreateParamsStreaming);
    const reading = (async () => {
      for await (const chunk of stream) {
        if (chunk.choices[0]?.delta.content) await test.killModel();
      }
    })();
    await expect(reading).rejects.toBeInstanceOf(OpenAI.APIError);
    const again = await client.chat.completions.create({ model, messages: asked, ...greedy });
    expect(again.choices[0]?.message.content).not.toBe("");
  });
});
