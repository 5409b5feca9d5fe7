import http, { type IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { HearthError } from "../../contract/errors.ts";
import { Api, type ApiLimits } from "./Api.ts";
import { endpoints } from "./endpoints.ts";
import { fakeEngine, knownKey, says, stats, type FakeHandlers } from "./testing/fakeEngine.ts";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: () => Record<string, unknown>;
}

const runKey = "run-key";
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The API on a real HTTP server, before an engine that answers as the handlers say. */
async function serve(
  handlers: Partial<FakeHandlers> = {},
  limits: Partial<ApiLimits> = {},
): Promise<{
  api: Api;
  die: () => void;
  port: number;
  send: (
    path: string,
    body?: unknown,
    more?: { headers?: Record<string, string>; method?: string },
  ) => Promise<Answer>;
}> {
  const { client, die } = fakeEngine(handlers);
  const api = new Api({
    engine: () => Promise.resolve(client),
    isRunKey: (key) => key === runKey,
    limits,
  });
  const server = http.createServer(
    (request, response) => void api.answer(request, response, request.url ?? ""),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  closers.push(async () => {
    api.close();
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return {
    api,
    die,
    port,
    send: async (path, body, more = {}) => {
      const raw = typeof body === "string" || body instanceof Uint8Array;
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: more.method ?? (body === undefined ? "GET" : "POST"),
        headers: more.headers ?? { authorization: `Bearer ${knownKey}` },
        ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text,
        json: () => JSON.parse(text) as Record<string, unknown>,
      };
    },
  };
}

const messages = [{ role: "user", content: "Hi" }];
const bases: Record<string, Record<string, unknown>> = {
  "/v1/chat/completions": { messages, stream: false },
  "/v1/completions": { prompt: "Hi" },
  "/v1/embeddings": { input: "Hi" },
  "/v1/messages": { messages, max_tokens: 5 },
  "/v1/search": { query: "Hi" },
};

/** Each numeric field, and values of it that are right. */
const numbers: [string, string, number[]][] = [
  ["/v1/chat/completions", "temperature", [0, 1.5, 2]],
  ["/v1/chat/completions", "top_p", [0, 0.5, 1]],
  ["/v1/chat/completions", "max_tokens", [1, 4096]],
  ["/v1/chat/completions", "max_completion_tokens", [1, 4096]],
  ["/v1/chat/completions", "n", [1, 16]],
  ["/v1/chat/completions", "seed", [0, 4_294_967_295, Number.MAX_SAFE_INTEGER]],
  ["/v1/chat/completions", "top_k", [0, 40]],
  ["/v1/chat/completions", "min_p", [0, 0.1]],
  ["/v1/chat/completions", "repeat_penalty", [1, 1.5]],
  ["/v1/completions", "temperature", [0]],
  ["/v1/completions", "max_tokens", [1]],
  ["/v1/completions", "n", [2]],
  ["/v1/completions", "best_of", [1]],
  ["/v1/completions", "logprobs", [0, 5]],
  ["/v1/completions", "seed", [0]],
  ["/v1/completions", "top_p", [1]],
  ["/v1/embeddings", "dimensions", [3]],
  ["/v1/messages", "max_tokens", [1]],
  ["/v1/messages", "temperature", [0, 1]],
  ["/v1/messages", "top_p", [1]],
  ["/v1/messages", "top_k", [0]],
  ["/v1/search", "limit", [1, 200]],
];
const wrong = [
  "-1",
  "-0.5",
  '"NaN"',
  "NaN",
  "Infinity",
  "1e99",
  "1e999",
  '"1"',
  "true",
  "[]",
  "{}",
  '""',
];

function calm(): Partial<FakeHandlers> {
  return {
    "embeddings.run": ({ texts }) => ({
      vectors: texts.map(() => Buffer.from(Float32Array.of(0, 0.5, 1).buffer).toString("base64")),
      dimensions: 3,
      tokens: 2,
      truncatedTexts: 0,
      contextTokens: 512,
      model: "embedder",
    }),
    "search.query": () => ({ hits: [] }),
    "tokens.count": () => ({ tokens: 11 }),
  };
}

describe("fields", () => {
  it.each(numbers)("%s takes %s within its bounds alone", async (path, field, right) => {
    const { send } = await serve(calm());
    for (const value of right) {
      const answer = await send(path, { ...bases[path], [field]: value });
      expect(answer.status, `${value}: ${answer.text}`).toBe(200);
    }
    for (const value of wrong) {
      const body = `{${JSON.stringify(bases[path]).slice(1, -1)}, "${field}": ${value}}`;
      const answer = await send(path, body);
      expect(answer.status, `${value}: ${answer.text}`).toBe(400);
      expect(answer.text, value).toContain(field);
    }
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["/v1/chat/completions", { messages: [] }, "messages"],
    ["/v1/chat/completions", { messages: "Hi" }, "messages"],
    ["/v1/chat/completions", {}, "messages"],
    ["/v1/chat/completions", { messages: [{ role: "king", content: "" }] }, "messages.0.role"],
    ["/v1/chat/completions", { messages: [{ role: "user" }] }, "messages.0.content"],
    [
      "/v1/chat/completions",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: {} }] }] },
      "messages.0.content.0.type",
    ],
    ["/v1/chat/completions", { messages, temperature: 2.1 }, "temperature"],
    ["/v1/chat/completions", { messages, top_p: 1.1 }, "top_p"],
    ["/v1/chat/completions", { messages, n: 17 }, "n"],
    ["/v1/chat/completions", { messages, n: 1.5 }, "n"],
    ["/v1/chat/completions", { messages, frequency_penalty: -2.1 }, "frequency_penalty"],
    ["/v1/chat/completions", { messages, presence_penalty: 1e99 }, "presence_penalty"],
    ["/v1/chat/completions", { messages, logprobs: true, top_logprobs: 21 }, "top_logprobs"],
    ["/v1/chat/completions", { messages, logprobs: true, top_logprobs: -1 }, "top_logprobs"],
    ["/v1/chat/completions", { messages, top_logprobs: 2 }, "top_logprobs"],
    ["/v1/chat/completions", { messages, stop: Array(17).fill("x") }, "stop"],
    ["/v1/chat/completions", { messages, stop: ["x", ""] }, "stop"],
    ["/v1/chat/completions", { messages, stop: 7 }, "stop"],
    ["/v1/chat/completions", { messages, stream: "yes" }, "stream"],
    ["/v1/chat/completions", { messages, logit_bias: { 5: 1 } }, "logit_bias"],
    ["/v1/chat/completions", { messages, functions: [] }, "functions"],
    ["/v1/chat/completions", { messages, response_format: { type: "xml" } }, "response_format"],
    ["/v1/chat/completions", { messages, tools: [{ type: "function" }] }, "tools.0.function"],
    ["/v1/completions", { prompt: [1, 2, 3] }, "prompt"],
    ["/v1/completions", { prompt: ["a", "b"], n: 16 }, "n"],
    ["/v1/completions", { prompt: "a", n: 1, best_of: 2 }, "best_of"],
    ["/v1/completions", { prompt: "a", suffix: "b" }, "suffix"],
    ["/v1/embeddings", { input: [] }, "input"],
    ["/v1/embeddings", { input: "" }, "input"],
    ["/v1/embeddings", { input: [[1, 2]] }, "input"],
    ["/v1/embeddings", { input: "a", encoding_format: "int8" }, "encoding_format"],
    ["/v1/embeddings", { input: "a", dimensions: 4 }, "dimensions"],
    ["/v1/messages", { messages }, "max_tokens"],
    ["/v1/messages", { messages, max_tokens: 5, temperature: 1.5 }, "temperature"],
    [
      "/v1/messages",
      { messages: [{ role: "user", content: [{ type: "image" }] }], max_tokens: 5 },
      "messages.0.content.0.type",
    ],
    [
      "/v1/messages",
      { messages: [{ role: "system", content: "" }], max_tokens: 5 },
      "messages.0.role",
    ],
    ["/v1/search", {}, "query"],
    ["/v1/search", { query: "a", document_ids: "all" }, "document_ids"],
    ["/v1/answers", { question: "" }, "question"],
  ])("%s refuses %j and names %s", async (path, body, field) => {
    const { send } = await serve(calm());
    const answer = await send(path, body);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain(field);
    const { param } = answer.json()["error"] as { param?: string };
    if (!path.startsWith("/v1/messages")) expect(`${param}.`).toContain(`${field}.`);
  });

  it("takes what it does not know, and null for what is left out", async () => {
    const { send } = await serve();
    const more = {
      user: "me",
      store: false,
      metadata: {},
      temperature: null,
      n: null,
      tools: null,
    };
    expect((await send("/v1/chat/completions", { messages, ...more })).status).toBe(200);
  });
});

