import { parseJson } from "../../../contract/parseJson.ts";
import { asCount, asList, asRecord, asText, type JsonRecord } from "./json.ts";

/** Part of a call of a tool; several with one index are one call. */
export interface ToolCallPart {
  readonly index: number;
  readonly name: string;
  readonly argumentsJson: string;
}

export interface Usage {
  readonly promptTokens: number | null;
  readonly cachedTokens: number | null;
  readonly tokens: number | null;
}

/** What one event of a streamed answer says. */
export interface Chunk {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCallPart[];
  readonly finish: string | null;
  readonly usage: Usage | null;
  /** What the server says went wrong, where it does. */
  readonly error: string | null;
}

/** No answer has more tokens; a larger number is no count. */
const mostTokens = 100_000_000;

/**
 * Reads one event of `/v1/chat/completions` or `/v1/completions`. Fields that are missing or null are
 * empty, as servers differ in what they leave out; a field of another type than it can have is told.
 *
 * @returns null where it is no such event at all
 */
export function readChunk(data: string): Chunk | null {
  const value = parseJson(data);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const whole = asRecord(value);
  const error = errorOf(whole);
  if (error === null && !Array.isArray(whole["choices"]) && whole["usage"] === undefined)
    return null;
  const choice = asRecord(asList(whole["choices"])[0]);
  const delta = asRecord(choice["delta"] ?? choice["message"]);
  const text = textOf(delta["content"] ?? choice["text"]);
  // Servers call it differently; some send the same words under both names.
  const reasoning = textOf(delta["reasoning_content"] ?? delta["reasoning"]);
  if (text === null || reasoning === null) return null;
  return {
    text,
    reasoning,
    toolCalls: asList(delta["tool_calls"]).map(toolCallPart),
    finish: asText(choice["finish_reason"], 100),
    usage: usageOf(whole["usage"]),
    error,
  };
}

function errorOf(whole: JsonRecord): string | null {
  const error = whole["error"];
  if (error === undefined || error === null) return null;
  return asText(error, 500) ?? asText(asRecord(error)["message"], 500) ?? "It gave no reason.";
}

/** Text as it is written plainly, or as a list of parts; null where it is neither. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return null;
  return value.map((part) => asText(asRecord(part)["text"], Infinity) ?? "").join("");
}

function toolCallPart(value: unknown, at: number): ToolCallPart {
  const part = asRecord(value);
  const called = asRecord(part["function"]);
  const given = called["arguments"];
  return {
    index: asCount(part["index"], 0, 1000) ?? at,
    name: asText(called["name"], 256) ?? "",
    // Ollama has sent them as an object.
    argumentsJson:
      typeof given === "object" && given !== null
        ? JSON.stringify(given)
        : (asText(given, Infinity) ?? ""),
  };
}

function usageOf(value: unknown): Usage | null {
  if (value === undefined || value === null) return null;
  const usage = asRecord(value);
  const count = (name: string): number | null => asCount(usage[name], 0, mostTokens);
  return {
    promptTokens: count("prompt_tokens"),
    cachedTokens: asCount(asRecord(usage["prompt_tokens_details"])["cached_tokens"], 0, mostTokens),
    tokens: count("completion_tokens"),
  };
}
