import { z } from "zod";
import type { InputOf } from "../../../contract/defineRoute.ts";
import type { inferenceRoutes, InferenceMessage } from "../../../contract/inference.ts";
import { badField } from "../ApiError.ts";
import { fields, optional, toSeed, toTopP } from "../fields.ts";

export type GenerateInput = InputOf<(typeof inferenceRoutes)["generate.run"]>;

/** More answers to one question than this are refused. */
export const maxChoices = 16;

const textPart = z.looseObject({ type: z.literal("text"), text: fields.text });
/** Parts of other types, such as pictures, fail with the place of their type. */
const content = z.union([fields.text, z.array(textPart).max(1000)]);

const toolCall = z.looseObject({
  id: z.string().min(1).max(256),
  type: z.literal("function").optional(),
  function: z.looseObject({ name: z.string().min(1).max(256), arguments: fields.text }),
});

const message = z.discriminatedUnion("role", [
  z.looseObject({ role: z.literal("system"), content }),
  z.looseObject({ role: z.literal("developer"), content }),
  z.looseObject({ role: z.literal("user"), content }),
  z.looseObject({
    role: z.literal("assistant"),
    content: optional(content),
    tool_calls: optional(z.array(toolCall).max(128)),
  }),
  z.looseObject({
    role: z.literal("tool"),
    content,
    tool_call_id: z.string().min(1).max(256),
  }),
]);

/** What both kinds of completion have in common. */
export const commonFields = {
  model: optional(fields.model),
  max_tokens: optional(fields.maxTokens),
  temperature: optional(fields.temperature),
  top_p: optional(fields.topP),
  n: optional(z.int().min(1).max(maxChoices)),
  seed: optional(fields.seed),
  stop: optional(z.union([fields.stopText, z.array(fields.stopText).max(16)])),
  frequency_penalty: optional(fields.penalty),
  presence_penalty: optional(fields.penalty),
  stream: optional(z.boolean()),
  stream_options: optional(z.looseObject({ include_usage: optional(z.boolean()) })),
  /** Not done here, so only what changes nothing is let through. */
  logit_bias: optional(z.record(z.string(), z.never())),
  // Further settings that local servers share.
  top_k: optional(fields.topK),
  min_p: optional(fields.minP),
  repeat_penalty: optional(fields.repeatPenalty),
  grammar: optional(z.string().min(1).max(200_000)),
  ignore_eos: optional(z.boolean()),
};

export const chatSchema = z.looseObject({
  ...commonFields,
  messages: z.array(message).min(1).max(10_000),
  max_completion_tokens: optional(fields.maxTokens),
  tools: optional(
    z
      .array(
        z.looseObject({
          type: z.literal("function"),
          function: z.looseObject({
            name: z.string().min(1).max(256),
            description: optional(z.string().max(100_000)),
            parameters: optional(fields.jsonSchema),
          }),
        }),
      )
      .max(256),
  ),
  tool_choice: optional(
    z.union([
      z.enum(["none", "auto", "required"]),
      z.looseObject({
        type: z.literal("function"),
        function: z.looseObject({ name: z.string().min(1).max(256) }),
      }),
    ]),
  ),
  parallel_tool_calls: optional(z.boolean()),
  response_format: optional(
    z.discriminatedUnion("type", [
      z.looseObject({ type: z.literal("text") }),
      z.looseObject({ type: z.literal("json_object") }),
      z.looseObject({
        type: z.literal("json_schema"),
        json_schema: z.looseObject({
          name: optional(z.string().max(256)),
          schema: optional(fields.jsonSchema),
        }),
      }),
    ]),
  ),
  logprobs: optional(z.boolean()),
  top_logprobs: optional(z.int().min(0).max(20)),
  modalities: optional(z.array(z.literal("text"))),
  audio: optional(z.never()),
  functions: optional(z.never()),
  function_call: optional(z.never()),
  web_search_options: optional(z.never()),
});
export type ChatBody = z.output<typeof chatSchema>;

/** The engine's request for one of `n` choices; choices differ by their seed where one is given. */
export function toGenerateInput(
  body: ChatBody,
  modelId: GenerateInput["modelId"],
  choice: number,
): GenerateInput {
  const tools = body.tools?.map(({ function: tool }) => ({
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...(tool.parameters === undefined ? {} : { parameters: tool.parameters }),
  }));
  const responseFormat = formatOf(body);
  if (body.top_logprobs !== undefined && body.logprobs !== true) {
    throw badField("top_logprobs", "It needs logprobs to be true.");
  }
  const toolChoice =
    typeof body.tool_choice === "object"
      ? { name: body.tool_choice.function.name }
      : body.tool_choice;
  return {
    messages: body.messages.map(toMessage),
    modelId,
    ...(tools && tools.length > 0 ? { tools } : {}),
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(responseFormat ? { responseFormat } : {}),
    ...(body.logprobs === true ? { logprobs: body.top_logprobs ?? 0 } : {}),
    separateReasoning: true,
    ...settingsOf(body, body.max_completion_tokens ?? body.max_tokens, choice),
  };
}

/** What a request leaves out takes Hearth's own values; without a limit the answer ends by itself. */
export function settingsOf(
  body: Pick<ChatBody, Exclude<keyof typeof commonFields, "model">>,
  maxTokens: number | undefined,
  choice: number,
): Pick<GenerateInput, "sampling" | "stop" | "ignoreEos"> {
  const given = {
    temperature: body.temperature,
    topP: body.top_p === undefined ? undefined : toTopP(body.top_p),
    topK: body.top_k,
    minP: body.min_p,
    seed: body.seed === undefined ? undefined : toSeed(body.seed, choice),
    frequencyPenalty: body.frequency_penalty,
    presencePenalty: body.presence_penalty,
  };
  const stop = typeof body.stop === "string" ? [body.stop] : body.stop;
  return {
    sampling: { ...given, repeatPenalty: body.repeat_penalty ?? 1, maxTokens: maxTokens ?? null },
    ...(stop && stop.length > 0 ? { stop } : {}),
    ...(body.ignore_eos === true ? { ignoreEos: true } : {}),
  };
}

function formatOf({ response_format: format, grammar }: ChatBody): GenerateInput["responseFormat"] {
  if (grammar !== undefined) {
    if (format && format.type !== "text") {
      throw badField("grammar", "An answer cannot have a grammar and a format too.");
    }
    return { type: "grammar", grammar };
  }
  if (format?.type === "json_object") return { type: "json" };
  if (format?.type === "json_schema") {
    return { type: "json-schema", schema: format.json_schema.schema ?? { type: "object" } };
  }
  return undefined;
}

function toMessage(given: ChatBody["messages"][number]): InferenceMessage {
  switch (given.role) {
    case "system":
    case "developer":
      return { role: "system", content: plain(given.content) };
    case "user":
      return { role: "user", content: plain(given.content) };
    case "tool":
      return { role: "tool", content: plain(given.content), toolCallId: given.tool_call_id };
    case "assistant":
      return {
        role: "assistant",
        content: given.content === undefined ? "" : plain(given.content),
        ...(given.tool_calls && given.tool_calls.length > 0
          ? {
              toolCalls: given.tool_calls.map((call) => ({
                id: call.id,
                name: call.function.name,
                argumentsJson: call.function.arguments,
              })),
            }
          : {}),
      };
  }
}

function plain(given: string | readonly { text: string }[]): string {
  return typeof given === "string" ? given : given.map(({ text }) => text).join("\n");
}