describe("the surface", () => {
  it("is what the README lists", () => {
    expect(endpoints.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      "GET /v1/documents",
      "GET /v1/models",
      "GET /v1/models/",
      "POST /v1/answers",
      "POST /v1/chat/completions",
      "POST /v1/completions",
      "POST /v1/embeddings",
      "POST /v1/messages",
      "POST /v1/messages/count_tokens",
      "POST /v1/search",
    ]);
  });
});

describe("access", () => {
  it("needs a key, for everything", async () => {
    const { send } = await serve();
    const tries: Record<string, string>[] = [
      {},
      { authorization: "Bearer no" },
      { authorization: "Bearer " },
      { authorization: `Basic ${knownKey}` },
      { "x-api-key": "no" },
      { cookie: `hearth-1=${runKey}` },
    ];
    for (const headers of tries) {
      for (const path of ["/v1/models", "/v1/nothing", "/v1"]) {
        const answer = await send(path, undefined, { headers });
        expect(answer.status, JSON.stringify(headers)).toBe(401);
        expect(answer.json()).toMatchObject({ error: { code: "invalid_api_key" } });
      }
    }
    for (const headers of [
      { authorization: `Bearer ${knownKey}` },
      { authorization: `bearer ${runKey}` },
      { "x-api-key": knownKey },
    ]) {
      expect((await send("/v1/models", undefined, { headers })).status).toBe(200);
    }
  });

  it("says in each API's words what there is not", async () => {
    const { send } = await serve();
    expect((await send("/v1/nothing")).status).toBe(404);
    const method = await send("/v1/chat/completions");
    expect(method.status).toBe(405);
    const model = await send("/v1/chat/completions", { messages, model: "gpt-5" });
    expect(model.status).toBe(404);
    expect(model.json()).toEqual({
      error: {
        message: expect.stringContaining("gpt-5") as string,
        type: "invalid_request_error",
        param: null,
        code: "model_not_found",
      },
    });
    const claude = await send("/v1/messages", { messages, model: "claude", max_tokens: 1 });
    expect(claude.status).toBe(404);
    expect(claude.json()).toEqual({
      type: "error",
      error: { type: "not_found_error", message: expect.stringContaining("claude") as string },
    });
    const embedder = await send("/v1/chat/completions", { messages, model: "embedder" });
    expect(embedder.status).toBe(404);
    const own = await send("/v1/search", { query: "" });
    expect(own.json()).toMatchObject({ error: { code: "bad-input", param: "query" } });
  });

  it("finds a model by its file or name, without regard to case", async () => {
    const { send } = await serve();
    for (const model of ["small.gguf", "small", "SMALL", undefined]) {
      const answer = await send("/v1/chat/completions", { messages, model: model ?? "small" });
      expect(answer.json()).toMatchObject({ model: "small" });
    }
  });
});

