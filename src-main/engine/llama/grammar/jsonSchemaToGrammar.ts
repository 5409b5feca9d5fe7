import { HearthError } from "../../../contract/errors.ts";
import { integerRange } from "./integerRange.ts";

/** A JSON schema as it comes from outside: any JSON object, or true or false. */
export type JsonSchema = Readonly<Record<string, unknown>> | boolean;

/** Deeper or larger schemas are refused: a grammar is built for each request. */
const limits = { depth: 64, rules: 4000, enumValues: 2000, repeats: 1000, grammarChars: 400_000 };

/** Rules that schemas share; each is written only where it is used. */
const commonRules: Readonly<Record<string, { body: string; needs: readonly string[] }>> = {
  // Enough for any layout, and no endless blank.
  ws: { body: `| " " | "\\n" [ \\t]{0,20}`, needs: [] },
  char: {
    body: `[^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})`,
    needs: [],
  },
  string: { body: `"\\"" char* "\\""`, needs: ["char"] },
  integral: { body: `"0" | [1-9] [0-9]{0,15}`, needs: [] },
  integer: { body: `"-"? integral`, needs: ["integral"] },
  unsigned: {
    body: `integral ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?`,
    needs: ["integral"],
  },
  number: { body: `"-"? unsigned`, needs: ["unsigned"] },
  boolean: { body: `"true" | "false"`, needs: [] },
  null: { body: `"null"`, needs: [] },
  member: { body: `string ws ":" ws value`, needs: ["string", "ws", "value"] },
  object: {
    body: `"{" ws (member (ws "," ws member)*)? ws "}"`,
    needs: ["member", "ws"],
  },
  array: { body: `"[" ws (value (ws "," ws value)*)? ws "]"`, needs: ["value", "ws"] },
  value: {
    body: "object | array | string | number | boolean | null",
    needs: ["object", "array", "string", "number", "boolean", "null"],
  },
  date: {
    body: `[0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01])`,
    needs: [],
  },
  time: {
    body: `([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{3})? ("Z" | [-+] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9])`,
    needs: [],
  },
  uuid: {
    body: `[0-9a-f]{8} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{12}`,
    needs: [],
  },
};

/** Keywords that say nothing about which values are valid, or that are read where they matter. */
const understood = new Set(
  (
    "$schema $id $anchor $comment $defs definitions title description default examples deprecated readOnly " +
    "writeOnly type enum const anyOf oneOf allOf $ref properties required additionalProperties items prefixItems " +
    "minItems maxItems minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum format " +
    "contentEncoding contentMediaType propertyOrdering strict"
  ).split(" "),
);

const types = ["object", "array", "string", "number", "integer", "boolean", "null"] as const;
type Type = (typeof types)[number];

/**
 * A grammar in GBNF whose texts are the JSON values that follow a schema. What it lets through is
 * always valid; it may leave out some valid values, such as properties that the schema does not
 * name. Of `oneOf` it makes `anyOf`. `format` counts for dates, times and UUIDs, else it is a note.
 *
 * @throws HearthError `bad-input` that names the keyword and its place, where a schema asks for what
 *   a grammar cannot hold, so that nobody relies on what is not kept
 */
export function jsonSchemaToGrammar(schema: JsonSchema): string {
  return new Converter(schema).grammar();
}

/** The grammar of any JSON object. */
export const anyObjectGrammar = (): string => jsonSchemaToGrammar({ type: "object" });

