import type { Command } from "./Command.ts";
import { globalOptions, type OptionTable } from "./options.ts";

const program = "hearth";

/** What there is to call. */
export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map((command) => [command.name, command.summary] as const);
  return [
    `Usage: ${program} COMMAND [options]`,
    "",
    "Commands:",
    ...table(rows),
    "",
    "Options of all commands:",
    ...optionRows(globalOptions),
    "",
    `“${program} COMMAND --help” tells more about one.`,
    "",
  ].join("\n");
}

export function commandHelp(command: Command): string {
  const own = optionRows(command.options);
  return [
    `Usage: ${program} ${[command.name, command.usage].filter(Boolean).join(" ")}`,
    "",
    `${command.summary}.`,
    "",
    "Options:",
    ...own,
    ...optionRows(globalOptions),
    "",
  ].join("\n");
}

function optionRows(options: OptionTable): string[] {
  return table(
    Object.entries(options).map(([name, option]) => {
      const value = option.kind === "flag" ? "" : ` ${option.value ?? "VALUE"}`;
      const usual =
        option.kind === "number" && option.default !== undefined ? ` (${option.default})` : "";
      return [`--${name}${value}`, `${option.help}${usual}`];
    }),
  );
}

/** Two columns, the first as wide as its longest word. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length), 24);
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
