import Anthropic from "@anthropic-ai/sdk";
import fs from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiTest, chatModel } from "./testing/ApiTest.ts";

let test: ApiTest;
let client: Anthropic;

beforeAll(async () => {
  test = await ApiTest.start();
  const baseURL = test.baseUrl.replace(/\/v1$/u, "");
  client = new Anthropic({ baseURL, apiKey: test.key, maxRetries: 0 });
});
afterAll(() => test[Symbol.asyncDispose]());

const model = chatModel;
const asked = [{ role: "user" as const, content: "Name three colours." }];
const greedy = { model, messages: asked, max_tokens: 12, temperature: 0 };
const weather: Anthropic.Tool = {
  name: "get_weather",
  description: "The weather of a place",
  input_schema: {
    type: "object",
    properties: { city: { enum: ["Paris", "Oslo"] } },
    required: ["city"],
  },
};

describe("the official Anthropic client", () => {
  it("gets a message, whole and streamed alike", async () => {
    const whole = await client.messages.create({ ...greedy, system: "Be brief." });
    expect(whole).toMatchObject({ type: "message", role: "assistant", model });
    expect(["end_turn", "max_tokens"]).toContain(whole.stop_reason);
    const [block] = whole.content;
    if (block?.type !== "text") throw new Error("There is no text.");
    expect(block.text.length).toBeGreaterThan(3);
    expect(whole.usage.output_tokens).toBeGreaterThan(0);

    const pieces: string[] = [];
    const stream = client.messages.stream({ ...greedy, system: "Be brief." });
    stream.on("text", (piece) => pieces.push(piece));
    const final = await stream.finalMessage();
    expect(pieces.join("")).toBe(block.text);
    expect(final.content[0]).toMatchObject({ type: "text", text: block.text });
    expect(final.stop_reason).toBe(whole.stop_reason);
    expect(final.usage.output_tokens).toBe(whole.usage.output_tokens);
    const { input_tokens: fresh, cache_read_input_tokens: reused } = final.usage;
    expect(fresh + (reused ?? 0)).toBe(
      whole.usage.input_tokens + (whole.usage.cache_read_input_tokens ?? 0),
    );
  });

  it("counts a prompt as it is read", async () => {
    const counted = await client.messages.countTokens({ model, messages: asked });
    const { usage } = await client.messages.create({ ...greedy, max_tokens: 1 });
    expect(counted.input_tokens).toBe(usage.input_tokens + (usage.cache_read_input_tokens ?? 0));
    const more = await client.messages.countTokens({ model, messages: asked, tools: [weather] });
    expect(more.input_tokens).toBeGreaterThan(counted.input_tokens + 20);
  });

  it("names the sequence that it stopped at, and goes on with a begun answer", async () => {
    const { content } = await client.messages.create(greedy);
    const text = content[0]?.type === "text" ? content[0].text : "";
    const stop = text.slice(4, 8);
    const cut = await client.messages.create({ ...greedy, stop_sequences: [stop] });
    expect(cut).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: stop });
    const begun = await client.messages.create({
      ...greedy,
      messages: [...asked, { role: "assistant", content: "Red, green and" }],
    });
    expect(begun.content[0]).toMatchObject({ type: "text" });
  });

  it("uses a tool where it has to, whole and streamed, and takes its result", async () => {
    const request = {
      model,
      max_tokens: 60,
      messages: [{ role: "user" as const, content: "How is the weather in Paris?" }],
      tools: [weather],
      tool_choice: { type: "tool" as const, name: "get_weather" },
    };
    const whole = await client.messages.create(request);
    expect(whole.stop_reason).toBe("tool_use");
    const use = whole.content.find((block) => block.type === "tool_use");
    expect(use).toMatchObject({
      name: "get_weather",
      input: { city: expect.any(String) as string },
    });
    const final = await client.messages.stream(request).finalMessage();
    expect(final.content.at(-1)).toMatchObject({ type: "tool_use", name: "get_weather" });
    const told = await client.messages.create({
      ...greedy,
      messages: [
        ...request.messages,
        { role: "assistant", content: whole.content },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: use?.id ?? "", content: "Clear, 21 °C" }],
        },
      ],
      tools: [weather],
      tool_choice: { type: "none" },
    });
    expect(told.content[0]).toMatchObject({ type: "text" });
  });

  it("gets errors that it knows", async () => {
    await expect(client.messages.create({ ...greedy, model: "claude" })).rejects.toBeInstanceOf(
      Anthropic.NotFoundError,
    );
    await expect(client.messages.create({ ...greedy, max_tokens: -1 })).rejects.toMatchObject({
      status: 400,
      error: { error: { type: "invalid_request_error" } },
      message: expect.stringContaining("max_tokens") as string,
    });
    const stranger = new Anthropic({
      baseURL: test.baseUrl.replace(/\/v1$/u, ""),
      apiKey: "no",
      maxRetries: 0,
    });
    await expect(stranger.messages.create(greedy)).rejects.toBeInstanceOf(
      Anthropic.AuthenticationError,
    );
  });

  it("lists models", async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toContain(chatModel);
  });
});

describe("Hearth's own interface", () => {
  it("finds passages and answers with citations", async () => {
    const file = path.join(test.folder, "lighthouse.md");
    await fs.writeFile(file, "The lighthouse of Skerrow was built in 1871 by Ada Brenn.\n");
    const ingest = test.engine.client.stream("documents.ingest", { paths: [file] });
    await ingest.result;
    const post = async (where: string, body: object): Promise<Response> =>
      await fetch(`${test.baseUrl}${where}`, {
        method: "POST",
        headers: { "x-api-key": test.key },
        body: JSON.stringify(body),
      });
    const list = await fetch(`${test.baseUrl}/documents`, { headers: { "x-api-key": test.key } });
    const { data } = (await list.json()) as { data: { id: string; name: string }[] };
    expect(data).toMatchObject([{ name: "lighthouse.md", status: "ready" }]);

    const found = await post("/search", { query: "Who built the lighthouse?", limit: 3 });
    expect(await found.json()).toMatchObject({
      data: [{ document: "lighthouse.md", text: expect.stringContaining("Ada Brenn") as string }],
    });
    const question = "When was the lighthouse of Skerrow built?";
    const stream = await post("/answers", { question, document_ids: [data[0]?.id], stream: true });
    const events = (await stream.text()).split("\n\n");
    const last = events.find((event) => event.startsWith("event: answer\n")) ?? "";
    expect(JSON.parse(last.split("data: ")[1] ?? "")).toMatchObject({
      object: "answer",
      abstained: false,
      answer: expect.stringContaining("1871") as string,
      citations: [{ n: 1, document: "lighthouse.md" }],
    });
    const refused = await post("/answers", { question, model: "none" });
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ error: { code: "model-missing" } });
  });
});