/** A text as a terminal of GBNF. */
export function terminal(text: string): string {
  const escaped = text.replace(/["\\\n\r\t]|[^\P{Cc}\n\r\t]/gu, (character) => {
    const known = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    return known ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `"${escaped}"`;
}

class Converter {
  readonly #root: JsonSchema;
  readonly #rules = new Map<string, string>();
  /** Rules of `$ref` targets by pointer; there before the target is read, so that it may refer to itself. */
  readonly #references = new Map<string, string>();
  /** References that are being followed with nothing written in between: a second time is endless. */
  #following = new Set<string>();
  #count = 0;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  grammar(): string {
    const body = this.#visit(this.#root, "schema", 0);
    // Blanks around the value would only delay its end.
    const lines = [`root ::= ${body}`];
    for (const [name, rule] of this.#rules) lines.push(`${name} ::= ${rule}`);
    const text = `${lines.join("\n")}\n`;
    if (text.length > limits.grammarChars) throw refused("schema", "It is too large.");
    return text;
  }

  /** What stands for a schema inside a rule: a name, or a group. */
  #visit(schema: unknown, at: string, depth: number): string {
    if (depth > limits.depth) throw refused(at, "It is nested too deeply.");
    if (schema === true) return this.#shared("value");
    if (schema === false) throw refused(at, "“false” lets no value through.");
    if (!isRecord(schema)) throw refused(at, "A schema is an object, true or false.");
    for (const keyword of Object.keys(schema)) {
      if (!understood.has(keyword) && !keyword.startsWith("x-")) {
        throw refused(at, `Hearth does not support the keyword “${keyword}”.`);
      }
    }
    if (schema["$ref"] !== undefined) return this.#reference(schema["$ref"], at, depth);
    if ("const" in schema) return terminal(JSON.stringify(schema["const"]));
    if (schema["enum"] !== undefined) return this.#enumeration(schema["enum"], at);
    for (const keyword of ["anyOf", "oneOf"] as const) {
      const choices = schema[keyword];
      if (choices === undefined) continue;
      return this.#choices(choices, without(schema, keyword), `${at}.${keyword}`, depth);
    }
    if (schema["allOf"] !== undefined) {
      return this.#visit(this.#merged(schema, at, depth), at, depth + 1);
    }
    const kinds = typesOf(schema, at);
    const parts = kinds.map((kind) => this.#ofType(kind, schema, at, depth));
    return parts.length === 1 ? parts[0]! : this.#rule(parts.join(" | "));
  }

  #ofType(
    kind: Type,
    schema: Readonly<Record<string, unknown>>,
    at: string,
    depth: number,
  ): string {
    switch (kind) {
      case "object":
        return this.#object(schema, at, depth);
      case "array":
        return this.#array(schema, at, depth);
      case "string":
        return this.#string(schema, at);
      case "integer":
        return this.#integer(schema, at);
      case "number":
        return this.#number(schema, at);
      case "boolean":
      case "null":
        return this.#shared(kind);
    }
  }

  /** Properties in the schema's order; those that are not required may be left out. */
  #object(schema: Readonly<Record<string, unknown>>, at: string, depth: number): string {
    const properties = schema["properties"] ?? {};
    const required = schema["required"] ?? [];
    if (!isRecord(properties)) throw refused(`${at}.properties`, "It has to be an object.");
    if (!Array.isArray(required) || required.some((name) => typeof name !== "string")) {
      throw refused(`${at}.required`, "It has to be a list of names.");
    }
    const names = Object.keys(properties);
    const others = schema["additionalProperties"];
    const wanted = new Set(required as string[]);
    // A name that is required and not described may have any value that other properties may have.
    const all = [...names, ...[...wanted].filter((name) => !names.includes(name))];
    if (all.length === 0) {
      if (others === false) return this.#rule(`"{" ${this.#shared("ws")} "}"`);
      if (others === undefined || others === true) return this.#shared("object");
      const value = this.#visitInside(others, `${at}.additionalProperties`, depth);
      const ws = this.#shared("ws");
      const member = this.#rule(`${this.#shared("string")} ${ws} ":" ${ws} ${value}`);
      return this.#rule(`"{" ${ws} (${member} (${ws} "," ${ws} ${member})*)? ${ws} "}"`);
    }
    const members = all.map((name) => {
      const described = names.includes(name) ? properties[name] : (others ?? true);
      const value = this.#visitInside(described, `${at}.properties.${name}`, depth);
      const ws = this.#shared("ws");
      return {
        required: wanted.has(name),
        text: `${terminal(JSON.stringify(name))} ${ws} ":" ${ws} ${value}`,
      };
    });
    const ws = this.#shared("ws");
    return this.#rule(`"{" ${ws} ${this.#membersFrom(members)} ${ws} "}"`);
  }

  /** From the back: what may follow once a member has been written, and where none has been yet. */
  #membersFrom(members: readonly { required: boolean; text: string }[]): string {
    const ws = this.#shared("ws");
    let afterSome = `""`;
    let first = `""`;
    for (const { required, text } of members.toReversed()) {
      const member = this.#rule(text);
      const next = this.#rule(`${ws} "," ${ws} ${member} ${afterSome}`);
      const begun = this.#rule(`${member} ${afterSome}`);
      first = required ? begun : this.#rule(`${begun} | ${first}`);
      afterSome = required ? next : this.#rule(`${next} | ${afterSome}`);
    }
    return first;
  }

  #array(schema: Readonly<Record<string, unknown>>, at: string, depth: number): string {
    const ws = this.#shared("ws");
    const prefix = schema["prefixItems"];
    const rest = schema["items"];
    const min = countOf(schema, "minItems", at) ?? 0;
    const max = countOf(schema, "maxItems", at);
    if (prefix !== undefined) {
      if (!Array.isArray(prefix)) throw refused(`${at}.prefixItems`, "It has to be a list.");
      if (
        prefix.length === 0 ||
        min > prefix.length ||
        (max !== undefined && max < prefix.length)
      ) {
        throw refused(at, "A list with prefixItems has to have exactly these items.");
      }
      const items = prefix.map((item, n) =>
        this.#visitInside(item, `${at}.prefixItems.${n}`, depth),
      );
      return this.#rule(`"[" ${ws} ${items.join(` ${ws} "," ${ws} `)} ${ws} "]"`);
    }
    if (rest === false || max === 0) return this.#rule(`"[" ${ws} "]"`);
    const item = this.#visitInside(rest ?? true, `${at}.items`, depth);
    if (max !== undefined && max < min) throw refused(at, "maxItems is less than minItems.");
    const more = `(${ws} "," ${ws} ${item})`;
    const least = Math.max(min, 1) - 1;
    const repeated =
      max === 1 ? item : `${item} ${more}{${least},${max === undefined ? "" : max - 1}}`;
    return this.#rule(`"[" ${ws} ${min === 0 ? `(${repeated})?` : repeated} ${ws} "]"`);
  }

  #string(schema: Readonly<Record<string, unknown>>, at: string): string {
    const format = schema["format"];
    if (format === "date" || format === "time" || format === "uuid") {
      return this.#rule(`"\\"" ${this.#shared(format)} "\\""`);
    }
    if (format === "date-time") {
      return this.#rule(`"\\"" ${this.#shared("date")} "T" ${this.#shared("time")} "\\""`);
    }
    const min = countOf(schema, "minLength", at);
    const max = countOf(schema, "maxLength", at);
    if (min === undefined && max === undefined) return this.#shared("string");
    if (max !== undefined && max < (min ?? 0)) {
      throw refused(at, "maxLength is less than minLength.");
    }
    if (max === 0) return terminal('""');
    return this.#rule(`"\\"" ${this.#shared("char")}{${min ?? 0},${max ?? ""}} "\\""`);
  }

  #integer(schema: Readonly<Record<string, unknown>>, at: string): string {
    const min = numberOf(schema, "minimum", at);
    const above = numberOf(schema, "exclusiveMinimum", at);
    const max = numberOf(schema, "maximum", at);
    const below = numberOf(schema, "exclusiveMaximum", at);
    // Bounds beyond what a whole number can be exactly are no bounds.
    const from = Math.max(
      min === undefined ? Number.NEGATIVE_INFINITY : Math.ceil(min),
      above === undefined ? Number.NEGATIVE_INFINITY : Math.floor(above) + 1,
    );
    const to = Math.min(
      max === undefined ? Number.POSITIVE_INFINITY : Math.floor(max),
      below === undefined ? Number.POSITIVE_INFINITY : Math.ceil(below) - 1,
    );
    if (from > to) throw refused(at, "Its bounds leave no number.");
    const isFree = !Number.isSafeInteger(from) && !Number.isSafeInteger(to);
    if (isFree && from < 0 && to > 0) return this.#shared("integer");
    if (isFree) throw refused(at, "Its bounds are too large.");
    return this.#rule(integerRange(from, to));
  }

  #number(schema: Readonly<Record<string, unknown>>, at: string): string {
    const bounds = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"] as const;
    const given = bounds.filter((name) => numberOf(schema, name, at) !== undefined);
    if (given.length === 0) return this.#shared("number");
    if (given.length === 1 && given[0] === "minimum" && schema["minimum"] === 0) {
      return this.#shared("unsigned");
    }
    throw refused(
      `${at}.${given[0]}`,
      "Of the bounds of fractions only a minimum of 0 can be kept; use an integer or an enum.",
    );
  }

  #enumeration(values: unknown, at: string): string {
    if (!Array.isArray(values) || values.length === 0 || values.length > limits.enumValues) {
      throw refused(`${at}.enum`, `It has to be a list of 1 to ${limits.enumValues} values.`);
    }
    return this.#rule(values.map((value) => terminal(JSON.stringify(value))).join(" | "));
  }

  #choices(
    choices: unknown,
    base: Readonly<Record<string, unknown>>,
    at: string,
    depth: number,
  ): string {
    if (!Array.isArray(choices) || choices.length === 0) {
      throw refused(at, "It has to be a list with at least one schema.");
    }
    const shared = withoutNotes(base);
    const bodies = choices.map((choice: unknown, n) => {
      const place = `${at}.${n}`;
      if (Object.keys(shared).length === 0) return this.#visit(choice, place, depth + 1);
      const parts: unknown[] = Array.isArray(shared["allOf"]) ? shared["allOf"] : [];
      return this.#visit({ ...shared, allOf: [...parts, choice] }, place, depth + 1);
    });
    return this.#rule(bodies.join(" | "));
  }

  /** An object schema that asks for all that its parts ask for. */
  #merged(
    schema: Readonly<Record<string, unknown>>,
    at: string,
    depth: number,
  ): Record<string, unknown> {
    const parts = schema["allOf"];
    if (!Array.isArray(parts) || parts.length === 0) {
      throw refused(`${at}.allOf`, "It has to be a list with at least one schema.");
    }
    const result: Record<string, unknown> = { ...without(schema, "allOf") };
    for (const [n, part] of parts.entries()) {
      const place = `${at}.allOf.${n}`;
      let resolved: unknown = part;
      for (let step = 0; isRecord(resolved) && resolved["$ref"] !== undefined; step++) {
        if (step + depth > limits.depth) throw refused(place, "It refers to itself.");
        resolved = this.#target(resolved["$ref"], place);
      }
      if (resolved === true) continue;
      if (!isRecord(resolved)) throw refused(place, "It has to be a schema.");
      const inner: Readonly<Record<string, unknown>> =
        resolved["allOf"] === undefined ? resolved : this.#merged(resolved, place, depth + 1);
      for (const [keyword, value] of Object.entries(withoutNotes(inner))) {
        const before = result[keyword];
        if (before === undefined) result[keyword] = value;
        else if (keyword === "properties" && isRecord(before) && isRecord(value)) {
          const twice = Object.keys(value).find((name) => name in before);
          if (twice !== undefined && !sameJson(before[twice], value[twice])) {
            throw refused(place, `The property “${twice}” is described twice.`);
          }
          result[keyword] = { ...before, ...value };
        } else if (keyword === "required" && Array.isArray(before) && Array.isArray(value)) {
          result[keyword] = [...new Set<unknown>([...before, ...value])];
        } else if (!sameJson(before, value)) {
          throw refused(place, `The keyword “${keyword}” stands in several parts.`);
        }
      }
    }
    return result;
  }

  #reference(reference: unknown, at: string, depth: number): string {
    if (typeof reference !== "string") throw refused(`${at}.$ref`, "It has to be text.");
    if (this.#following.has(reference)) throw refused(at, "It refers to itself without end.");
    const known = this.#references.get(reference);
    if (known !== undefined) return known;
    const target = this.#target(reference, at);
    const name = this.#reserve();
    this.#references.set(reference, name);
    this.#following.add(reference);
    this.#rules.set(name, this.#visit(target, reference, depth + 1));
    this.#following.delete(reference);
    return name;
  }

  /** A schema behind something that has been written, such as a bracket. */
  #visitInside(schema: unknown, at: string, depth: number): string {
    const outside = this.#following;
    this.#following = new Set();
    const body = this.#visit(schema, at, depth + 1);
    this.#following = outside;
    return body;
  }

  #target(reference: unknown, at: string): unknown {
    const pointer = typeof reference === "string" ? reference : "";
    if (pointer !== "#" && !pointer.startsWith("#/")) {
      throw refused(`${at}.$ref`, "Only a place in the same schema can be referred to.");
    }
    let target: unknown = this.#root;
    for (const step of pointer.split("/").slice(1)) {
      const key = decodePointer(step);
      const found: unknown =
        (isRecord(target) || Array.isArray(target)) && Object.hasOwn(target, key)
          ? (target as Record<string, unknown>)[key]
          : undefined;
      if (found === undefined) throw refused(`${at}.$ref`, `“${pointer}” leads nowhere.`);
      target = found;
    }
    return target;
  }

  #rule(body: string): string {
    const name = this.#reserve();
    this.#rules.set(name, body);
    return name;
  }

  #reserve(): string {
    if (this.#count >= limits.rules) throw refused("schema", "It is too large.");
    return `r${this.#count++}`;
  }

  #shared(name: string): string {
    const rule = commonRules[name];
    if (rule && !this.#rules.has(name)) {
      this.#rules.set(name, rule.body);
      for (const need of rule.needs) this.#shared(need);
    }
    return name;
  }
}

function typesOf(schema: Readonly<Record<string, unknown>>, at: string): Type[] {
  const given = schema["type"];
  if (given === undefined) {
    if (schema["properties"] ?? schema["required"] ?? schema["additionalProperties"]) {
      return ["object"];
    }
    if (schema["items"] ?? schema["prefixItems"]) return ["array"];
    if (schema["minLength"] ?? schema["maxLength"] ?? schema["format"]) return ["string"];
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

function withoutNotes(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !notes.has(keyword)));
}

function without(
  schema: Readonly<Record<string, unknown>>,
  keyword: string,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword));
}

function countOf(
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

function numberOf(
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

function decodePointer(step: string): string {
  return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(at: string, cause: string): HearthError {
  return new HearthError({
    code: "bad-input",
    title: `The JSON schema cannot be used, because of ${at}.`,
    cause,
    suggestion: "Change the schema there, or ask for JSON without one.",
  });
}