describe("bodies", () => {
  it.each<[string, string | Uint8Array, number]>([
    ["no JSON", "{", 400],
    ["a list", "[]", 400],
    ["nothing", "", 400],
    ["other bytes", Uint8Array.of(0x7b, 0xff, 0x7d), 400],
    ["brackets without end", `{"messages": ${"[".repeat(100_000)}`, 400],
    ["too much", `{"x": "${"y".repeat(5_000)}"}`, 413],
  ])("refuses %s", async (_name, body, status) => {
    const { send } = await serve({}, { bodyBytes: 4_000 });
    const answer = await send("/v1/chat/completions", body);
    const expected = body.length > 4_000 ? 413 : status;
    expect(answer.status).toBe(expected);
    expect(answer.json()).toHaveProperty("error.message");
  });

  it("refuses too much that comes without its length", async () => {
    const { port } = await serve({}, { bodyBytes: 4_000 });
    const status = await new Promise<number>((resolve, reject) => {
      const request = http.request(
        {
          port,
          method: "POST",
          path: "/v1/chat/completions",
          headers: { authorization: `Bearer ${knownKey}`, "transfer-encoding": "chunked" },
        },
        (response) => {
          resolve(response.statusCode ?? 0);
          response.resume();
        },
      );
      request.on("error", reject);
      for (let n = 0; n < 500; n++) request.write("x".repeat(10_000));
      request.end();
    });
    expect(status).toBe(413);
  });
});

