import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { integerRange } from "./integerRange.ts";
import { jsonSchemaToGrammar, type JsonSchema } from "./jsonSchemaToGrammar.ts";
import { terminal } from "./terminal.ts";
import { matchGrammar } from "./testing/matchGrammar.ts";

const person = {
  type: "object",
  properties: {
    name: { type: "string" },
    age: { type: "integer", minimum: 0 },
    tags: { type: "array", items: { type: "string" }, maxItems: 2 },
  },
  required: ["name"],
  additionalProperties: false,
};

const table: { name: string; schema: JsonSchema; yes: string[]; no: string[] }[] = [
  {
    name: "any value",
    schema: true,
    yes: ["1", '"a"', "null", "[]", "[1, 2]", '{"a": {"b": []}}', "-0.5e3", "true"],
    no: ["", "a", "[1,]", "{a:1}", "01", "1.", '"\n"', "[1] 2"],
  },
  {
    name: "any object",
    schema: { type: "object" },
    yes: ["{}", '{ "a": 1 }', '{"a":1,"b":[null]}'],
    no: ["[]", "1", '{"a":1,}'],
  },
  {
    name: "an object with optional properties",
    schema: person,
    yes: [
      '{"name":"Ada"}',
      '{"name": "Ada", "age": 36}',
      '{"name":"Ada","tags":["x"]}',
      '{"name":"Ada","age":0,"tags":["x","y"]}',
      '{\n  "name": "A\\u00e9\\n日"\n}',
    ],
    no: [
      "{}",
      '{"age":36}',
      '{"name":1}',
      '{"name":"Ada","other":1}',
      '{"name":"Ada","age":-1}',
      '{"name":"Ada","tags":["x","y","z"]}',
      '{"name":"Ada",}',
      '{"age":36,"name":"Ada"}',
    ],
  },
  {
    name: "only optional properties",
    schema: { properties: { a: { type: "null" }, b: { type: "null" }, c: { type: "null" } } },
    yes: ["{}", '{"a":null}', '{"b":null}', '{"a":null,"c":null}', '{"a":null,"b":null,"c":null}'],
    no: ['{,"a":null}', '{"c":null,"a":null}', '{"a":null "b":null}'],
  },
  {
    name: "an optional property before a required one",
    schema: {
      type: "object",
      properties: { a: { type: "null" }, b: { type: "null" } },
      required: ["b"],
    },
    yes: ['{"b":null}', '{"a":null,"b":null}'],
    no: ["{}", '{"a":null}', '{,"b":null}'],
  },
  {
    name: "a required name that is not described",
    schema: { type: "object", required: ["x"] },
    yes: ['{"x":1}', '{"x":{"y":[]}}'],
    no: ["{}"],
  },
  {
    name: "no properties at all",
    schema: { type: "object", additionalProperties: false },
    yes: ["{}", "{ }"],
    no: ['{"a":1}'],
  },
  {
    name: "a map",
    schema: { type: "object", additionalProperties: { type: "integer" } },
    yes: ["{}", '{"a":1,"b":-22}'],
    no: ['{"a":"1"}'],
  },
  {
    name: "values by enum and const",
    schema: { anyOf: [{ enum: ["a", 'q"\\', 1, null, { a: [1] }] }, { const: "ü\n" }] },
    yes: ['"a"', '"q\\"\\\\"', "1", "null", '{"a":[1]}', '"ü\\n"'],
    no: ["a", "2", '"b"'],
  },
  {
    name: "several types",
    schema: { type: ["string", "null"] },
    yes: ['""', "null"],
    no: ["1", "[]"],
  },
  {
    name: "lists with a count",
    schema: { type: "array", items: { type: "boolean" }, minItems: 2, maxItems: 3 },
    yes: ["[true,false]", "[true, true, true]"],
    no: ["[]", "[true]", "[true,true,true,true]"],
  },
  {
    name: "a list of at most one",
    schema: { type: "array", items: { type: "boolean" }, maxItems: 1 },
    yes: ["[]", "[true]"],
    no: ["[true,true]"],
  },
  {
    name: "a tuple",
    schema: { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], items: false },
    yes: ['["a",1]'],
    no: ["[]", '["a"]', '[1,"a"]', '["a",1,2]'],
  },
  {
    name: "texts of a length",
    schema: { type: "string", minLength: 2, maxLength: 3 },
    yes: ['"ab"', '"日本語"', '"\\n\\u0041"'],
    no: ['"a"', '"abcd"'],
  },
  {
    name: "dates",
    schema: { anyOf: [{ format: "date-time" }, { type: "string", format: "date" }] },
    yes: ['"2026-11-24T02:00:00Z"', '"2026-02-09T23:59:59.123+01:00"', '"2026-12-31"'],
    no: ['"2026-13-01"', '"2026-1-1"', '"2026-12-32"', '"2026-11-24T24:00:00Z"', '"x"'],
  },
  {
    name: "a tree that refers to itself",
    schema: {
      $defs: {
        node: {
          type: "object",
          properties: {
            value: { type: "integer" },
            children: { type: "array", items: { $ref: "#/$defs/node" } },
          },
          required: ["value", "children"],
        },
      },
      $ref: "#/$defs/node",
    },
    yes: [
      '{"value":1,"children":[]}',
      '{"value":1,"children":[{"value":2,"children":[{"value":3,"children":[]}]}]}',
    ],
    no: ['{"value":1,"children":[{"value":2}]}'],
  },
  {
    name: "parts of allOf together",
    schema: {
      allOf: [
        { type: "object", properties: { a: { type: "null" } }, required: ["a"] },
        { type: "object", properties: { b: { type: "null" } }, required: ["b"] },
      ],
    },
    yes: ['{"a":null,"b":null}'],
    no: ['{"a":null}', '{"b":null}'],
  },
  {
    name: "anyOf beside other keywords",
    schema: {
      type: "object",
      properties: { a: { type: "null" } },
      required: ["a"],
      anyOf: [
        { properties: { b: { type: "null" } }, required: ["b"] },
        { properties: { c: { type: "null" } }, required: ["c"] },
      ],
    },
    yes: ['{"a":null,"b":null}', '{"a":null,"c":null}'],
    no: ['{"a":null}', '{"b":null}'],
  },
  {
    name: "fractions from 0 on",
    schema: { type: "number", minimum: 0 },
    yes: ["0", "0.5", "12e-3"],
    no: ["-1", "00", ".5"],
  },
];

