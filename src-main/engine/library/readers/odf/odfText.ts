import { child, descendants, elements, isNode, type XmlNode } from "../xml/XmlNode.ts";

/** A paragraph's text, and what hangs on it. */
export interface OdfParagraph {
  text: string;
  /** Footnotes and comments, as they are to stand behind the paragraph. */
  notes: string[];
  /** Text boxes: paragraphs, lists and tables in them. */
  boxes: XmlNode[];
}

/** Longer runs of blanks are no writing. */
const mostBlanks = 16;
const skipped = new Set([
  "tracked-changes",
  "ruby-text",
  "bookmark",
  "sequence-decls",
  "event-listeners",
]);

/** The text of a paragraph or heading as it is shown. */
export function paragraphOf(node: XmlNode): OdfParagraph {
  const found: OdfParagraph = { text: "", notes: [], boxes: [] };
  walk(node, found);
  return found;
}

function walk(node: XmlNode, found: OdfParagraph): void {
  for (const inner of node.children) {
    if (!isNode(inner)) {
      found.text += inner.replace(/\s+/gu, " ");
      continue;
    }
    switch (inner.name) {
      case "s":
        found.text += " ".repeat(Math.min(mostBlanks, Number(inner.attributes["c"] ?? 1) || 1));
        break;
      case "tab":
        found.text += "\t";
        break;
      case "line-break":
        found.text += "\n";
        break;
      case "note": {
        const citation = child(inner, "note-citation");
        const mark = citation ? ` ${flat(citation)}` : "";
        const body = child(inner, "note-body");
        if (body) found.notes.push(`Footnote${mark}: ${flat(body)}`);
        break;
      }
      case "annotation": {
        const comment = commentOf(inner);
        if (comment !== "") found.notes.push(comment);
        break;
      }
      case "text-box":
        found.boxes.push(inner);
        break;
      // Titles and descriptions of drawings are shown nowhere in the text.
      case "title":
      case "desc":
        break;
      default:
        if (!skipped.has(inner.name)) walk(inner, found);
    }
  }
}

/** "Comment by Ada: Is this so?"; "" if it says nothing. */
export function commentOf(annotation: XmlNode): string {
  const creator = child(annotation, "creator");
  const by = creator ? ` by ${flat(creator)}` : "";
  const text = elements(annotation)
    .filter((inner) => inner.name === "p" || inner.name === "list")
    .map(flat)
    .join(" ");
  return text.trim() === "" ? "" : `Comment${by}: ${text}`;
}

/** All text below, paragraphs parted by blanks. */
export function flat(node: XmlNode): string {
  const paragraphs = [...descendants(node)].filter((inner) => ["p", "h"].includes(inner.name));
  const all = paragraphs.length > 0 ? paragraphs : [node];
  return all
    .map((one) => paragraphOf(one).text.trim())
    .filter((text) => text !== "")
    .join(" ");
}

/** The rows of a table, and how many of them are marked as names. */
export function odfRows(table: XmlNode): { rows: XmlNode[]; marked: number } {
  const rows: XmlNode[] = [];
  let marked = 0;
  const collect = (node: XmlNode, head: boolean): void => {
    for (const inner of elements(node)) {
      if (inner.name === "table-row") {
        if (head && marked === rows.length) marked++;
        rows.push(inner);
      } else if (/^table-(?:header-rows|rows|row-group)$/u.test(inner.name)) {
        collect(inner, head || inner.name === "table-header-rows");
      }
    }
  };
  collect(table, false);
  return { rows, marked };
}

/** How often a row or cell stands there, at most `most` times. */
export function repeats(node: XmlNode, attribute: string, most: number): number {
  const count = Number(node.attributes[attribute] ?? 1);
  return Number.isFinite(count) && count >= 1 ? Math.min(most, Math.trunc(count)) : 1;
}