/** The data of server-sent events. */
function eventsOf(text: string): { event: string | undefined; data: string }[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "" && !block.startsWith(":"))
    .map((block) => ({
      event: /^event: (.*)$/mu.exec(block)?.[1],
      data: /^data: (.*)$/mu.exec(block)?.[1] ?? "",
    }));
}

describe("streams", () => {
  const call = { id: "call_1", name: "add", argumentsJson: '{"a":1}' };
  const second = { ...call, id: "call_2" };
  const said = says([
    { type: "delta", text: "", reasoning: "Hm." },
    "Hello",
    { type: "toolCall", call },
    { type: "toolCall", call: second },
  ]);
  const tools = [{ type: "function", function: { name: "add" } }];

  it("come as OpenAI sends them", async () => {
    const { send } = await serve({ "generate.run": said });
    const answer = await send("/v1/chat/completions", {
      messages,
      tools,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(answer.headers["content-type"]).toContain("text/event-stream");
    const events = eventsOf(answer.text);
    expect(events.at(-1)?.data).toBe("[DONE]");
    const chunks = events
      .slice(0, -1)
      .map(({ data }) => JSON.parse(data) as Record<string, unknown>);
    const deltas = chunks.flatMap((chunk) => chunk["choices"] as { delta: object }[]);
    expect(deltas.map(({ delta }) => delta)).toEqual([
      { role: "assistant", content: "", refusal: null },
      { reasoning_content: "Hm." },
      { content: "Hello" },
      {
        tool_calls: [
          {
            index: 0,
            id: "call_1",
            type: "function",
            function: { name: "add", arguments: '{"a":1}' },
          },
        ],
      },
      {
        tool_calls: [
          {
            index: 1,
            id: "call_2",
            type: "function",
            function: { name: "add", arguments: '{"a":1}' },
          },
        ],
      },
      {},
    ]);
    expect(deltas.at(-1)).toMatchObject({ finish_reason: "tool_calls" });
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    });
    expect(chunks[0]).toMatchObject({ usage: null });
  });

  it("hold one call where only one is wanted", async () => {
    const { send } = await serve({ "generate.run": said });
    const one = await send("/v1/chat/completions", { messages, tools, parallel_tool_calls: false });
    expect(one.json()).toMatchObject({
      choices: [{ message: { tool_calls: [{ id: "call_1" }] }, finish_reason: "tool_calls" }],
    });
    expect(one.text).not.toContain("call_2");
  });

  it("come as Anthropic sends them", async () => {
    const { send } = await serve({ "generate.run": said });
    const body = { messages, max_tokens: 9, stream: true, thinking: { type: "enabled" } };
    const events = eventsOf((await send("/v1/messages", body)).text);
    expect(events.map(({ event }) => event)).toEqual([
      "message_start",
      "ping",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    for (const { event, data } of events) expect(JSON.parse(data)).toMatchObject({ type: event });
    expect(JSON.parse(events[0]?.data ?? "")).toMatchObject({
      message: { usage: { input_tokens: 5, cache_read_input_tokens: 2 } },
    });
    expect(JSON.parse(events.at(-2)?.data ?? "")).toMatchObject({
      delta: { stop_reason: "tool_use" },
      usage: { output_tokens: 3 },
    });
  });

  it("are whole where they are not streamed, without thoughts that nobody asked for", async () => {
    const { send } = await serve({ "generate.run": said });
    const message = (await send("/v1/messages", { messages, max_tokens: 9 })).json();
    expect(message["content"]).toEqual([
      { type: "text", text: "Hello" },
      { type: "tool_use", id: "call_1", name: "add", input: { a: 1 } },
      { type: "tool_use", id: "call_2", name: "add", input: { a: 1 } },
    ]);
  });

  it("name the stop sequence", async () => {
    const { send } = await serve({
      "generate.run": () => Promise.resolve({ reason: "stop", stopString: "END", stats }),
    });
    const body = { messages, max_tokens: 9, stop_sequences: ["END"] };
    expect((await send("/v1/messages", body)).json()).toMatchObject({
      stop_reason: "stop_sequence",
      stop_sequence: "END",
    });
  });

  it("end with an error in the API's own shape when the model dies", async () => {
    const dying: FakeHandlers["generate.run"] = async (_input, emit) => {
      emit({ type: "delta", text: "Hel" });
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new HearthError({ code: "model-died", title: "The model stopped." });
    };
    const { send } = await serve({ "generate.run": dying });
    const openAi = eventsOf((await send("/v1/chat/completions", { messages, stream: true })).text);
    expect(JSON.parse(openAi.at(-1)?.data ?? "")).toMatchObject({
      error: { message: "The model stopped.", type: "server_error", code: "model_died" },
    });
    const body = { messages, max_tokens: 5, stream: true };
    const anthropic = eventsOf((await send("/v1/messages", body)).text);
    expect(anthropic.at(-1)?.event).toBe("error");
    expect(JSON.parse(anthropic.at(-1)?.data ?? "")).toMatchObject({
      type: "error",
      error: { type: "overloaded_error" },
    });
  });

  it("have the status of what fails before they begin", async () => {
    const full: FakeHandlers["generate.run"] = () =>
      Promise.reject(new HearthError({ code: "context-full", title: "Too long." }));
    const { send } = await serve({ "generate.run": full });
    const answer = await send("/v1/chat/completions", { messages, stream: true });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: "context_length_exceeded" } });
  });

  it("end with an error when the engine dies", async () => {
    const { send, die } = await serve({ "generate.run": endless().handler });
    const answering = send("/v1/chat/completions", { messages, stream: true });
    setTimeout(die, 100);
    const last = eventsOf((await answering).text).at(-1);
    expect(JSON.parse(last?.data ?? "")).toMatchObject({ error: { code: "connection_lost" } });
  });
});

