import { describe, expect, it } from "vitest";
import { inferenceRoutes, type GenerateItem } from "../../contract/inference.ts";
import type { InputOf } from "../../contract/defineRoute.ts";
import type { Model } from "../../contract/models.ts";
import type {
  GenerateEvent,
  GenerateRequest,
  InferenceBackend,
} from "../llama/InferenceBackend.ts";
import type { ModelManager } from "../models/ModelManager.ts";
import { runGeneration } from "./runGeneration.ts";

type Given = InputOf<(typeof inferenceRoutes)["generate.run"]>;
type Piece = string | Extract<GenerateEvent, { type: "text" }>;

const messages = [{ role: "user" as const, content: "Hi" }];
const tools = [
  { name: "add", parameters: { type: "object", properties: { a: { type: "integer" } } } },
  { name: "now" },
];

/** Runs a request against a model that says the given pieces. */
async function run(
  given: Given,
  pieces: readonly Piece[] = [],
  more: { opensThought?: boolean; stopString?: string } = {},
): Promise<{
  request: GenerateRequest;
  text: string;
  reasoning: string;
  items: GenerateItem[];
  calls: [string, string][];
  result: Awaited<ReturnType<typeof runGeneration>>;
}> {
  const requests: GenerateRequest[] = [];
  async function* generate(request: GenerateRequest): AsyncGenerator<GenerateEvent> {
    requests.push(request);
    const opensThought = more.opensThought ?? false;
    yield { type: "prompt", evaluatedTokens: 0, reusedTokens: 2, totalTokens: 5, opensThought };
    for (const piece of pieces) {
      yield typeof piece === "string" ? { type: "text", text: piece, tokens: 1 } : piece;
    }
    yield {
      type: "end",
      reason: "stop",
      ...(more.stopString === undefined ? {} : { stopString: more.stopString }),
      promptTokens: 5,
      reusedTokens: 2,
      tokens: pieces.length,
      firstTokenMs: 1,
      tokensPerSecond: 1,
    };
  }
  const info = { contextTokens: 100, threads: 2 };
  const backend = { info, generate } as unknown as InferenceBackend;
  const models = {
    find: () => ({ name: "Small", quantization: "Q4_1" }) as Model,
    use: (_model: unknown, _purpose: unknown, work: (used: InferenceBackend) => unknown) =>
      work(backend),
  } as unknown as ModelManager;
  const items: GenerateItem[] = [];
  const input = inferenceRoutes["generate.run"].input.parse(given);
  const result = await runGeneration(
    models,
    input,
    (item) => items.push(item),
    new AbortController().signal,
  );
  const deltas = items.filter((item) => item.type === "delta");
  return {
    request: requests[0]!,
    text: deltas.map((item) => item.text).join(""),
    reasoning: deltas.map((item) => item.reasoning ?? "").join(""),
    items,
    calls: items
      .filter((item) => item.type === "toolCall")
      .map(({ call }) => [call.name, call.argumentsJson]),
    result,
  };
}

