import { describe, expect, it } from "vitest";
import type { FakeHandlers } from "./testing/fakeEngine.ts";
import { messages, serveApi } from "./testing/serveApi.ts";

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
    const { send } = await serveApi(calm());
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
    const { send } = await serveApi(calm());
    const answer = await send(path, body);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.text).toContain(field);
    const { param } = answer.json()["error"] as { param?: string };
    if (!path.startsWith("/v1/messages")) expect(`${param}.`).toContain(`${field}.`);
  });

  it("takes what it does not know, and null for what is left out", async () => {
    const { send } = await serveApi();
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
