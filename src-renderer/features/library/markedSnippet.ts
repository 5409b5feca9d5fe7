import type { Hit } from "../../../src-main/contract/search.ts";

export interface SnippetPart {
  readonly text: string;
  readonly marked: boolean;
}

/** So much is shown before the first word that was found. */
const leadCharacters = 90;

/** A passage from shortly before its first marked word on, in parts that are marked or not. */
export function markedSnippet({
  text,
  highlights,
}: Pick<Hit, "text" | "highlights">): SnippetPart[] {
  const first = highlights[0]?.start ?? 0;
  const from = first <= leadCharacters ? 0 : wordStart(text, first - leadCharacters);
  const parts: SnippetPart[] = [];
  let at = from;
  const push = (end: number, marked: boolean): void => {
    const part = text.slice(at, end).replace(/\s+/gu, " ");
    if (part !== "") parts.push({ text: part, marked });
    at = end;
  };
  if (from > 0) parts.push({ text: "… ", marked: false });
  for (const { start, end } of highlights) {
    push(start, false);
    push(end, true);
  }
  push(text.length, false);
  return parts;
}

/** The beginning of the next word. */
function wordStart(text: string, at: number): number {
  const space = text.slice(at).search(/\s\S/u);
  return space < 0 ? at : at + space + 1;
}
