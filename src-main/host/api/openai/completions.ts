import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { ChosenLogprobData } from "../../../contract/inference.ts";
import { badField } from "../ApiError.ts";
import type { ApiCall, Endpoint } from "../Endpoint.ts";
import { optional, parseFields } from "../fields.ts";
import { findModel, publicName } from "../models.ts";
import { finishReason } from "./chatCompletions.ts";
import { commonFields, maxChoices, settingsOf, type GenerateInput } from "./chatRequest.ts";
import { toUsage, type Stats } from "./usage.ts";

const prompt = z.string().max(4_000_000);

const schema = z.looseObject({
  ...commonFields,
  /** Lists of tokens belong to another model's vocabulary and are refused. */
  prompt: z.union([prompt, z.array(prompt).min(1).max(maxChoices)]),
  logprobs: optional(z.int().min(0).max(5)),
  echo: optional(z.boolean()),
  best_of: optional(z.int().min(1).max(maxChoices)),
  suffix: optional(z.literal("")),
});
type Body = z.output<typeof schema>;

/** The prompt goes to the model as it is, without a chat template. */
export const completions: Endpoint = {
  method: "POST",
  path: "/v1/completions",
  dialect: "openai",
  answer: async (call) => {
    const body = parseFields(schema, call.body);
    const n = body.n ?? 1;
    const prompts = typeof body.prompt === "string" ? [body.prompt] : body.prompt;
    if (body.best_of !== undefined && body.best_of !== n) {
      throw badField("best_of", "Hearth answers as often as asked and does not choose.");
    }
    if (prompts.length * n > maxChoices) {
      throw badField("n", `Hearth gives at most ${maxChoices} answers to one request.`);
    }
    const model = await findModel(call.engine, "chat", body.model, call.signal);
    const inputs = prompts.flatMap((text) =>
      Array.from({ length: n }, (_, choice): GenerateInput => ({
        prompt: text,
        modelId: model.id,
        ...(body.grammar === undefined
          ? {}
          : { responseFormat: { type: "grammar", grammar: body.grammar } }),
        ...(body.logprobs === undefined ? {} : { logprobs: body.logprobs }),
        ...settingsOf(body, body.max_tokens ?? 16, choice),
      })),
    );
    const head = {
      id: `cmpl-${randomUUID()}`,
      object: "text_completion",
      created: Math.floor(Date.now() / 1000),
      model: publicName(model),
      system_fingerprint: "hearth",
    };
    return await answer(call, body, inputs, n, head);
  },
};

async function answer(
  call: ApiCall,
  body: Body,
  inputs: readonly GenerateInput[],
  n: number,
  head: object,
): Promise<unknown> {
  const stop = new AbortController();
  const signal = AbortSignal.any([call.signal, stop.signal]);
  const isStream = body.stream === true;
  const includeUsage = body.stream_options?.include_usage === true;
  const send = async (choices: readonly unknown[], usage: unknown = null): Promise<void> => {
    if (!isStream) return;
    await call.openStream().send({ ...head, choices, ...(includeUsage ? { usage } : {}) });
  };
  let done: { choice: unknown; stats: Stats }[];
  try {
    done = await Promise.all(
      inputs.map(async (input, index) => {
        const running = call.engine.stream("generate.run", input, { signal });
        const echoed = body.echo === true ? (input.prompt ?? "") : "";
        const all = new Tokens();
        let text = echoed;
        if (echoed !== "") await send([toChoice(index, echoed, null, null)]);
        for await (const item of running) {
          // Opened as soon as the engine has accepted the request.
          if (isStream) call.openStream();
          if (item.type !== "delta") continue;
          const logprobs = item.logprobs
            ? new Tokens().add(item.logprobs, text.length).toJson()
            : null;
          all.add(item.logprobs ?? [], text.length);
          text += item.text;
          await send([toChoice(index, item.text, logprobs, null)]);
        }
        const { reason, stats } = await running.result;
        const end = finishReason(reason, 0);
        await send([toChoice(index, "", null, end)]);
        const logprobs = body.logprobs === undefined ? null : all.toJson();
        return { choice: toChoice(index, text, logprobs, end), stats };
      }),
    );
  } finally {
    stop.abort();
  }
  const usage = toUsage({
    promptTokens: sum(done.filter((_, at) => at % n === 0).map(({ stats }) => stats.promptTokens)),
    reusedTokens: sum(done.filter((_, at) => at % n === 0).map(({ stats }) => stats.reusedTokens)),
    tokens: sum(done.map(({ stats }) => stats.tokens)),
  });
  if (!isStream) return { ...head, choices: done.map(({ choice }) => choice), usage };
  if (includeUsage) await send([], usage);
  await call.openStream().send("[DONE]");
  call.openStream().end();
}

function toChoice(index: number, text: string, logprobs: unknown, end: string | null): unknown {
  return { index, text, logprobs, finish_reason: end };
}

/** Probabilities in the form of this older endpoint: lists beside each other. */
class Tokens {
  readonly #tokens: string[] = [];
  readonly #logprobs: number[] = [];
  readonly #top: Record<string, number>[] = [];
  readonly #offsets: number[] = [];

  add(chosen: readonly ChosenLogprobData[], offset: number): this {
    let at = offset;
    for (const { text, logprob, top } of chosen) {
      this.#tokens.push(text);
      this.#logprobs.push(logprob);
      this.#top.push(Object.fromEntries(top.map((token) => [token.text, token.logprob])));
      this.#offsets.push(at);
      at += text.length;
    }
    return this;
  }

  toJson(): unknown {
    return {
      tokens: this.#tokens,
      token_logprobs: this.#logprobs,
      top_logprobs: this.#top,
      text_offset: this.#offsets,
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
