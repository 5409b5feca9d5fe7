import { describe, expect, it } from "vitest";
import { commands } from "./commands/index.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { parseCommandLine, type ParsedCommandLine } from "./parseCommandLine.ts";

type Parsed = Extract<ParsedCommandLine, { kind: "command" }>;

function parse(line: string | string[]): ParsedCommandLine {
  return parseCommandLine(typeof line === "string" ? line.split(" ") : line, commands);
}

function good(line: string | string[]): Parsed {
  const parsed = parse(line);
  if (parsed.kind !== "command") throw new Error(`“${String(line)}” is ${JSON.stringify(parsed)}`);
  return parsed;
}

function message(line: string | string[]): string {
  const parsed = parse(line);
  return parsed.kind === "bad" ? parsed.error.message : `(${parsed.kind})`;
}

describe("parseCommandLine", () => {
  it("reads options with their types", () => {
    const line = ["chat", "--prompt", "Hello there", "--max-tokens", "20", "--temperature=0.5"];
    const parsed = good([...line, "--seed", "4294967294", "--json", "--home", "/h"]);
    expect(parsed.command.name).toBe("chat");
    expect(parsed.values).toEqual({
      prompt: "Hello there",
      system: undefined,
      model: undefined,
      "max-tokens": 20,
      temperature: 0.5,
      seed: 4294967294,
    });
    expect(parsed.global).toEqual({ home: "/h", json: true, help: false });
  });

  it.each([
    ["models list", "models list"],
    ["--json --home /h models list", "models list"],
    ["--home=/h documents list --json", "documents list"],
    ["eval retrieval --data d", "eval retrieval"],
    ["bench decode", "bench decode"],
    ["setup --local-sources s", "setup"],
    ["requests", "requests"],
  ])("finds the command in %s", (line, name) => {
    expect(good(line).command.name).toBe(name);
  });

  it("gives a list all words up to the next option", () => {
    const parsed = good("search --docs a b --limit 3 --query q --docs c");
    expect(parsed.values).toEqual({ docs: ["a", "b", "c"], limit: 3, query: "q" });
    expect(good("search --query q").values).toEqual({ docs: [], limit: 10, query: "q" });
    expect(good("search --query q --docs=a b").values["docs"]).toEqual(["a", "b"]);
  });

  it("takes a value that begins with a dash", () => {
    const values = { prompt: "--- or - item?", model: "-m" };
    const line = ["chat", "--prompt", values.prompt, "--model", values.model];
    expect(good(line).values).toMatchObject(values);
    expect(good(["search", "--query", "-5", "--docs", "-a", "b"]).values).toMatchObject({
      query: "-5",
      docs: ["-a", "b"],
    });
  });

  it("takes paths of ingest, also those that begin with a dash", () => {
    expect(good("ingest a b --json c").positionals).toEqual(["a", "b", "c"]);
    expect(good("ingest -- --odd -name").positionals).toEqual(["--odd", "-name"]);
    expect(good("ingest -- --json").global.json).toBe(false);
  });

  it.each([
    ["", "“” is not a command."],
    ["frobnicate", "“frobnicate” is not a command."],
    ["models", "“models” needs one of: list, load, unload, devices, check-kv, quantize."],
    ["documents lst", "“documents” needs one of: list, remove."],
    ["chat", "--prompt is missing."],
    ["chat --prompt", "Option --prompt <value> argument missing."],
    ["chat --prompt=", "--prompt needs a value."],
    ["chat --prompt a --prompt b", "--prompt is given more than once."],
    ["chat --prompt a b", "“b” is one word too many."],
    ["chat --prompt a --fast", "Unknown option --fast."],
    ["chat --prompt a --json=1", "Option --json does not take an argument."],
    ["chat --prompt a --seed 1.5", "--seed takes a whole number from 0 to 4294967294, not “1.5”."],
    ["chat --prompt a --seed -1", "--seed takes a whole number from 0 to 4294967294, not “-1”."],
    ["chat --prompt --json", "Option --prompt argument is ambiguous."],
    ["chat --prompt a --temperature=-1", "--temperature takes a number from 0 to 2, not “-1”."],
    ["chat --prompt a --temperature warm", "--temperature takes a number from 0 to 2, not “warm”."],
    [
      "chat --prompt a --max-tokens 0x10",
      "--max-tokens takes a whole number from 1 to 131072, not “0x10”.",
    ],
    [
      "chat --prompt a --max-tokens 0",
      "--max-tokens takes a whole number from 1 to 131072, not “0”.",
    ],
    ["search --query q --limit 201", "--limit takes a whole number from 1 to 200, not “201”."],
    ["search --query q word", "“word” is one word too many."],
    ["search --query q --docs a --limit 2 b", "“b” is one word too many."],
    ["ingest", "PATH is missing."],
    ["serve --port 65536", "--port takes a whole number from 0 to 65535, not “65536”."],
    ["serve --home=", "--home needs a value."],
    ["--nonsense", "Unknown option --nonsense."],
  ])("refuses %j", (line, words) => {
    expect(message(line)).toBe(words);
  });

  it("asks for a command where there is none", () => {
    expect(message([])).toBe("A command is missing.");
  });

  it("knows that JSON was asked for even if the rest is not understood", () => {
    expect(parse("chat --fast --json")).toMatchObject({ kind: "bad", json: true });
    expect(parse("ingest -x -- --json")).toMatchObject({ kind: "bad", json: false });
  });

  it.each(["--help", "-h", "help"])("%s is the help of all", (line) => {
    expect(parse(line)).toMatchObject({ kind: "help", command: undefined });
  });

  it.each(["chat --help", "chat -h", "help chat", "--help chat"])(
    "%s is the help of one",
    (line) => {
      expect(parse(line)).toMatchObject({ kind: "help", command: { name: "chat" } });
    },
  );

  it("knows its version", () => {
    expect(parse("--version")).toMatchObject({ kind: "version" });
  });
});

describe("help", () => {
  it("names every command and every option", () => {
    const all = generalHelp(commands);
    for (const command of commands) {
      expect(all).toContain(command.name);
      for (const option of Object.keys(command.options)) {
        expect(commandHelp(command)).toContain(`--${option}`);
      }
    }
  });
});
