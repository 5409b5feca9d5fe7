import { randomUUID } from "node:crypto";
import type { ToolCall } from "../InferenceBackend.ts";

export interface ReadText {
  /** What is text and no call. */
  text: string;
  calls: ToolCall[];
}

const opening = "<tool_call>";
const closing = "</tool_call>";
const listMark = "[TOOL_CALLS]";
/** Written by some models in front of JSON; where it is a control token it never arrives as text. */
const pythonMark = "<|python_tag|>";
const starts = [opening, listMark, pythonMark];

/**
 * Finds the calls of tools in an answer while it streams. It knows the ways in which models write
 * them:
 * - `<tool_call>{"name", "arguments"}</tool_call>`, anywhere, several times (Hermes, Qwen);
 * - `[TOOL_CALLS][{"name", "arguments"}, …]`, with or without its mark (Mistral);
 * - the whole answer as `{"name", "parameters"}`, several with `;` in between (Llama 3).
 *
 * What looks like a call and is none (damaged JSON, a name that is no tool's) stays text. Held back
 * is what may still become a call.
 */
export class ToolCallReader {
  readonly #names: ReadonlySet<string>;
  readonly #newId: () => string;
  #held = "";
  #state: "start" | "text" | "call" | "bare" = "start";
  /** What stood in front of the mark of a call that is being read. */
  #blanks = "";
  /** Only blanks have come since the last call. */
  #behindCall = false;

  constructor(names: readonly string[], newId: () => string = newToolCallId) {
    this.#names = new Set(names);
    this.#newId = newId;
  }

  push(piece: string): ReadText {
    this.#held += piece;
    return this.#read(false);
  }

  /** What was held back, now that nothing follows. */
  end(): ReadText {
    return this.#read(true);
  }

