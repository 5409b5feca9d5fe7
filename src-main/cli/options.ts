import { UsageError } from "./UsageError.ts";

interface Described {
  /** One line for the help. */
  help: string;
  /** Stands for the value in the help. */
  value?: string;
}

export type Option = Described &
  (
    | { kind: "text"; required?: true }
    | { kind: "number"; integer: boolean; min: number; max: number; default?: number }
    /** Takes one word or several: `--docs a b c`. */
    | { kind: "list" }
    | { kind: "flag" }
  );

export type OptionTable = Readonly<Record<string, Option>>;

/** What a command gets for one option. */
type ValueOf<O extends Option> = O extends { kind: "flag" }
  ? boolean
  : O extends { kind: "list" }
    ? string[]
    : O extends { kind: "number"; default: number }
      ? number
      : O extends { kind: "number" }
        ? number | undefined
        : O extends { required: true }
          ? string
          : string | undefined;

export type ValuesOf<T extends OptionTable> = { [N in keyof T]: ValueOf<T[N]> };

/** Options that every command has. */
export const globalOptions = {
  home: { kind: "text", value: "DIR", help: "folder that holds all of Hearth's state" },
  json: { kind: "flag", help: "print the result as JSON, and nothing else, on standard output" },
  help: { kind: "flag", help: "show this help" },
} as const satisfies OptionTable;

/**
 * The value of an option from its words on the command line.
 * @throws UsageError
 */
export function optionValue(name: string, option: Option, words: readonly string[]): unknown {
  if (option.kind === "flag") return words.length > 0;
  if (words.includes("")) throw new UsageError(`--${name} needs a value.`);
  if (option.kind === "list") return [...words];
  const word = words.at(-1);
  if (words.length > 1) throw new UsageError(`--${name} is given more than once.`);
  if (option.kind === "text") {
    if (word === undefined && option.required) throw new UsageError(`--${name} is missing.`);
    return word;
  }
  if (word === undefined) return option.default;
  return numberValue(name, option, word);
}

function numberValue(
  name: string,
  option: Extract<Option, { kind: "number" }>,
  word: string,
): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu.test(word) ? Number(word) : Number.NaN;
  const fits = value >= option.min && value <= option.max;
  if (!fits || (option.integer && !Number.isSafeInteger(value))) {
    const what = option.integer ? "a whole number" : "a number";
    throw new UsageError(
      `--${name} takes ${what} from ${option.min} to ${option.max}, not “${word}”.`,
    );
  }
  return value;
}
