import { randomUUID } from "node:crypto";
import type { ChosenLogprobData, GenerateItem, ToolCallData } from "../../../contract/inference.ts";
import type { ApiCall, Endpoint } from "../Endpoint.ts";
import { parseFields } from "../fields.ts";
import { findModel, publicName } from "../models.ts";
import { chatSchema, toGenerateInput, type ChatBody, type GenerateInput } from "./chatRequest.ts";
import { addUsage, toUsage, type Stats } from "./usage.ts";

export const chatCompletions: Endpoint = {
  method: "POST",
  path: "/v1/chat/completions",
  dialect: "openai",
  answer: async (call) => {
    const body = parseFields(chatSchema, call.body);
    const model = await findModel(call.engine, "chat", body.model, call.signal);
    const inputs = Array.from({ length: body.n ?? 1 }, (_, choice) =>
      toGenerateInput(body, model.id, choice),
    );
    const head = {
      id: `chatcmpl-${randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      model: publicName(model),
      system_fingerprint: "hearth",
    };
    if (body.stream !== true) return await answerWhole(call, body, inputs, head);
    await answerStream(call, body, inputs, head);
  },
};

type Head = { id: string; created: number; model: string; system_fingerprint: string };

async function answerWhole(
  { engine, signal }: ApiCall,
  body: ChatBody,
  inputs: readonly GenerateInput[],
  head: Head,
): Promise<unknown> {
  const stop = new AbortController();
  const all = AbortSignal.any([signal, stop.signal]);
  try {
    const answers = await Promise.all(
      inputs.map(async (input, index) => {
        const running = engine.stream("generate.run", input, { signal: all });
        const answer = new Answer(body);
        for await (const item of running) answer.add(item);
        const { reason, stats } = await running.result;
        return { choice: answer.toChoice(index, reason), stats };
      }),
    );
    return {
      ...head,
      object: "chat.completion",
      choices: answers.map(({ choice }) => choice),
      usage: toUsage(addUsage(answers.map(({ stats }) => stats))),
    };
  } finally {
    // Where one has failed, nobody wants the others.
    stop.abort();
  }
}

async function answerStream(
  call: ApiCall,
  body: ChatBody,
  inputs: readonly GenerateInput[],
  head: Head,
): Promise<void> {
  const includeUsage = body.stream_options?.include_usage === true;
  const send = async (choices: readonly unknown[], usage: unknown = null): Promise<void> => {
    const chunk = { ...head, object: "chat.completion.chunk", choices };
    await call.openStream().send(includeUsage ? { ...chunk, usage } : chunk);
  };
  const stop = new AbortController();
  const signal = AbortSignal.any([call.signal, stop.signal]);
  let stats: Stats[];
  try {
    stats = await Promise.all(
      inputs.map((input, index) => streamChoice(call, body, input, index, signal, send)),
    );
  } finally {
    stop.abort();
  }
  if (includeUsage) await send([], toUsage(addUsage(stats)));
  await call.openStream().send("[DONE]");
  call.openStream().end();
}

async function streamChoice(
  { engine }: ApiCall,
  body: ChatBody,
  input: GenerateInput,
  index: number,
  signal: AbortSignal,
  send: (choices: readonly unknown[]) => Promise<void>,
): Promise<Stats> {
  const running = engine.stream("generate.run", input, { signal });
  const choice = (delta: unknown, more: Record<string, unknown> = {}): unknown[] => [
    { index, delta, logprobs: null, finish_reason: null, ...more },
  ];
  let begun = false;
  let calls = 0;
  for await (const item of running) {
    // The engine has accepted the request: from here on the status is 200.
    if (!begun) {
      begun = true;
      await send(choice({ role: "assistant", content: "", refusal: null }));
    }
    if (item.type === "delta") {
      const logprobs = item.logprobs ? { logprobs: toLogprobs(item.logprobs) } : {};
      if (item.reasoning) await send(choice({ reasoning_content: item.reasoning }));
      if (item.text !== "" || item.logprobs) await send(choice({ content: item.text }, logprobs));
    } else if (item.type === "toolCall" && mayCallAgain(body, calls)) {
      await send(choice({ tool_calls: [{ index: calls, ...toCallJson(item.call) }] }));
      calls++;
    }
  }
  const { reason, stats } = await running.result;
  await send(choice({}, { finish_reason: finishReason(reason, calls) }));
  return stats;
}

/** Gathers one choice of an answer that is not streamed. */
class Answer {
  readonly #body: ChatBody;
  #text = "";
  #reasoning = "";
  readonly #logprobs: ChosenLogprobData[] = [];
  readonly #calls: ToolCallData[] = [];

  constructor(body: ChatBody) {
    this.#body = body;
  }

  add(item: GenerateItem): void {
    if (item.type === "toolCall") {
      if (mayCallAgain(this.#body, this.#calls.length)) this.#calls.push(item.call);
    } else if (item.type === "delta") {
      this.#text += item.text;
      this.#reasoning += item.reasoning ?? "";
      this.#logprobs.push(...(item.logprobs ?? []));
    }
  }

  toChoice(index: number, reason: string): unknown {
    const calls = this.#calls;
    return {
      index,
      message: {
        role: "assistant",
        content: this.#text === "" && calls.length > 0 ? null : this.#text,
        refusal: null,
        ...(this.#reasoning === "" ? {} : { reasoning_content: this.#reasoning }),
        ...(calls.length === 0 ? {} : { tool_calls: calls.map(toCallJson) }),
      },
      logprobs: this.#body.logprobs === true ? toLogprobs(this.#logprobs) : null,
      finish_reason: finishReason(reason, calls.length),
    };
  }
}

function mayCallAgain(body: ChatBody, calls: number): boolean {
  return calls === 0 || body.parallel_tool_calls !== false;
}

function toCallJson({ id, name, argumentsJson }: ToolCallData): {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
} {
  return { id, type: "function", function: { name, arguments: argumentsJson } };
}

function toLogprobs(tokens: readonly ChosenLogprobData[]): unknown {
  const one = ({ text, bytes, logprob }: Omit<ChosenLogprobData, "top">): object => ({
    token: text,
    bytes,
    logprob,
  });
  return {
    content: tokens.map((token) => ({ ...one(token), top_logprobs: token.top.map(one) })),
    refusal: null,
  };
}

export function finishReason(reason: string, calls: number): "stop" | "length" | "tool_calls" {
  if (calls > 0) return "tool_calls";
  return reason === "stop" ? "stop" : "length";
}
