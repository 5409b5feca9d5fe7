import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchGrammar } from "../grammar/testing/matchGrammar.ts";
import { toolCallGrammar } from "./toolCallGrammar.ts";
import { ToolCallReader } from "./ToolCallReader.ts";

const names = ["get_weather", "add"];

/** Reads a text in the given pieces. */
function read(pieces: readonly string[]): {
  text: string;
  calls: [string, unknown][];
  ids: string[];
} {
  let n = 0;
  const reader = new ToolCallReader(names, () => `c${n++}`);
  const parts = [...pieces.map((piece) => reader.push(piece)), reader.end()];
  const calls = parts.flatMap((part) => part.calls);
  return {
    text: parts.map((part) => part.text).join(""),
    calls: calls.map((call) => [call.name, JSON.parse(call.argumentsJson)]),
    ids: calls.map((call) => call.id),
  };
}

const paris = { city: "Paris" };
const hermes = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>';
const sum = '<tool_call>{"name": "add", "arguments": {"a": 1, "b": 2}}</tool_call>';

const table: [string, string, string, [string, unknown][]][] = [
  ["no call", "It is sunny.", "It is sunny.", []],
  ["Hermes", hermes, "", [["get_weather", paris]]],
  ["Hermes behind text", `Let me look.\n${hermes}`, "Let me look.", [["get_weather", paris]]],
  [
    "several of Hermes",
    `${hermes}\n${sum}`,
    "",
    [
      ["get_weather", paris],
      ["add", { a: 1, b: 2 }],
    ],
  ],
  ["text behind a call", `${sum}\nDone.`, "Done.", [["add", { a: 1, b: 2 }]]],
  ["Hermes that was not closed", hermes.replace("</tool_call>", ""), "", [["get_weather", paris]]],
  [
    "Hermes cut off in the middle",
    '<tool_call>{"name": "add", "arg',
    '<tool_call>{"name": "add", "arg',
    [],
  ],
  [
    "Hermes with a tool that is none",
    '<tool_call>{"name": "rm", "arguments": {}}</tool_call>',
    '<tool_call>{"name": "rm", "arguments": {}}</tool_call>',
    [],
  ],
  [
    "Llama 3",
    '{"name": "get_weather", "parameters": {"city": "Paris"}}',
    "",
    [["get_weather", paris]],
  ],
  ["Llama 3 with its mark", '<|python_tag|>{"name": "add", "parameters": {}}', "", [["add", {}]]],
  [
    "several of Llama 3",
    '{"name": "add", "parameters": {"a": "};{"}}; {"name": "add", "parameters": {"a": 2}}',
    "",
    [
      ["add", { a: "};{" }],
      ["add", { a: 2 }],
    ],
  ],
  [
    "the whole of OpenAI's shape",
    '{"type": "function", "function": {"name": "add", "arguments": "{\\"a\\": 1}"}}',
    "",
    [["add", { a: 1 }]],
  ],
  [
    "Mistral",
    '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Paris"}}, {"name": "add", "arguments": {}}]',
    "",
    [
      ["get_weather", paris],
      ["add", {}],
    ],
  ],
  [
    "Mistral where the mark is a token",
    '[{"name": "get_weather", "arguments": {"city": "Paris"}}]',
    "",
    [["get_weather", paris]],
  ],
  ["no arguments", '{"name": "add"}', "", [["add", {}]]],
  ["JSON that is no call", '{"answer": 42}', '{"answer": 42}', []],
  ["a list that is no call", "[1, 2, 3]", "[1, 2, 3]", []],
  ["a list of texts", '["name"]', '["name"]', []],
  [
    "JSON with a name that is no tool",
    '{"name": "Ada", "age": 36}',
    '{"name": "Ada", "age": 36}',
    [],
  ],
  [
    "arguments that are no object",
    '{"name": "add", "arguments": [1]}',
    '{"name": "add", "arguments": [1]}',
    [],
  ],
  ["a mark that is only begun", "a < b <tool", "a < b <tool", []],
  ["a footnote", "[1] A source.", "[1] A source.", []],
  ["nothing", "", "", []],
  ["blanks", " \n", " \n", []],
];

describe("ToolCallReader", () => {
  it.each(table)("%s", (_name, whole, text, calls) => {
    expect(read([whole])).toMatchObject({ text, calls });
    expect(read(Array.from(whole))).toMatchObject({ text, calls });
  });

  it("says the same however the text is cut, and loses nothing that is no call", () => {
    const pieces = fc.array(
      fc.constantFrom(
        hermes,
        sum,
        "<tool",
        "_call>",
        "</tool_call>",
        "{",
        "}",
        "[",
        '"name"',
        "Hi ",
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(pieces, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (parts, sizes) => {
        const whole = parts.join("");
        const cut: string[] = [];
        for (let at = 0; at < whole.length;) {
          const size = sizes.next().value ?? 1;
          cut.push(whole.slice(at, at + size));
          at += size;
        }
        const result = read(cut);
        expect(result).toEqual(read([whole]));
        if (result.calls.length === 0) expect(result.text).toBe(whole);
      }),
    );
  });

  it("lets ordinary text through at once", () => {
    const reader = new ToolCallReader(names);
    expect(reader.push("The").text).toBe("The");
    expect(reader.push(" cat <b").text).toBe(" cat <b");
    expect(reader.push(" and\n").text).toBe(" and");
    const json = new ToolCallReader(names);
    expect(json.push('{"ans').text).toBe('{"ans');
    expect(json.push('wer": 1').text).toBe('wer": 1');
  });

  it("gives each call an id of its own", () => {
    const reader = new ToolCallReader(names);
    const { calls } = reader.push(`${hermes}${sum}`);
    expect(new Set(calls.map((call) => call.id)).size).toBe(2);
    expect(calls[0]?.id).toMatch(/^call_[0-9a-f]{24}$/);
  });
});

describe("toolCallGrammar", () => {
  const grammar = toolCallGrammar([
    {
      name: "get_weather",
      parameters: {
        type: "object",
        properties: { city: { $ref: "#/$defs/city" } },
        required: ["city"],
        $defs: { city: { type: "string" } },
      },
    },
    { name: "now" },
  ]);

  it.each([
    ['{"name": "get_weather", "arguments": {"city": "Paris"}}', true],
    ['{"name":"now","arguments":{}}', true],
    ['{"name": "get_weather", "arguments": {}}', false],
    ['{"name": "other", "arguments": {}}', false],
    ["Hello", false],
  ])("%s: %s", (text, fits) => {
    expect(matchGrammar(grammar, text)).toBe(fits);
    if (fits)
      expect(new ToolCallReader(["get_weather", "now"]).push(text)).toMatchObject({ text: "" });
  });
});