describe("jsonSchemaToGrammar", () => {
  it.each(table)("$name", ({ schema, yes, no }) => {
    const grammar = jsonSchemaToGrammar(schema);
    for (const text of yes) expect(matchGrammar(grammar, text), text).toBe(true);
    for (const text of no) expect(matchGrammar(grammar, text), text).toBe(false);
  });

  const refusals: [string, unknown, RegExp][] = [
    ["a pattern that looks ahead", { type: "string", pattern: "^(?=a)" }, /pattern.*ahead/],
    ["a pattern that refers back", { pattern: "(a)\\1" }, /pattern/],
    ["a pattern of another type", { type: "string", pattern: 5 }, /pattern.*text/],
    ["a pattern with a length", { pattern: "a", maxLength: 5 }, /pattern/],
    ["a broken pattern", { pattern: "(a" }, /pattern.*not closed/],
    ["a pattern that repeats 1e9 times", { pattern: "a{1000000000}" }, /pattern.*repeats/],
    ["a place inside", { properties: { a: { items: { not: {} } } } }, /properties\.a\.items.*not/],
    ["an unknown type", { type: "text" }, /schema\.type/],
    ["no value", { properties: { a: false } }, /properties\.a/],
    ["a text for a schema", "string", /object, true or false/],
    ["a list for a schema", [], /object, true or false/],
    ["a strange required", { type: "object", required: "a" }, /required/],
    ["a reference to elsewhere", { $ref: "https://example.test/s.json" }, /\$ref/],
    ["a reference to nothing", { $ref: "#/$defs/x" }, /leads nowhere/],
    ["a reference to itself", { $ref: "#" }, /without end/],
    [
      "a reference to itself among others",
      { $defs: { a: { anyOf: [{ type: "null" }, { $ref: "#/$defs/a" }] } }, $ref: "#/$defs/a" },
      /without end/,
    ],
    ["allOf that refers to itself", { allOf: [{ $ref: "#" }] }, /refers to itself|too deeply/],
    ["bounds of fractions", { type: "number", maximum: 1 }, /maximum/],
    ["bounds without a number", { type: "integer", minimum: 5, maximum: 4 }, /no number/],
    ["a negative count", { type: "array", minItems: -1 }, /minItems/],
    ["a count of 1e99", { type: "string", maxLength: 1e99 }, /maxLength/],
    ["counts the wrong way round", { type: "array", minItems: 3, maxItems: 2 }, /maxItems/],
    ["an empty enum", { enum: [] }, /enum/],
    ["an empty anyOf", { anyOf: [] }, /anyOf/],
    ["a bound of the wrong type", { type: "integer", minimum: "0" }, /minimum/],
  ];
  it.each(refusals)("refuses %s in words", (_name, schema, words) => {
    expect(() => jsonSchemaToGrammar(schema as JsonSchema)).toThrow(
      expect.objectContaining({
        code: "bad-input",
        message: expect.stringMatching(words) as string,
      }),
    );
  });

  it("refuses what is nested without measure, soon", () => {
    let deep: unknown = { type: "null" };
    for (let n = 0; n < 5_000; n++) deep = { type: "array", items: deep };
    expect(() => jsonSchemaToGrammar(deep as JsonSchema)).toThrow(/too deeply/);
    const wide = Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`p${n}`, {}]));
    expect(() => jsonSchemaToGrammar({ properties: wide })).toThrow(/too large/);
  });

  it("takes names apart from rules", () => {
    const schema = { properties: { __proto__: {}, "a b\n\"'": { type: "null" }, root: true } };
    const grammar = jsonSchemaToGrammar(schema);
    expect(matchGrammar(grammar, '{"a b\\n\\"\'":null,"root":1}')).toBe(true);
  });

  it("writes any JSON text as a terminal that matches it alone", () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: "binary" }), (json, text) => {
        for (const value of [json, JSON.stringify(text)]) {
          expect(matchGrammar(`root ::= ${terminal(value)}\n`, value)).toBe(true);
          expect(matchGrammar(`root ::= ${terminal(value)}\n`, `${value} `)).toBe(false);
        }
      }),
    );
  });
});

