import { createHash } from "node:crypto";
import type { ChatMessage, ToolDefinition } from "../InferenceBackend.ts";
import { toTemplateTool } from "../tools/toolWords.ts";

interface TemplateMessage {
  role: string;
  content: string;
  tool_calls?: {
    id: string;
    type: "function";
    function: { name: string; arguments: unknown };
  }[];
  tool_call_id?: string;
  name?: string;
}

/** A conversation in the names and shapes that chat templates are written for. */
export function toTemplateInput(
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
): { messages: TemplateMessage[]; tools?: ReturnType<typeof toTemplateTool>[] } {
  const names = new Map<string, string>();
  const shaped = messages.map(({ role, content, toolCalls = [], toolCallId }): TemplateMessage => {
    for (const call of toolCalls) names.set(call.id, call.name);
    const name = toolCallId === undefined ? undefined : names.get(toolCallId);
    return {
      role,
      content,
      ...(toolCalls.length === 0
        ? {}
        : {
            tool_calls: toolCalls.map((call) => ({
              id: shortId(call.id),
              type: "function",
              function: { name: call.name, arguments: argumentsOf(call.argumentsJson) },
            })),
          }),
      ...(toolCallId === undefined ? {} : { tool_call_id: shortId(toolCallId) }),
      ...(name === undefined ? {} : { name }),
    };
  });
  return { messages: shaped, ...(tools.length === 0 ? {} : { tools: tools.map(toTemplateTool) }) };
}

/** What of a conversation a rendered text does not hold, in words; undefined where it is all there. */
export function lostPart(
  text: string,
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
): string | undefined {
  const tool = tools.find(({ name }) => !text.includes(name));
  if (tool) return "the tools";
  const lost = messages.find(({ role, content, toolCalls = [] }) => {
    // A template may show the calls of a message and not the words around them.
    if (toolCalls.length > 0) return toolCalls.some(({ name }) => !text.includes(name));
    if (text.includes(content.trim())) return false;
    // Some write a tool's result as JSON.
    return role !== "tool" || !text.includes(JSON.stringify(content).slice(1, -1).trim());
  });
  return lost && `the ${lost.role} message`;
}

/** Nine letters or digits, which some templates insist on; the same for a call and its result. */
function shortId(id: string): string {
  if (/^[A-Za-z0-9]{9}$/.test(id)) return id;
  return createHash("sha256").update(id).digest("hex").slice(0, 9);
}

function argumentsOf(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    // Shown as the model wrote it.
    return json;
  }
}
