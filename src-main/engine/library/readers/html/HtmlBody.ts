import { oneLine, type PartWriter } from "../parts/PartWriter.ts";
import { asTable } from "../parts/tables.ts";
import { elements, isNode, textOf, type XmlNode } from "../xml/XmlNode.ts";

/** Elements whose text nobody reads. */
const unread = new Set([
  ...[
    "head",
    "script",
    "style",
    "template",
    "noscript",
    "svg",
    "math",
    "iframe",
    "object",
    "canvas",
  ],
  ...["audio", "video", "button", "select", "input", "textarea", "datalist", "rt", "rp", "dialog"],
]);

/** Elements that stand within a line. All others begin and end a paragraph. */
const inline = new Set([
  ...["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em"],
  ...[
    "font",
    "i",
    "ins",
    "kbd",
    "label",
    "mark",
    "meter",
    "nobr",
    "output",
    "progress",
    "q",
    "ruby",
  ],
  ...[
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "time",
    "tt",
    "u",
    "var",
    "wbr",
  ],
]);

const mostColumns = 200;

/** Writes the content of HTML: headings, paragraphs, lists, tables, quotes and code. */
export class HtmlBody {
  readonly #writer: PartWriter;
  /** Elements that are no part of the text, such as a page's menus. */
  readonly #leftOut: (node: XmlNode) => boolean;
  #text = "";
  #quotes = 0;
  #notes = 0;

  constructor(writer: PartWriter, leftOut: (node: XmlNode) => boolean = () => false) {
    this.#writer = writer;
    this.#leftOut = leftOut;
  }

  /** Writes all that is in an element. */
  write(node: XmlNode): void {
    this.#within(node);
    this.#flush();
  }

  #within(node: XmlNode): void {
    for (const inner of node.children) {
      if (isNode(inner)) this.#element(inner);
      else this.#text += inner.replace(/\s+/gu, " ");
    }
  }

  #element(node: XmlNode): void {
    const { name } = node;
    if (this.#isUnread(node)) return;
    if (inline.has(name)) return this.#within(node);
    if (name === "br") {
      this.#text += "\n";
      return;
    }
    // Pictures speak by their description.
    if (name === "img") {
      this.#text += node.attributes["alt"] ?? "";
      return;
    }
    this.#flush();
    switch (name) {
      case "h1":
      case "h2":
      case "h3":
      case "h4":
      case "h5":
      case "h6":
        return this.#writer.heading(this.#inlineText(node), Number(name.slice(1)));
      case "ul":
      case "ol":
      case "menu":
        return this.#list(node, 0);
      case "table":
        return this.#table(node);
      case "pre":
        return this.#writer.code(textOf(node));
      case "blockquote":
        this.#quotes++;
        this.write(node);
        this.#quotes--;
        return;
      default:
        if (!isNotes(node)) return this.write(node);
        this.#notes++;
        this.write(node);
        this.#notes--;
    }
  }

  #list(list: XmlNode, depth: number): void {
    let count = Number(list.attributes["start"] ?? 1) - 1 || 0;
    for (const item of elements(list)) {
      if (this.#isUnread(item)) continue;
      if (item.name === "ul" || item.name === "ol") {
        this.#list(item, depth + 1);
        continue;
      }
      count++;
      const mark = list.name === "ol" ? `${count}.` : "-";
      let first = true;
      const put = (text: string): void => {
        if (oneLine(text) === "") return;
        if (this.#notes > 0) this.#writer.paragraph(`${mark} ${text}`, "note");
        else if (first) this.#writer.item(text, depth, mark);
        else this.#writer.paragraph(text);
        first = false;
      };
      let text = "";
      for (const inner of item.children) {
        if (!isNode(inner)) {
          text += inner.replace(/\s+/gu, " ");
        } else if (inline.has(inner.name) || inner.name === "br") {
          text += this.#inlineText(inner);
        } else if (!this.#isUnread(inner)) {
          put(text);
          text = "";
          if (["ul", "ol", "menu"].includes(inner.name)) this.#list(inner, depth + 1);
          else if (isSimple(inner)) put(this.#inlineText(inner));
          else this.#element(inner);
        }
      }
      put(text);
    }
  }

  #table(table: XmlNode): void {
    const rows = rowsOf(table);
    const simple = rows.every(({ cells }) => cells.every(isSimple));
    // A table of one column, or with other tables in it, lays out a page.
    if (!simple || rows.every(({ cells }) => cells.length < 2)) {
      for (const caption of elements(table, "caption")) this.write(caption);
      for (const cell of rows.flatMap(({ cells }) => cells)) this.write(cell);
      return;
    }
    for (const caption of elements(table, "caption")) {
      this.#writer.paragraph(this.#inlineText(caption));
    }
    let marked = 0;
    while (rows[marked]?.isHead) marked++;
    this.#writer.table(
      asTable(
        rows.map(({ cells }) =>
          cells
            .flatMap((cell) => {
              const span = Math.min(mostColumns, Number(cell.attributes["colspan"] ?? 1) || 1);
              return [this.#inlineText(cell), ...Array.from({ length: span - 1 }, () => "")];
            })
            .slice(0, mostColumns),
        ),
        marked > 0 ? marked : null,
      ),
    );
  }

  /** The text of an element as one line. */
  #inlineText(node: XmlNode): string {
    let text = "";
    for (const inner of node.children) {
      if (!isNode(inner)) text += inner;
      else if (inner.name === "img") text += inner.attributes["alt"] ?? "";
      else if (this.#isUnread(inner)) continue;
      else if (inline.has(inner.name)) text += this.#inlineText(inner);
      else text += ` ${this.#inlineText(inner)} `;
    }
    return text;
  }

  #flush(): void {
    const text = this.#text;
    this.#text = "";
    if (oneLine(text) === "") return;
    this.#writer.paragraph(
      text,
      this.#notes > 0 ? "note" : this.#quotes > 0 ? "quote" : "paragraph",
    );
  }

  #isUnread(node: XmlNode): boolean {
    return unread.has(node.name) || isHidden(node) || isNoteLink(node) || this.#leftOut(node);
  }
}

