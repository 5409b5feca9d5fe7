import http from "node:http";
import { describe, expect, it } from "vitest";
import { HearthError } from "../../contract/errors.ts";
import { endpoints } from "./endpoints.ts";
import { endless } from "./testing/endless.ts";
import { knownKey } from "./testing/fakeEngine.ts";
import { messages, runKey, serveApi } from "./testing/serveApi.ts";

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
    const { send } = await serveApi();
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
    const { send } = await serveApi();
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
    const { send } = await serveApi();
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
    const { send } = await serveApi({}, { bodyBytes: 4_000 });
    const answer = await send("/v1/chat/completions", body);
    const expected = body.length > 4_000 ? 413 : status;
    expect(answer.status).toBe(expected);
    expect(answer.json()).toHaveProperty("error.message");
  });

  it("refuses too much that comes without its length", async () => {
    const { port } = await serveApi({}, { bodyBytes: 4_000 });
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

describe("limits", () => {
  it.each([true, false])(
    "stops the model when the client goes away (streamed: %s)",
    async (stream) => {
      const { handler, running } = endless();
      const { port } = await serveApi({ "generate.run": handler });
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
    const { send } = await serveApi({
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
    const { send, port } = await serveApi({ "generate.run": handler }, { requests: 2 });
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
    const { send } = await serveApi({ "generate.run": handler }, { requestMs: 80 });
    const answer = await send("/v1/chat/completions", { messages });
    expect(answer.status).toBe(504);
    expect(answer.json()).toMatchObject({ error: { code: "timed_out" } });
    expect(running()).toBe(0);
  });
});
