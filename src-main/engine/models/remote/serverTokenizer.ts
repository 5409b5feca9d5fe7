import type { ServerKind } from "../../../contract/servers.ts";
import type { ChatMessage, ToolDefinition } from "../../llama/InferenceBackend.ts";
import { asCount, asList, asRecord, asText } from "./json.ts";
import { toWireMessages, toWireTools } from "./requestBody.ts";
import type { ServerClient, ServerRequest } from "./ServerClient.ts";

const mostTokens = 100_000_000;

export interface ModelOnServer {
  readonly kind: ServerKind;
  readonly model: string;
}

/** Tokens of a text by the server's own tokenizer; null where it has none that Hearth knows. */
export async function countOn(
  client: ServerClient,
  { kind, model }: ModelOnServer,
  text: string,
  request: ServerRequest,
): Promise<number | null> {
  switch (kind) {
    case "llama-server": {
      const reply = await client.json("/tokenize", request, { content: text });
      return lengthOf(asRecord(reply)["tokens"]);
    }
    case "vllm":
    case "sglang": {
      const body = { model, prompt: text, add_special_tokens: false };
      return asCount(
        asRecord(await client.json("/tokenize", request, body))["count"],
        0,
        mostTokens,
      );
    }
    case "tgi":
      return lengthOf(await client.json("/tokenize", request, { inputs: text }));
    case "ollama":
    case "lm-studio":
    case "other":
      return null;
  }
}

/** Tokens of messages as a prompt, rendered by the server's own template; null where it cannot say. */
export async function countChatOn(
  client: ServerClient,
  { kind, model }: ModelOnServer,
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
  request: ServerRequest,
): Promise<number | null> {
  const wire = {
    messages: toWireMessages(messages),
    ...(tools.length > 0 ? { tools: toWireTools(tools) } : {}),
  };
  if (kind === "llama-server") {
    const rendered = asRecord(await client.json("/apply-template", request, wire));
    const prompt = asText(rendered["prompt"], Infinity);
    if (prompt === null) return null;
    const body = { content: prompt, add_special: true, parse_special: true };
    return lengthOf(asRecord(await client.json("/tokenize", request, body))["tokens"]);
  }
  if (kind === "vllm") {
    const body = { model, ...wire, add_generation_prompt: true };
    return asCount(asRecord(await client.json("/tokenize", request, body))["count"], 1, mostTokens);
  }
  return null;
}

function lengthOf(tokens: unknown): number | null {
  return Array.isArray(tokens) ? asList(tokens).length : null;
}
