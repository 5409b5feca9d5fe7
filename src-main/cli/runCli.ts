import path from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { HearthError, isCancelled, toErrorData, type ErrorData } from "../contract/errors.ts";
import { homeDir } from "../paths/homeDir.ts";
import { connectEngine, type EngineConnection } from "../supervisor/connectEngine.ts";
import type { EngineStarter } from "../supervisor/EngineStarter.ts";
import type { Command, CommandContext } from "./Command.ts";
import { commands as allCommands } from "./commands/index.ts";
import { exitCodes } from "./exitCodes.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { parseCommandLine, type ParsedCommandLine } from "./parseCommandLine.ts";
import { Terminal, type Output } from "./Terminal.ts";
import { UsageError } from "./UsageError.ts";

export interface CliOptions {
  /** Without the names of Node and the program. */
  argv: readonly string[];
  stdout: Output;
  stderr: Output;
  /** Aborted by an interrupt. */
  signal: AbortSignal;
  /** Relative paths count from here. */
  cwd: string;
  commands?: readonly Command[];
  starter?: EngineStarter;
}

/** Runs one command line. Everything that can go wrong ends in words and an exit code. */
export async function runCli(options: CliOptions): Promise<number> {
  const commands = options.commands ?? allCommands;
  const parsed = parseCommandLine(options.argv, commands);
  const json = parsed.kind === "bad" ? parsed.json : parsed.global.json;
  const terminal = new Terminal({ stdout: options.stdout, stderr: options.stderr, json });
  switch (parsed.kind) {
    case "bad":
      return refuse(parsed, commands, terminal);
    case "version":
      terminal.write(`${packageJson.version}\n`);
      return exitCodes.ok;
    case "help":
      terminal.write(parsed.command ? commandHelp(parsed.command) : generalHelp(commands));
      return exitCodes.ok;
    case "command":
      break;
  }
  return await runCommand(parsed, commands, terminal, options);
}

async function runCommand(
  parsed: Extract<ParsedCommandLine, { kind: "command" }>,
  commands: readonly Command[],
  terminal: Terminal,
  options: CliOptions,
): Promise<number> {
  const { signal, cwd, starter } = options;
  let connecting: Promise<EngineConnection> | undefined;
  const { home: given } = parsed.global;
  const home = homeDir({
    argv: given === undefined ? [] : ["--home", path.resolve(cwd, given)],
  });
  const context: CommandContext = {
    home,
    terminal,
    signal,
    absolute: (file) => path.resolve(cwd, file),
    engine: async () => {
      connecting ??= connectEngine({
        home,
        face: "cli",
        signal,
        ...(starter ? { starter } : {}),
        onStatus: (status) => {
          if (status === "starting") terminal.progress("Starting Hearth's engine…");
        },
      });
      return (await connecting).client;
    },
  };
  try {
    const result = await parsed.command.run(parsed.values, parsed.positionals, context);
    if (terminal.json && result.json !== undefined) terminal.writeJson(result.json);
    else if (!terminal.json && result.text !== undefined) terminal.write(result.text);
    return result.exitCode ?? exitCodes.ok;
  } catch (error) {
    // What a command does not understand of its own words.
    if (error instanceof UsageError) {
      const { command, global } = parsed;
      return refuse({ kind: "bad", error, command, json: global.json }, commands, terminal);
    }
    // An interrupt that closed the connection looks like a lost one.
    const stopped = signal.aborted || isCancelled(error);
    showError(stopped && !isCancelled(error) ? stoppedError() : toErrorData(error), terminal);
    return stopped ? exitCodes.interrupted : exitCodes.failed;
  } finally {
    terminal.clearProgress();
    // If there never was a connection, its failure is the command's and has been told.
    const connection = await connecting?.catch(() => undefined);
    connection?.close();
  }
}

function showError(error: ErrorData, terminal: Terminal): void {
  if (terminal.json) {
    const { code, title, cause, suggestion } = error;
    terminal.writeJson({ error: { code, title, cause, suggestion } });
    return;
  }
  for (const line of [error.title, error.cause, error.suggestion]) {
    if (line !== "") terminal.log(line);
  }
}

function refuse(
  { error, command }: Extract<ParsedCommandLine, { kind: "bad" }>,
  commands: readonly Command[],
  terminal: Terminal,
): number {
  const help = command ? commandHelp(command) : generalHelp(commands);
  if (terminal.json) {
    const data = new HearthError({
      code: "bad-input",
      title: error.message,
      suggestion: `See “hearth ${command ? `${command.name} ` : ""}--help”.`,
    });
    terminal.writeJson({ error: data.toData() });
  } else {
    terminal.log(error.message);
  }
  terminal.log(`\n${help}`);
  return exitCodes.usage;
}

function stoppedError(): ErrorData {
  return { code: "cancelled", title: "Stopped.", cause: "It was interrupted.", suggestion: "" };
}
