import { HearthError } from "../../../contract/errors.ts";

/** A JSON schema as it comes from outside: any JSON object, or true or false. */
export type JsonSchema = Readonly<Record<string, unknown>> | boolean;

/** Deeper or larger schemas are refused: a grammar is built for each request. */
export const limits = {
  depth: 64,
  rules: 4000,
  enumValues: 2000,
  repeats: 1000,
  grammarChars: 400_000,
};

/** Keywords that say nothing about which values are valid, or that are read where they matter. */
export const understood = new Set(
  (
    "$schema $id $anchor $comment $defs definitions title description default examples deprecated readOnly " +
    "writeOnly type enum const anyOf oneOf allOf $ref properties required additionalProperties items prefixItems " +
    "minItems maxItems minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum format " +
    "contentEncoding contentMediaType propertyOrdering strict"
  ).split(" "),
);

const types = ["object", "array", "string", "number", "integer", "boolean", "null"] as const;
export type Type = (typeof types)[number];

export function typesOf(schema: Readonly<Record<string, unknown>>, at: string): Type[] {
  const given = schema["type"];
  if (given === undefined) {
    if (schema["properties"] ?? schema["required"] ?? schema["additionalProperties"]) {
      return ["object"];
    }
    if (schema["items"] ?? schema["prefixItems"]) return ["array"];
    if (schema["minLength"] ?? schema["maxLength"] ?? schema["format"] ?? schema["pattern"])
      return ["string"];
    if (Object.keys(withoutNotes(schema)).length > 0) throw refused(at, "Its type is missing.");
    return ["object", "array", "string", "number", "boolean", "null"];
  }
  const list: unknown[] = Array.isArray(given) ? given : [given];
  const known = list.filter((name): name is Type => types.some((type) => type === name));
  if (known.length === 0 || known.length < list.length) {
    throw refused(`${at}.type`, `It has to be one or several of ${types.join(", ")}.`);
  }
  return [...new Set(known)];
}

const notes = new Set(
  "$schema $id $anchor $comment $defs definitions title description default examples deprecated readOnly writeOnly propertyOrdering strict".split(
    " ",
  ),
);

export function withoutNotes(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !notes.has(keyword)));
}

export function without(
  schema: Readonly<Record<string, unknown>>,
  keyword: string,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword));
}

export function countOf(
  schema: Readonly<Record<string, unknown>>,
  keyword: string,
  at: string,
): number | undefined {
  const value = schema[keyword];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw refused(`${at}.${keyword}`, "It has to be a whole number from 0 on.");
  }
  if (value > limits.repeats) {
    throw refused(`${at}.${keyword}`, `Hearth can keep a count of at most ${limits.repeats}.`);
  }
  return value;
}

export function numberOf(
  schema: Readonly<Record<string, unknown>>,
  keyword: string,
  at: string,
): number | undefined {
  const value = schema[keyword];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw refused(`${at}.${keyword}`, "It has to be a number.");
  }
  return value;
}

export function decodePointer(step: string): string {
  return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
}

export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function refused(at: string, cause: string): HearthError {
  return new HearthError({
    code: "bad-input",
    title: `The JSON schema cannot be used, because of ${at}.`,
    cause,
    suggestion: "Change the schema there, or ask for JSON without one.",
  });
}
