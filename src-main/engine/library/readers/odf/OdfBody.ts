import type { PartWriter } from "../parts/PartWriter.ts";
import { asTable } from "../parts/tables.ts";
import { child, elements, type XmlNode } from "../xml/XmlNode.ts";
import { flat, odfRows, paragraphOf, repeats } from "./odfText.ts";

const mostColumns = 200;

/** The kinds of lists by their style: which of their levels are numbered. */
export type ListStyles = ReadonlyMap<string, ReadonlySet<number>>;

/** @param automatic the styles of `content.xml` or `styles.xml`. */
export function listStyles(automatic: XmlNode | undefined): Map<string, Set<number>> {
  const styles = new Map<string, Set<number>>();
  for (const style of automatic ? elements(automatic, "list-style") : []) {
    const levels = elements(style, "list-level-style-number").map((level) =>
      Number(level.attributes["level"] ?? 1),
    );
    styles.set(style.attributes["name"] ?? "", new Set(levels));
  }
  return styles;
}

/** Writes the content of text documents and of text boxes. */
export class OdfBody {
  readonly #writer: PartWriter;
  readonly #lists: ListStyles;
  readonly #codeStyles: ReadonlySet<string>;
  #code: string[] = [];

  constructor(writer: PartWriter, lists: ListStyles, codes: ReadonlySet<string> = new Set()) {
    this.#writer = writer;
    this.#lists = lists;
    this.#codeStyles = codes;
  }

  element(node: XmlNode): void {
    if (node.name === "p" && this.#isCode(node)) {
      this.#code.push(paragraphOf(node).text);
      return;
    }
    this.end();
    switch (node.name) {
      case "h":
        this.#heading(node);
        break;
      case "p":
        this.#paragraph(node);
        break;
      case "list":
        this.#list(node, 0, node.attributes["style-name"] ?? "");
        break;
      case "table":
        this.#table(node);
        break;
      case "frame":
      case "text-box":
      case "section":
      case "custom-shape":
      case "g":
      case "rect":
      case "ellipse":
        for (const inner of elements(node)) this.element(inner);
        break;
    }
  }

  /** Call when there is nothing more. */
  end(): void {
    if (this.#code.length > 0) this.#writer.code(this.#code.join("\n"));
    this.#code = [];
  }

  #heading(node: XmlNode): void {
    const { text, notes, boxes } = paragraphOf(node);
    this.#writer.heading(text, Number(node.attributes["outline-level"] ?? 1) || 1);
    this.#behind(notes, boxes);
  }

  #paragraph(node: XmlNode): void {
    const { text, notes, boxes } = paragraphOf(node);
    const style = node.attributes["style-name"] ?? "";
    if (style === "Title") this.#writer.heading(text, 1);
    else this.#writer.paragraph(text, style.startsWith("Quotations") ? "quote" : "paragraph");
    this.#behind(notes, boxes);
  }

  #list(list: XmlNode, depth: number, style: string): void {
    const numbered = this.#lists.get(style)?.has(depth + 1) ?? false;
    let count = Number(elements(list)[0]?.attributes["start-value"] ?? 1) - 1;
    for (const item of elements(list)) {
      if (item.name !== "list-item" && item.name !== "list-header") continue;
      if (item.name === "list-item") count++;
      let first = true;
      for (const inner of elements(item)) {
        if (inner.name === "list") {
          this.#list(inner, depth + 1, inner.attributes["style-name"] ?? style);
        } else if (inner.name === "h") {
          // Numbered headings are headings.
          this.#heading(inner);
        } else {
          const { text, notes, boxes } = paragraphOf(inner);
          if (first) this.#writer.item(text, depth, numbered ? `${count}.` : "-");
          else this.#writer.paragraph(text);
          this.#behind(notes, boxes);
          first = false;
        }
      }
    }
  }

  #table(table: XmlNode): void {
    const { rows, marked } = odfRows(table);
    const cellsOf = (row: XmlNode): XmlNode[] =>
      elements(row).filter((cell) => /^(?:covered-)?table-cell$/u.test(cell.name));
    if (rows.every((row) => cellsOf(row).length < 2)) {
      for (const cell of rows.flatMap(cellsOf)) {
        for (const inner of elements(cell)) this.element(inner);
      }
      return;
    }
    const cells = rows.map((row) =>
      cellsOf(row).flatMap((cell): string[] => {
        const count = repeats(cell, "number-columns-repeated", mostColumns);
        return Array.from({ length: count }, () => flat(cell));
      }),
    );
    this.#writer.table(asTable(cells, marked));
  }

  #behind(notes: readonly string[], boxes: readonly XmlNode[]): void {
    for (const note of notes) this.#writer.paragraph(note, "note");
    for (const box of boxes) this.element(box);
  }

  #isCode(node: XmlNode): boolean {
    const style = node.attributes["style-name"] ?? "";
    return isCodeStyle(style) || this.#codeStyles.has(style);
  }
}

/** Styles of paragraphs that are made from the one for preformatted text. */
export function codeStyles(automatic: XmlNode | undefined): Set<string> {
  const names = (automatic ? elements(automatic, "style") : [])
    .filter(({ attributes }) => isCodeStyle(attributes["parent-style-name"] ?? ""))
    .map(({ attributes }) => attributes["name"] ?? "");
  return new Set(names);
}

function isCodeStyle(name: string): boolean {
  return name.startsWith("Preformatted") || name.startsWith("Source");
}

/** The automatic styles of a tree of `content.xml`. */
export function automaticStyles(tree: XmlNode | undefined): XmlNode | undefined {
  return child(tree, "document-content", "automatic-styles");
}
