import type { EngineConnection } from "../supervisor/connectEngine.ts";
import type { OptionTable, ValuesOf } from "./options.ts";
import type { Terminal } from "./Terminal.ts";

/** What a command works with. */
export interface CommandContext {
  readonly home: string;
  readonly terminal: Terminal;
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
  /** Makes relative paths of the command line absolute. */
  absolute(path: string): string;
  /** The engine of the home; attached to or started at the first call, left at the end. */
  engine(): Promise<EngineConnection["client"]>;
}

export interface CommandResult {
  /** What `--json` prints; nothing where the command has printed it itself. */
  json?: unknown;
  /** What is printed otherwise. */
  text?: string;
  exitCode?: number;
}

/** A command with its options already typed away, as the table of commands holds it. */
export interface Command {
  readonly name: string;
  /** Its words on the command line after the name, for the help. */
  readonly usage: string;
  readonly summary: string;
  readonly options: OptionTable;
  /** What words that belong to no option are called; absent where there may be none. */
  readonly positionals?: string;
  run(
    values: Readonly<Record<string, unknown>>,
    positionals: readonly string[],
    context: CommandContext,
  ): Promise<CommandResult>;
}

/** Declares a command; `run` gets the options with the types that they are declared with. */
export function defineCommand<const T extends OptionTable>(command: {
  name: string;
  usage: string;
  summary: string;
  options: T;
  positionals?: string;
  run(
    values: ValuesOf<T>,
    positionals: readonly string[],
    context: CommandContext,
  ): Promise<CommandResult>;
}): Command {
  return {
    ...command,
    // The parser has made the values from the same table.
    run: (values, positionals, context) => command.run(values as ValuesOf<T>, positionals, context),
  };
}
