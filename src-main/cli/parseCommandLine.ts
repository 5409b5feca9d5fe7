import { parseArgs } from "node:util";
import type { Command } from "./Command.ts";
import { globalOptions, optionValue, type OptionTable } from "./options.ts";
import { UsageError } from "./UsageError.ts";

export interface GlobalValues {
  home: string | undefined;
  json: boolean;
  help: boolean;
}

export type ParsedCommandLine =
  | {
      kind: "command";
      command: Command;
      values: Record<string, unknown>;
      positionals: string[];
      global: GlobalValues;
    }
  /** Help was asked for: of one command, or of all. */
  | { kind: "help"; command: Command | undefined; global: GlobalValues }
  | { kind: "version"; global: GlobalValues }
  /** `json` is known even if the rest was not understood, so that the error can be given as asked. */
  | { kind: "bad"; error: UsageError; command: Command | undefined; json: boolean };

/** Reads a command line, without the program's own name. */
export function parseCommandLine(
  argv: readonly string[],
  commands: readonly Command[],
): ParsedCommandLine {
  const json = hasFlag(argv, "--json");
  let command: Command | undefined;
  try {
    const { before, rest } = splitLeadingOptions(argv);
    if (rest.length === 0) {
      const { values } = parse([...before], { version: { kind: "flag", help: "" } });
      const global = toGlobal(values);
      if (values["version"] === true) return { kind: "version", global };
      if (global.help) return { kind: "help", command, global };
      throw new UsageError("A command is missing.");
    }
    if (rest[0] === "help") {
      const named = findCommand(rest.slice(1), commands);
      const global = { home: undefined, json, help: true };
      return { kind: "help", command: named?.command, global };
    }
    const found = findCommand(rest, commands);
    if (!found) throw new UsageError(unknownCommand(rest, commands));
    command = found.command;
    const { values, positionals } = parse([...before, ...found.rest], command.options, command);
    const global = toGlobal(values);
    if (global.help) return { kind: "help", command, global };
    const typed = typedValues(command.options, values);
    if (positionals.length === 0 && command.positionals !== undefined) {
      throw new UsageError(`${command.positionals} is missing.`);
    }
    return { kind: "command", command, values: typed, positionals, global };
  } catch (error) {
    if (error instanceof UsageError) return { kind: "bad", error, command, json };
    throw error;
  }
}

/** Options of all commands may also stand before the command. */
function splitLeadingOptions(argv: readonly string[]): { before: string[]; rest: string[] } {
  let at = 0;
  while (at < argv.length && argv[at]?.startsWith("-")) at += argv[at] === "--home" ? 2 : 1;
  return { before: argv.slice(0, at), rest: argv.slice(at) };
}

function findCommand(
  words: readonly string[],
  commands: readonly Command[],
): { command: Command; rest: string[] } | undefined {
  for (const command of commands) {
    const names = command.name.split(" ");
    if (names.every((name, at) => words[at] === name)) {
      return { command, rest: words.slice(names.length) };
    }
  }
  return undefined;
}

function unknownCommand(words: readonly string[], commands: readonly Command[]): string {
  const [first] = words;
  const family = commands.filter((command) => command.name.startsWith(`${first} `));
  if (family.length === 0) return `“${first}” is not a command.`;
  return `“${first}” needs one of: ${family.map((c) => c.name.split(" ")[1]).join(", ")}.`;
}

interface RawValues {
  values: Record<string, string[] | true>;
  positionals: string[];
}

/** All words of each option, in order. A word after a list's value belongs to the list. */
function parse(args: string[], table: OptionTable, command?: Command): RawValues {
  const options: OptionTable = { ...table, ...globalOptions };
  const parsed = strictTokens(args, options);
  const values: RawValues["values"] = {};
  const positionals: string[] = [];
  let list: string[] | undefined;
  for (const token of parsed) {
    if (token.kind === "option") {
      list = undefined;
      if (token.value === undefined) {
        values[token.name] = true;
        continue;
      }
      const known = values[token.name];
      const words = Array.isArray(known) ? known : [];
      words.push(token.value);
      values[token.name] = words;
      if (options[token.name]?.kind === "list") list = words;
    } else if (token.kind === "positional") {
      if (list) list.push(token.value);
      else positionals.push(token.value);
    } else list = undefined;
  }
  if (positionals.length > 0 && command?.positionals === undefined) {
    throw new UsageError(`“${positionals[0]}” is one word too many.`);
  }
  return { values, positionals };
}

type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];

function strictTokens(args: string[], table: OptionTable): Token[] {
  try {
    const { tokens } = parseArgs({
      args: joinValues(args, table),
      options: Object.fromEntries(
        Object.entries(table).map(([name, { kind }]) => [
          name,
          {
            type: kind === "flag" ? ("boolean" as const) : ("string" as const),
            multiple: true,
            ...(name === "help" ? { short: "h" } : {}),
          },
        ]),
      ),
      allowPositionals: true,
      tokens: true,
    });
    return tokens;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UsageError(usageWords(error.message));
  }
}

/**
 * Joins an option and a value that begins with a dash, such as a prompt that is a list item: the
 * parser would take it for another option.
 */
function joinValues(args: readonly string[], table: OptionTable): string[] {
  const joined: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (word === "--") return [...joined, ...args.slice(at)];
    const option = word.startsWith("--") ? table[word.slice(2)] : undefined;
    const next = args[at + 1];
    if (option && option.kind !== "flag" && next?.startsWith("-") && !isOption(next, table)) {
      joined.push(`${word}=${next}`);
      at++;
    } else joined.push(word);
  }
  return joined;
}

function isOption(word: string, table: OptionTable): boolean {
  const [name = ""] = word.split("=", 1);
  return (
    word === "--" || word === "-h" || (name.startsWith("--") && Object.hasOwn(table, name.slice(2)))
  );
}

/** The parser's first sentence, without advice that fits programmers better than users. */
function usageWords(message: string): string {
  const [first = message] = message.split(/\n|\. /u);
  return first.replace(/'/gu, "").replace(/\.?$/u, ".");
}

function typedValues(table: OptionTable, raw: RawValues["values"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, option]) => {
      const words = raw[name];
      const given = words === true ? [name] : (words ?? []);
      return [name, optionValue(name, option, given)];
    }),
  );
}

function toGlobal(values: RawValues["values"]): GlobalValues {
  return typedValues(globalOptions, values) as unknown as GlobalValues;
}

function hasFlag(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).includes(flag);
}
