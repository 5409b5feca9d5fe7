import { child, descendants, elements, ownText, type XmlNode } from "../xml/XmlNode.ts";

/** A paragraph's text, and what hangs on it. */
export interface DocxParagraph {
  text: string;
  /** Ids of notes, in order, as "footnote:3". */
  notes: string[];
  /** Ids of comments. */
  comments: string[];
  /** Text boxes: their content's paragraphs and tables. */
  boxes: XmlNode[];
}

const skipped = new Set([
  "rPr",
  "pPr",
  "del",
  "moveFrom",
  "instrText",
  "delText",
  "Fallback",
  "rt",
]);

/** The text of a paragraph as it is shown: without deleted and hidden text and without field codes. */
export function paragraphOf(node: XmlNode): DocxParagraph {
  const found: DocxParagraph = { text: "", notes: [], comments: [], boxes: [] };
  walk(node, found);
  return found;
}

function walk(node: XmlNode, found: DocxParagraph): void {
  for (const inner of elements(node)) {
    const { name, attributes } = inner;
    if (skipped.has(name)) continue;
    switch (name) {
      case "t":
        found.text += ownText(inner);
        break;
      case "tab":
        found.text += "\t";
        break;
      case "br":
      case "cr":
        found.text += attributes["type"] === undefined ? "\n" : " ";
        break;
      case "noBreakHyphen":
        found.text += "-";
        break;
      case "footnoteReference":
      case "endnoteReference": {
        const id = `${name.slice(0, name.indexOf("Reference"))}:${attributes["id"] ?? ""}`;
        found.notes.push(id);
        break;
      }
      case "commentReference":
        found.comments.push(attributes["id"] ?? "");
        break;
      case "txbxContent":
        found.boxes.push(inner);
        break;
      case "r":
        if (!isHidden(inner)) walk(inner, found);
        break;
      default:
        walk(inner, found);
    }
  }
}

function isHidden(run: XmlNode): boolean {
  const vanish = child(run, "rPr", "vanish");
  return vanish !== undefined && !["0", "false"].includes(vanish.attributes["val"] ?? "");
}

/** Notes or comments of a part, by id: their author, if one is named, and their text. */
export function notesOf(
  tree: XmlNode | undefined,
  list: string,
  one: string,
): Map<string, { author: string; text: string }> {
  const notes = new Map<string, { author: string; text: string }>();
  const all = child(tree, list);
  for (const note of all ? elements(all, one) : []) {
    const { id = "", type, author = "" } = note.attributes;
    // The lines above notes are kept as notes too.
    if (type !== undefined && type !== "normal") continue;
    const paragraphs = [...descendants(note)].filter((inner) => inner.name === "p");
    const text = paragraphs.map((p) => paragraphOf(p).text.trim()).join("\n");
    if (text.trim() !== "") notes.set(id, { author, text });
  }
  return notes;
}

/** A table's cells as texts, row by row, and how many rows are marked as names. */
export function tableOf(table: XmlNode, notes: string[]): { cells: string[][]; marked: number } {
  const cells: string[][] = [];
  let marked = 0;
  for (const row of rowsOf(table)) {
    const texts: string[] = [];
    for (const cell of cellsOf(row)) {
      const properties = child(cell, "tcPr");
      const merge = child(properties, "vMerge");
      const goesOn = merge !== undefined && merge.attributes["val"] !== "restart";
      // A cell that goes over several rows says the same in each of them.
      const above = cells.at(-1)?.[texts.length] ?? "";
      texts.push(goesOn ? above : cellText(cell, notes));
      const span = Math.min(64, Number(child(properties, "gridSpan")?.attributes["val"] ?? 1) || 1);
      for (let i = 1; i < span; i++) texts.push("");
    }
    if (child(row, "trPr", "tblHeader") && marked === cells.length) marked++;
    cells.push(texts);
  }
  return { cells, marked };
}

export function rowsOf(table: XmlNode): XmlNode[] {
  return throughControls(table, "tr");
}

export function cellsOf(row: XmlNode): XmlNode[] {
  return throughControls(row, "tc");
}

/** Children of a name, also where content controls or tracked changes lie around them. */
function throughControls(node: XmlNode, name: string): XmlNode[] {
  return elements(node).flatMap((inner) => {
    if (inner.name === name) return [inner];
    const around = ["sdt", "sdtContent", "ins", "customXml", "smartTag"].includes(inner.name);
    return around ? throughControls(inner, name) : [];
  });
}

function cellText(cell: XmlNode, notes: string[]): string {
  return elements(cell)
    .flatMap((inner): string[] => {
      if (inner.name === "tbl") {
        return tableOf(inner, notes).cells.map((row) => row.filter(Boolean).join(", "));
      }
      if (inner.name === "sdt") return [cellText(child(inner, "sdtContent") ?? inner, notes)];
      if (inner.name !== "p") return [];
      const paragraph = paragraphOf(inner);
      notes.push(...paragraph.notes);
      const boxes = paragraph.boxes.map((box) => cellText(box, notes));
      return [paragraph.text.trim(), ...boxes];
    })
    .filter((text) => text !== "")
    .join(" ");
}
