import { z } from "zod";
import type { InferenceMessage, Tool } from "../../../contract/inference.ts";
import { badField } from "../ApiError.ts";
import { fields, optional, toTopP } from "../fields.ts";
import type { GenerateInput } from "../openai/chatRequest.ts";

const textBlock = z.looseObject({ type: z.literal("text"), text: fields.text });
/** Blocks of other types, such as pictures, fail with the place of their type. */
const text = z.union([fields.text, z.array(textBlock).max(1000)]);

const block = z.discriminatedUnion("type", [
  textBlock,
  z.looseObject({
    type: z.literal("tool_use"),
    id: z.string().min(1).max(256),
    name: z.string().min(1).max(256),
    input: fields.jsonSchema,
  }),
  z.looseObject({
    type: z.literal("tool_result"),
    tool_use_id: z.string().min(1).max(256),
    content: optional(text),
    is_error: optional(z.boolean()),
  }),
  // Earlier thoughts are not shown to the model again.
  z.looseObject({ type: z.literal("thinking") }),
  z.looseObject({ type: z.literal("redacted_thinking") }),
]);

const promptFields = {
  model: optional(fields.model),
  system: optional(text),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(["user", "assistant"]),
        content: z.union([fields.text, z.array(block).max(1000)]),
      }),
    )
    .min(1)
    .max(10_000),
  tools: optional(
    z
      .array(
        z.looseObject({
          // Tools that Anthropic runs itself have other types.
          type: optional(z.literal("custom")),
          name: z.string().min(1).max(256),
          description: optional(z.string().max(100_000)),
          input_schema: fields.jsonSchema,
        }),
      )
      .max(256),
  ),
};

export const countSchema = z.looseObject(promptFields);

export const messagesSchema = z.looseObject({
  ...promptFields,
  max_tokens: fields.maxTokens,
  temperature: optional(z.number().min(0).max(1)),
  top_p: optional(fields.topP),
  top_k: optional(fields.topK),
  stop_sequences: optional(z.array(fields.stopText).max(16)),
  stream: optional(z.boolean()),
  tool_choice: optional(
    z.discriminatedUnion("type", [
      z.looseObject({ type: z.literal("auto"), disable_parallel_tool_use: optional(z.boolean()) }),
      z.looseObject({ type: z.literal("any"), disable_parallel_tool_use: optional(z.boolean()) }),
      z.looseObject({
        type: z.literal("tool"),
        name: z.string().min(1).max(256),
        disable_parallel_tool_use: optional(z.boolean()),
      }),
      z.looseObject({ type: z.literal("none") }),
    ]),
  ),
  thinking: optional(
    z.looseObject({
      type: z.string().max(64),
      budget_tokens: optional(z.int().min(1).max(10_000_000)),
    }),
  ),
});
export type MessagesBody = z.output<typeof messagesSchema>;

/** The conversation and its tools as the engine knows them. */
export function toPrompt(body: z.output<typeof countSchema>): {
  messages: InferenceMessage[];
  tools?: Tool[];
} {
  const messages = body.messages.flatMap(({ role, content }, at) =>
    toMessages(role, content, `messages.${at}`),
  );
  const system = body.system === undefined ? "" : plain(body.system);
  const tools = body.tools?.map(({ name, description, input_schema: parameters }) => ({
    name,
    ...(description === undefined ? {} : { description }),
    parameters,
  }));
  return {
    messages: system === "" ? messages : [{ role: "system", content: system }, ...messages],
    ...(tools && tools.length > 0 ? { tools } : {}),
  };
}

export function toGenerateInput(
  body: MessagesBody,
  modelId: GenerateInput["modelId"],
): GenerateInput {
  const prompt = toPrompt(body);
  const last = prompt.messages.at(-1);
  const choice = body.tool_choice;
  const toolChoice = !choice
    ? undefined
    : choice.type === "tool"
      ? { name: choice.name }
      : choice.type === "any"
        ? ("required" as const)
        : choice.type;
  return {
    ...prompt,
    modelId,
    // An answer that is begun by the caller is gone on with.
    continueLast: last?.role === "assistant" && !last.toolCalls,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(body.stop_sequences && body.stop_sequences.length > 0 ? { stop: body.stop_sequences } : {}),
    separateReasoning: true,
    sampling: {
      temperature: body.temperature,
      topP: body.top_p === undefined ? undefined : toTopP(body.top_p),
      topK: body.top_k,
      repeatPenalty: 1,
      maxTokens: body.max_tokens,
    },
  };
}

type Content = MessagesBody["messages"][number]["content"];

function toMessages(role: "user" | "assistant", content: Content, at: string): InferenceMessage[] {
  if (typeof content === "string") return [{ role, content }];
  const texts: string[] = [];
  const toolCalls: NonNullable<InferenceMessage["toolCalls"]> = [];
  const results: InferenceMessage[] = [];
  for (const [n, part] of content.entries()) {
    switch (part.type) {
      case "text":
        texts.push(part.text);
        break;
      case "tool_use":
        if (role !== "assistant")
          throw badField(`${at}.content.${n}`, "Only the assistant uses tools.");
        toolCalls.push({ id: part.id, name: part.name, argumentsJson: JSON.stringify(part.input) });
        break;
      case "tool_result": {
        if (role !== "user") throw badField(`${at}.content.${n}`, "Results come from the user.");
        const said = part.content === undefined ? "" : plain(part.content);
        const failed = part.is_error === true ? `Error: ${said}` : said;
        results.push({ role: "tool", content: failed, toolCallId: part.tool_use_id });
        break;
      }
      case "thinking":
      case "redacted_thinking":
        break;
    }
  }
  const said = texts.join("\n");
  if (toolCalls.length > 0) return [{ role, content: said, toolCalls }];
  if (said === "" && results.length > 0) return results;
  return [...results, { role, content: said }];
}

function plain(given: string | readonly { text: string }[]): string {
  return typeof given === "string" ? given : given.map(({ text: part }) => part).join("\n");
}
