import { jsonSchemaToGrammar } from "../grammar/jsonSchemaToGrammar.ts";
import type { ToolDefinition } from "../InferenceBackend.ts";

/**
 * A grammar for an answer that is one call of one of the tools, as a JSON object with `name` and
 * `arguments`. It is the same for every model: each follows a grammar, whatever marks it is used to.
 *
 * @throws HearthError `bad-input` where the schema of a tool's arguments cannot be kept
 */
export function toolCallGrammar(tools: readonly ToolDefinition[]): string {
  const places = tools.map((_, n) => `tool${n}`);
  const schemas = tools.map(({ parameters }, n) => {
    const schema = { type: "object", ...parameters };
    return [places[n] ?? "", moveReferences(schema, `#/$defs/${places[n]}`)];
  });
  return jsonSchemaToGrammar({
    $defs: Object.fromEntries(schemas) as Record<string, unknown>,
    anyOf: tools.map(({ name }, n) => ({
      type: "object",
      properties: { name: { const: name }, arguments: { $ref: `#/$defs/${places[n]}` } },
      required: ["name", "arguments"],
      additionalProperties: false,
    })),
  });
}

/** A schema as it has to be written once it stands at `place` of another: its references lead to itself. */
function moveReferences(schema: unknown, place: string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => moveReferences(item, place));
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]: [string, unknown]) =>
      key === "$ref" && typeof value === "string" && value.startsWith("#")
        ? [key, place + value.slice(1)]
        : [key, moveReferences(value, place)],
    ),
  );
}
