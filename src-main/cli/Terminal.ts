import { stripVTControlCharacters } from "node:util";

/** The part of a stream that a terminal needs; a test gives its own. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface TerminalOptions {
  stdout: Output;
  stderr: Output;
  json: boolean;
}

const clearLine = "\r\u001b[2K";
const progressEveryMs = 80;

/**
 * Results on standard output, everything else on the error stream. With `--json` standard output
 * holds the JSON alone.
 */
export class Terminal {
  readonly json: boolean;
  readonly #stdout: Output;
  readonly #stderr: Output;
  #progressShown = false;
  #nextProgress = 0;

  constructor({ stdout, stderr, json }: TerminalOptions) {
    this.json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** A part of the result. It is text for people: control characters in it are taken out. */
  write(text: string): void {
    this.clearProgress();
    this.#stdout.write(plainText(text));
  }

  writeJson(value: unknown): void {
    this.clearProgress();
    this.#stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** A line of the log. */
  log(line: string): void {
    this.clearProgress();
    this.#stderr.write(`${plainText(line)}\n`);
  }

  /** Shows how far the work is, on one line that replaces itself; nothing where nobody looks. */
  progress(line: string): void {
    const now = performance.now();
    if (!this.#stderr.isTTY || now < this.#nextProgress) return;
    this.#nextProgress = now + progressEveryMs;
    const room = (this.#stderr.columns ?? 80) - 1;
    this.#stderr.write(`${clearLine}${plainText(line).replace(/\s+/gu, " ").slice(0, room)}`);
    this.#progressShown = true;
  }

  clearProgress(): void {
    if (!this.#progressShown) return;
    this.#stderr.write(clearLine);
    this.#progressShown = false;
  }
}

/**
 * Text of documents, models and file names as a terminal may show it: without sequences that move
 * the cursor, set the title or write to the clipboard.
 */
export function plainText(text: string): string {
  return (
    stripVTControlCharacters(text)
      // oxlint-disable-next-line no-control-regex -- they are what is taken out
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu, "")
  );
}