describe("integerRange", () => {
  it("lets through what lies between, and nothing else", () => {
    const near = fc.integer({ min: -1_200, max: 1_200 });
    fc.assert(
      fc.property(near, near, fc.array(near, { minLength: 20 }), (a, b, probes) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const grammar = `root ::= ${integerRange(from, to)}\n`;
        for (const probe of [...probes, from, to, from - 1, to + 1, 0, -1, 1]) {
          expect(matchGrammar(grammar, String(probe)), `${probe}`).toBe(
            probe >= from && probe <= to,
          );
        }
        expect(matchGrammar(grammar, `0${to}`)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    [0, Number.POSITIVE_INFINITY, ["0", "9", "10", "9007199254740993"], ["-1", "00"]],
    [Number.NEGATIVE_INFINITY, -5, ["-5", "-10", "-9999"], ["-4", "0", "5"]],
    [0, Number.MAX_SAFE_INTEGER, ["0", "9007199254740991"], ["9007199254740992", "-1"]],
    [137, Number.POSITIVE_INFINITY, ["137", "200", "1000"], ["136", "99"]],
    [-3, Number.POSITIVE_INFINITY, ["-3", "-1", "0", "12345"], ["-4", "-0"]],
  ])("from %d to %d", (from, to, yes, no) => {
    const grammar = `root ::= ${integerRange(from, to)}\n`;
    for (const text of yes) expect(matchGrammar(grammar, text), text).toBe(true);
    for (const text of no) expect(matchGrammar(grammar, text), text).toBe(false);
  });
});

describe("patterns", () => {
  const texts = [
    "",
    "a",
    "ab",
    "abc",
    "AB-12",
    "12",
    "2026-11-24",
    'say "hi"',
    "back\\slash",
    "line\nline",
    "tab\there",
    "é日🦊",
    "ada@example.test",
    "a.b",
    "-",
    "]",
    " x ",
    "aaaa",
  ];

  it.each([
    "^a$",
    "a",
    "^[a-z]+$",
    "^[^a-z]+$",
    "^[A-Z]{2}-\\d{2}$",
    "^\\d{4}-\\d{2}-\\d{2}$",
    "^(a|ab)(c|bcd)?$",
    "^a|b$",
    "b$",
    "^.*$",
    "^.{3}$",
    "^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$",
    '^say "hi"$',
    "\\\\",
    "^\\S+$",
    "\\s",
    "^[^\\s@]+$",
    "^[\\]-]$",
    "^(?:a{2}){2}$",
    "^a{2,3}?a?$",
    "^(?<name>a)b?$",
    "[\\u00e9\\x41]",
    "🦊",
    "^$",
    "\\n",
    "^[\\t -~]*$",
    "x*",
  ])("%j fits what a regular expression fits", (pattern) => {
    const grammar = jsonSchemaToGrammar({ type: "string", pattern });
    const expression = new RegExp(pattern, "u");
    for (const text of texts) {
      expect(matchGrammar(grammar, JSON.stringify(text)), text).toBe(expression.test(text));
    }
  });
});