describe("runGeneration", () => {
  it("streams text as it comes, with the defaults of a single turn", async () => {
    const { text, request, items, result } = await run({ messages }, ["Hel", "lo"]);
    expect(text).toBe("Hello");
    expect(items[0]).toEqual({ type: "prompt", done: 2, total: 5 });
    expect(request).toMatchObject({ maxTokens: 1024, ignoreEos: false });
    expect(request.prompt).toEqual({ kind: "chat", messages });
    expect(request.grammar).toBeUndefined();
    expect(result).toMatchObject({ reason: "stop", stopString: null, stats: { threads: 2 } });
  });

  it("has no limit where none is wanted, and passes on what it is given", async () => {
    const { request, result } = await run(
      {
        messages,
        sampling: { maxTokens: null, temperature: 0, frequencyPenalty: 1, seed: 7 },
        stop: ["END"],
        logprobs: 3,
      },
      ["x"],
      { stopString: "END" },
    );
    expect(request.maxTokens).toBeUndefined();
    expect(request).toMatchObject({
      sampling: { temperature: 0, frequencyPenalty: 1, presencePenalty: 0, seed: 7 },
      stop: ["END"],
      logprobs: 3,
    });
    expect(request.sampling).not.toHaveProperty("maxTokens");
    expect(result.stopString).toBe("END");
  });

  it("gives a raw prompt to the model as it is", async () => {
    const { request } = await run({ prompt: "<|im_start|>x" });
    expect(request.prompt).toEqual({ kind: "text", text: "<|im_start|>x", parseSpecial: true });
  });

  it("makes items of calls, and keeps them out of the text", async () => {
    const said = [
      "Let me see.\n<tool",
      '_call>{"name": "add", "arguments"',
      ': {"a": 1}}</tool_call>',
    ];
    const { text, calls, request } = await run({ messages, tools }, said);
    expect(text).toBe("Let me see.");
    expect(calls).toEqual([["add", '{"a":1}']]);
    expect(request.prompt).toMatchObject({ tools });
    const none = await run({ messages, tools, toolChoice: "none" }, said);
    expect(none.calls).toEqual([]);
    expect(none.text).toBe(said.join(""));
    expect(none.request.prompt).not.toHaveProperty("tools");
  });

  it("holds the model to a call where one is required", async () => {
    const said = ['{"name": "add", "arguments": {"a": 1}}'];
    const required = await run({ messages, tools, toolChoice: "required" }, said);
    expect(required.calls).toEqual([["add", '{"a":1}']]);
    expect(required.request.grammar).toContain("now");
    const named = await run({ messages, tools, toolChoice: { name: "add" } }, said);
    expect(named.request.grammar).not.toContain("now");
  });

  it("separates thoughts where asked to, also one that the template opened", async () => {
    const said = ["<think>\nHm", ".\n</think>\n\nFour."];
    expect(await run({ messages }, said)).toMatchObject({ text: said.join(""), reasoning: "" });
    const separate = { messages, separateReasoning: true };
    expect(await run(separate, said)).toMatchObject({ text: "Four.", reasoning: "Hm." });
    const opened = ["Hm.\n</think>\n\nFour."];
    expect(await run(separate, opened, { opensThought: true })).toMatchObject({
      text: "Four.",
      reasoning: "Hm.",
    });
  });

  it("reports probabilities, also of tokens whose text is held back", async () => {
    const logprobs = [{ token: 1, text: "<", bytes: [60], logprob: -0.5, top: [] }];
    const piece = { type: "text", text: "<", tokens: 1, logprobs } as const;
    const { items } = await run({ messages, tools, logprobs: 0 }, [piece]);
    expect(items).toContainEqual({
      type: "delta",
      text: "",
      logprobs: [{ text: "<", bytes: [60], logprob: -0.5, top: [] }],
    });
  });

  it.each<[string, Given]>([
    ["json", { messages, responseFormat: { type: "json" } }],
    ["a schema", { messages, responseFormat: { type: "json-schema", schema: { enum: [1] } } }],
    ["a grammar", { messages, responseFormat: { type: "grammar", grammar: 'root ::= "1"' } }],
  ])("holds the model to %s", async (_name, given) => {
    expect((await run(given)).request.grammar).toMatch(/^root ::= /);
  });

  it.each<[string, Given]>([
    ["a chosen tool that is not there", { messages, tools, toolChoice: { name: "sub" } }],
    ["a required call without tools", { messages, toolChoice: "required" }],
    [
      "a required call in a format",
      { messages, tools, toolChoice: "required", responseFormat: { type: "json" } },
    ],
    [
      "a schema that cannot be kept",
      { messages, responseFormat: { type: "json-schema", schema: { not: {} } } },
    ],
  ])("refuses %s", async (_name, given) => {
    await expect(run(given)).rejects.toMatchObject({ code: "bad-input" });
  });

  it("takes either messages or a prompt", () => {
    const { input } = inferenceRoutes["generate.run"];
    expect(input.safeParse({}).success).toBe(false);
    expect(input.safeParse({ messages, prompt: "x" }).success).toBe(false);
  });
});
