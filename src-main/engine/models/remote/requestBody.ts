import type { ServerKind } from "../../../contract/servers.ts";
import type {
  ChatMessage,
  GenerateRequest,
  SamplingOptions,
  ToolDefinition,
} from "../../llama/InferenceBackend.ts";

export function toWireMessages(messages: readonly ChatMessage[]): Record<string, unknown>[] {
  return messages.map(({ role, content, toolCalls, toolCallId }) => ({
    role,
    content,
    ...(toolCalls && toolCalls.length > 0
      ? {
          tool_calls: toolCalls.map(({ id, name, argumentsJson }) => ({
            id,
            type: "function",
            function: { name, arguments: argumentsJson },
          })),
        }
      : {}),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  }));
}

export function toWireTools(tools: readonly ToolDefinition[]): Record<string, unknown>[] {
  return tools.map(({ name, description, parameters }) => ({
    type: "function",
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters: parameters ?? { type: "object", properties: {} },
    },
  }));
}

/** Servers that go on with an assistant's message that comes last. */
export function canContinue(kind: ServerKind): boolean {
  return kind === "llama-server" || kind === "vllm";
}

/** What can be asked of a server of this kind that the OpenAI API does not have. */
export function toRequestBody(
  request: GenerateRequest,
  { kind, model }: { kind: ServerKind; model: string },
): { path: string; body: Record<string, unknown> } {
  const { prompt, maxTokens, stop, grammar } = request;
  const shared = {
    model,
    stream: true,
    stream_options: { include_usage: true },
    ...toWireSampling(request.sampling ?? {}, kind),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    // The API takes four; the rest is looked for here.
    ...(stop && stop.length > 0 ? { stop: stop.slice(0, 4) } : {}),
    ...(grammar === undefined ? {} : { grammar }),
  };
  if (prompt.kind === "text") {
    return { path: "/v1/completions", body: { ...shared, prompt: prompt.text } };
  }
  const { tools = [], continueLast = false } = prompt;
  return {
    path: "/v1/chat/completions",
    body: {
      ...shared,
      messages: toWireMessages(prompt.messages),
      ...(tools.length > 0 ? { tools: toWireTools(tools) } : {}),
      ...(continueLast && kind === "vllm"
        ? { continue_final_message: true, add_generation_prompt: false }
        : {}),
    },
  };
}

function toWireSampling(sampling: SamplingOptions, kind: ServerKind): Record<string, unknown> {
  const { temperature, topP, topK, minP, repeatPenalty, seed } = sampling;
  const { frequencyPenalty, presencePenalty } = sampling;
  const fields: Record<string, number | undefined> = {
    temperature,
    top_p: topP,
    seed,
    frequency_penalty: frequencyPenalty,
    presence_penalty: presencePenalty,
  };
  // Some servers refuse a field that they do not know.
  if (kind === "llama-server" || kind === "lm-studio") {
    Object.assign(fields, { top_k: topK, min_p: minP, repeat_penalty: repeatPenalty });
  } else if (kind === "vllm" || kind === "sglang") {
    // To them every token is -1, where Hearth says 0.
    const everyToken = topK === 0 ? -1 : topK;
    Object.assign(fields, { top_k: everyToken, min_p: minP, repetition_penalty: repeatPenalty });
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
