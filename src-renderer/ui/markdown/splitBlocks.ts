/** A text cut where Markdown's top-level blocks may part, so that finished ones need no second look. */
export interface BlockSplit {
  readonly blocks: readonly string[];
  /** Link definitions (`[name]: url`), which any block may use. */
  readonly definitions: string;
}

const fenceStart = /^( {0,12})(`{3,}|~{3,})(.*)$/;
const listMarker = /^(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const definition = /^ {0,3}\[(?!\^)(?:[^[\]\\]|\\.)+\]:[ \t]*\S/;
/** A heading or a rule: no paragraph goes on after it. */
const endsParagraph = /^ {0,3}(?:#{1,6}(?:\s|$)|([-*_])(?:\s*\1){2,}\s*$)/;
const footnote = /^ {0,3}\[\^[^\]]+\]:/;

/**
 * Cuts at a blank line before a line without indentation, outside fenced code, and never inside a
 * list. It cuts less often than Markdown's grammar would, but never where the grammar would not:
 * rendering the parts gives what rendering the whole gives. Only the last part can still change
 * when text is appended. Footnotes refer across the whole text, so a text with them stays whole.
 */
export function splitBlocks(source: string): BlockSplit {
  const text = source.replaceAll(/\r\n?/g, "\n");
  const blocks: string[] = [];
  const definitions: string[] = [];
  let start = 0;
  let offset = 0;
  let fence: { readonly mark: string; readonly indent: number } | null = null;
  let afterBlank = false;
  let mayDefine = true;
  let inList = false;
  let hasFootnotes = false;

  while (offset < text.length) {
    const lineEnd = text.indexOf("\n", offset);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const line = text.slice(offset, end);
    const blank = line.trim() === "";
    let defined = false;
    let closed = false;

    // A line at the margin ends a list and with it a fence that is still open inside. With little
    // indentation it is unclear whether the fence was inside, so the text stays whole.
    if (fence && fence.indent > 0 && inList && !blank && !/^\s/.test(line)) {
      if (fence.indent < 4) return { blocks: [text], definitions: "" };
      fence = null;
    }

    if (fence) {
      const close = fenceStart.exec(line);
      if (close?.[2]?.startsWith(fence.mark) && close[3]?.trim() === "") {
        fence = null;
        closed = true;
      }
    } else {
      if (!blank && afterBlank && !/^\s/.test(line) && !(inList && listMarker.test(line))) {
        if (offset > start) blocks.push(text.slice(start, offset));
        start = offset;
        inList = false;
      }
      if (!blank && !inList && listMarker.test(line)) inList = true;
      const open = fenceStart.exec(line);
      // An info string after backticks holds none; otherwise the line is inline code.
      if (open?.[2] && !(open[2].startsWith("`") && open[3]?.includes("`"))) {
        fence = { mark: open[2], indent: open[1]?.length ?? 0 };
      } else if (mayDefine && definition.test(line)) {
        definitions.push(line.trim());
        defined = true;
      }
      if (footnote.test(line)) hasFootnotes = true;
    }
    afterBlank = blank;
    // In the middle of a paragraph the same signs are just text.
    mayDefine = blank || defined || closed || endsParagraph.test(line);
    offset = end + 1;
  }
  if (start < text.length) blocks.push(text.slice(start));
  if (hasFootnotes) return { blocks: [text], definitions: "" };
  return { blocks, definitions: definitions.join("\n") };
}
