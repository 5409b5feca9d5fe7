import { commonRules } from "./commonRules.ts";
import { integerRange } from "./integerRange.ts";
import { PatternError, patternToGrammar } from "./patternToGrammar.ts";
import {
  countOf,
  decodePointer,
  isRecord,
  limits,
  numberOf,
  refused,
  sameJson,
  typesOf,
  understood,
  without,
  withoutNotes,
  type JsonSchema,
  type Type,
} from "./schemaFields.ts";
import { terminal } from "./terminal.ts";

export type { JsonSchema } from "./schemaFields.ts";

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
    const pattern = schema["pattern"];
    // It says more than a format that stands beside it.
    if (pattern !== undefined) return this.#pattern(pattern, schema, at);
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

  #pattern(pattern: unknown, schema: Readonly<Record<string, unknown>>, at: string): string {
    if (typeof pattern !== "string") throw refused(`${at}.pattern`, "It has to be text.");
    if (schema["minLength"] !== undefined || schema["maxLength"] !== undefined) {
      throw refused(`${at}.pattern`, "It cannot stand beside a length; put that into the pattern.");
    }
    try {
      const body = patternToGrammar(pattern, `${this.#shared("char")}*`);
      return this.#rule(`"\\"" ${body} "\\""`);
    } catch (error) {
      if (error instanceof PatternError) throw refused(`${at}.pattern`, error.message);
      throw error;
    }
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
