import type { ChatMessage, ToolCall, ToolDefinition } from "../InferenceBackend.ts";

/**
 * A conversation with tools, told in words alone: for templates that know no tools. The marks are
 * those that Hermes and Qwen models were trained with, which others follow best from instructions.
 */
export function tellToolsInWords(
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
): ChatMessage[] {
  const told: ChatMessage[] = [];
  for (const message of messages) {
    if (message.role === "tool") {
      const content = `<tool_response>\n${message.content}\n</tool_response>`;
      const before = told.at(-1);
      // Results of several calls make one turn.
      if (before?.role === "user" && before.content.endsWith("</tool_response>")) {
        told[told.length - 1] = { role: "user", content: `${before.content}\n${content}` };
      } else told.push({ role: "user", content });
    } else if (message.toolCalls && message.toolCalls.length > 0) {
      const calls = message.toolCalls.map(toolCallText);
      const parts = message.content === "" ? calls : [message.content, ...calls];
      told.push({ role: message.role, content: parts.join("\n") });
    } else told.push({ role: message.role, content: message.content });
  }
  if (tools.length === 0) return told;
  const first = told[0];
  const words = instructions(tools);
  return first?.role === "system"
    ? [{ role: "system", content: `${first.content}\n\n${words}` }, ...told.slice(1)]
    : [{ role: "system", content: words }, ...told];
}

function toolCallText(call: ToolCall): string {
  const name = JSON.stringify(call.name);
  return `<tool_call>\n{"name": ${name}, "arguments": ${call.argumentsJson || "{}"}}\n</tool_call>`;
}

function instructions(tools: readonly ToolDefinition[]): string {
  return [
    "You can call functions. These are described as JSON:",
    "<tools>",
    ...tools.map((tool) => JSON.stringify(toTemplateTool(tool))),
    "</tools>",
    "To call a function, answer with its name and arguments as JSON between these marks, and nothing else:",
    "<tool_call>",
    '{"name": "the function", "arguments": {"an argument": "its value"}}',
    "</tool_call>",
    "Its result then comes between <tool_response> marks. Call a function only where it is needed.",
  ].join("\n");
}

/** A tool in the shape that chat templates expect. */
export function toTemplateTool({ name, description, parameters }: ToolDefinition): {
  type: "function";
  function: { name: string; description: string; parameters: Readonly<Record<string, unknown>> };
} {
  return {
    type: "function",
    function: {
      name,
      description: description ?? "",
      parameters: parameters ?? { type: "object", properties: {} },
    },
  };
}