/** Whether an element says of itself that nobody sees it. */
function isHidden({ attributes }: XmlNode): boolean {
  return (
    attributes["hidden"] !== undefined ||
    attributes["aria-hidden"] === "true" ||
    /display\s*:\s*none|visibility\s*:\s*hidden/iu.test(attributes["style"] ?? "")
  );
}

/** The part of a page or chapter in which its notes stand. */
function isNotes({ name, attributes }: XmlNode): boolean {
  const role = attributes["role"] ?? attributes["epub:type"] ?? "";
  return name === "aside" || /\b(?:doc-)?(?:end|foot)notes?\b/u.test(role);
}

/** The number that leads to a note, or the arrow that leads back. */
function isNoteLink({ name, attributes }: XmlNode): boolean {
  const role = attributes["role"] ?? attributes["epub:type"] ?? "";
  return name === "a" && /^(?:doc-)?(?:noteref|backlink)$/u.test(role);
}

const structured = new Set(["table", "ul", "ol", "pre", "blockquote", "h1", "h2", "h3", "h4"]);

/** Whether an element holds nothing but lines of text. */
function isSimple(node: XmlNode): boolean {
  return elements(node).every((inner) => !structured.has(inner.name) && isSimple(inner));
}

interface HtmlRow {
  readonly cells: XmlNode[];
  readonly isHead: boolean;
}

function rowsOf(table: XmlNode): HtmlRow[] {
  return elements(table).flatMap((part): HtmlRow[] => {
    if (part.name === "tr") return [rowOf(part, false)];
    if (!["thead", "tbody", "tfoot"].includes(part.name)) return [];
    return elements(part, "tr").map((row) => rowOf(row, part.name === "thead"));
  });
}

function rowOf(row: XmlNode, isHead: boolean): HtmlRow {
  const cells = elements(row).filter(({ name }) => name === "td" || name === "th");
  return {
    cells,
    isHead: isHead || (cells.length > 1 && cells.every(({ name }) => name === "th")),
  };
}