/** A model that writes until it is stopped. */
function endless(): { handler: FakeHandlers["generate.run"]; running: () => number } {
  let running = 0;
  return {
    running: () => running,
    handler: (_input, emit, { signal }) =>
      new Promise((_resolve, reject) => {
        running++;
        const timer = setInterval(() => emit({ type: "delta", text: "x" }), 5);
        signal.addEventListener("abort", () => {
          clearInterval(timer);
          running--;
          reject(new HearthError({ code: "cancelled", title: "Stopped." }));
        });
      }),
  };
}

describe("limits", () => {
  it.each([true, false])(
    "stops the model when the client goes away (streamed: %s)",
    async (stream) => {
      const { handler, running } = endless();
      const { port } = await serve({ "generate.run": handler });
      const gone = new AbortController();
      const asking = fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${knownKey}` },
        body: JSON.stringify({ messages, stream, n: 3 }),
        signal: gone.signal,
      }).then((response) => response.text());
      await expect.poll(running).toBe(3);
      gone.abort();
      await expect(asking).rejects.toThrow(/abort/i);
      await expect.poll(running).toBe(0);
    },
  );

  it("stops the other answers when one fails", async () => {
    const { handler, running } = endless();
    let count = 0;
    const { send } = await serve({
      "generate.run": (input, emit, context) => {
        if (++count === 3) throw new HearthError({ code: "model-died", title: "Gone." });
        return handler(input, emit, context);
      },
    });
    expect((await send("/v1/chat/completions", { messages, n: 3 })).status).toBe(503);
    await expect.poll(running).toBe(0);
  });

  it("answers so many at once and no more", async () => {
    const { handler, running } = endless();
    const { send, port } = await serve({ "generate.run": handler }, { requests: 2 });
    const gone = new AbortController();
    const waiting = [1, 2].map(() =>
      fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${knownKey}` },
        body: JSON.stringify({ messages }),
        signal: gone.signal,
      }).catch(() => undefined),
    );
    await expect.poll(running).toBe(2);
    const third = await send("/v1/chat/completions", { messages });
    expect(third.status).toBe(429);
    expect(third.headers["retry-after"]).toBe("1");
    gone.abort();
    await Promise.all(waiting);
    await expect.poll(async () => (await send("/v1/models")).status).toBe(200);
  });

  it("ends what takes too long", async () => {
    const { handler, running } = endless();
    const { send } = await serve({ "generate.run": handler }, { requestMs: 80 });
    const answer = await send("/v1/chat/completions", { messages });
    expect(answer.status).toBe(504);
    expect(answer.json()).toMatchObject({ error: { code: "timed_out" } });
    expect(running()).toBe(0);
  });
});