  #read(ended: boolean): ReadText {
    const out: ReadText = { text: "", calls: [] };
    for (let going = true; going;) {
      switch (this.#state) {
        case "start":
          going = this.#readStart(out, ended);
          break;
        case "text":
          going = this.#readText(out, ended);
          break;
        case "call":
          going = this.#readCall(out, ended);
          break;
        case "bare":
          going = this.#readBare(out, ended);
          break;
      }
    }
    return out;
  }

  /** Decides by the first characters. @returns whether the next state can read on */
  #readStart(out: ReadText, ended: boolean): boolean {
    const trimmed = this.#held.trimStart();
    if (trimmed === "") {
      if (ended) this.#give(out);
      return false;
    }
    if (!ended && starts.some((mark) => mark.startsWith(trimmed))) return false;
    this.#state = mayBeBare(trimmed) ? "bare" : "text";
    return true;
  }

  #readText(out: ReadText, ended: boolean): boolean {
    if (this.#behindCall) this.#held = this.#held.trimStart();
    const found = /\s*(<tool_call>|\[TOOL_CALLS\]|<\|python_tag\|>)/u.exec(this.#held);
    if (found) {
      out.text += this.#held.slice(0, found.index);
      const mark = found[1] ?? "";
      // Blanks in front of a call are layout, but not in front of what turns out to be none.
      this.#blanks = found[0].slice(0, -mark.length);
      this.#held = this.#held.slice(found.index + this.#blanks.length);
      this.#state = mark === opening ? "call" : "bare";
      return true;
    }
    let keep = 0;
    if (!ended) {
      keep = Math.max(...starts.map((mark) => overlap(this.#held, mark)));
      const before = this.#held.slice(0, this.#held.length - keep);
      keep += before.length - before.trimEnd().length;
    }
    if (keep < this.#held.length) this.#behindCall = false;
    out.text += this.#held.slice(0, this.#held.length - keep);
    this.#held = this.#held.slice(this.#held.length - keep);
    return false;
  }

  #readCall(out: ReadText, ended: boolean): boolean {
    const end = this.#held.indexOf(closing);
    if (end < 0 && !ended) return false;
    const written = end < 0 ? this.#held : this.#held.slice(0, end + closing.length);
    const call = this.#toCall(parsed(written.slice(opening.length, end < 0 ? undefined : end)));
    if (call) out.calls.push(call);
    else out.text += this.#blanks + written;
    this.#behindCall = call !== undefined;
    this.#blanks = "";
    this.#held = this.#held.slice(written.length);
    this.#state = "text";
    return this.#held !== "";
  }

  #readBare(out: ReadText, ended: boolean): boolean {
    if (!ended) {
      const inner = withoutMarks(this.#held.trimStart());
      if (inner === "" || mayBeBare(inner)) return false;
      // It has turned out to be something else.
      this.#state = "text";
      out.text += this.#blanks + this.#held.slice(0, 1);
      this.#blanks = "";
      this.#held = this.#held.slice(1);
      return true;
    }
    const calls = this.#bareCalls(withoutMarks(this.#held.trimStart()).trim());
    if (calls) out.calls.push(...calls);
    else out.text += this.#blanks + this.#held;
    this.#held = "";
    this.#blanks = "";
    return false;
  }

  #bareCalls(body: string): ToolCall[] | undefined {
    const whole = parsed(body);
    const values: unknown[] =
      whole === undefined
        ? objectsIn(body).map((part) => parsed(part))
        : Array.isArray(whole)
          ? whole
          : [whole];
    const calls = values.map((value) => this.#toCall(value));
    return calls.length > 0 && calls.every((call) => call !== undefined) ? calls : undefined;
  }

  #toCall(value: unknown): ToolCall | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    const outer = value as Record<string, unknown>;
    const inner = outer["type"] === "function" && isRecord(outer["function"]) && outer["function"];
    const fields = inner || outer;
    const name = fields["name"];
    if (typeof name !== "string" || !this.#names.has(name)) return undefined;
    const given = fields["arguments"] ?? fields["parameters"] ?? {};
    const unpacked: unknown = typeof given === "string" ? parsed(given) : given;
    if (!isRecord(unpacked)) return undefined;
    return { id: this.#newId(), name, argumentsJson: JSON.stringify(unpacked) };
  }

  #give(out: ReadText): void {
    out.text += this.#held;
    this.#held = "";
  }
}

export function newToolCallId(): string {
  return `call_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
}

/** Whether a text that begins so can be a bare call: a mark, or JSON whose first name is one of a call's. */
function mayBeBare(text: string): boolean {
  if (text.startsWith(listMark) || text.startsWith(pythonMark)) return true;
  const shape = /^(\[\s*)?(\{\s*)?("[^"]*"?)?/u.exec(text);
  const [whole = "", bracket, brace, key] = shape ?? [];
  if (bracket === undefined && brace === undefined) return false;
  if (key === undefined || brace === undefined) return whole.length === text.length;
  if (!key.endsWith('"') || key.length === 1) {
    return whole.length === text.length && firstNames.some((name) => name.startsWith(key));
  }
  return firstNames.includes(key);
}

const firstNames = ['"name"', '"type"', '"id"', '"function"', '"arguments"', '"parameters"'];

function withoutMarks(text: string): string {
  for (const mark of [listMark, pythonMark]) {
    if (text.startsWith(mark)) return text.slice(mark.length).trimStart();
  }
  return text;
}

/** The objects of a text that has them one after the other, with semicolons or blanks in between. */
function objectsIn(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let inString = false;
  let begin = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (inString) {
      if (sign === "\\") at++;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === "{") depth++;
    else if (sign === "}" && --depth === 0) {
      parts.push(text.slice(begin, at + 1));
      begin = at + 1 + (/^\s*;?\s*/u.exec(text.slice(at + 1))?.[0].length ?? 0);
    }
  }
  if (begin < text.length) parts.push(text.slice(begin));
  return parts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Length of the longest end of `text` that is a beginning of `mark`. */
function overlap(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
