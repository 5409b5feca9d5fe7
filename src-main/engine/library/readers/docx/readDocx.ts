import { mainPart, officeTitle, relationships } from "../ooxml/OoxmlPackage.ts";
import { PartWriter } from "../parts/PartWriter.ts";
import { asTable } from "../parts/tables.ts";
import type { Reader } from "../Reader.ts";
import { readXml, streamXml } from "../xml/readXml.ts";
import { child, elements, type XmlNode } from "../xml/XmlNode.ts";
import { ZipFile } from "../zip/ZipFile.ts";
import { DocxNumbering, DocxStyles } from "./docxStyles.ts";
import { cellsOf, notesOf, paragraphOf, rowsOf, tableOf } from "./docxText.ts";

/**
 * Reads Word documents: headings, paragraphs, lists, tables with their column names, text boxes,
 * footnotes and comments behind the paragraph they belong to. Places are sections and paragraphs.
 */
export const readDocx: Reader = async (bytes, onPage, { signal }) => {
  const zip = await ZipFile.open(bytes);
  const main = await mainPart(zip, "word/document.xml");
  const links = await relationships(zip, main);
  const part = async (type: string): Promise<XmlNode | undefined> => {
    const link = links.find((one) => one.type === type);
    return link && (await readXml(zip, link.target));
  };
  const writer = new PartWriter(onPage, { signal, sections: true });
  const body = new DocxBody(writer, {
    styles: new DocxStyles(await part("styles")),
    numbering: new DocxNumbering(await part("numbering")),
    footnotes: notesOf(await part("footnotes"), "footnotes", "footnote"),
    endnotes: notesOf(await part("endnotes"), "endnotes", "endnote"),
    comments: notesOf(await part("comments"), "comments", "comment"),
  });
  const containers = new Set(["document", "body", "sdt", "sdtContent", "customXml", "ins"]);
  const onElement = (node: XmlNode): void => body.element(node);
  await streamXml(zip, main, { containers, onElement }, () => writer.drain(), signal);
  body.end();
  const pageCount = await writer.finish("The document holds no text; it may consist of pictures.");
  const title = (await officeTitle(zip)) ?? writer.title;
  return {
    mediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ...(title === undefined ? {} : { title }),
    pageCount,
    paged: false,
  };
};

type Notes = ReadonlyMap<string, { author: string; text: string }>;

interface DocxParts {
  styles: DocxStyles;
  numbering: DocxNumbering;
  footnotes: Notes;
  endnotes: Notes;
  comments: Notes;
}

class DocxBody {
  readonly #writer: PartWriter;
  readonly #parts: DocxParts;
  #noteCount = 0;
  #code: string[] = [];

  constructor(writer: PartWriter, parts: DocxParts) {
    this.#writer = writer;
    this.#parts = parts;
  }

  element(node: XmlNode): void {
    switch (node.name) {
      case "p":
        this.#paragraph(node);
        break;
      case "tbl":
        this.#table(node);
        break;
      case "AlternateContent":
        for (const inner of elements(child(node, "Choice") ?? node)) this.element(inner);
        break;
      case "sdt":
      case "sdtContent":
      case "txbxContent":
        for (const inner of elements(node)) this.element(inner);
        break;
    }
  }

  end(): void {
    this.#flushCode();
  }

  #paragraph(node: XmlNode): void {
    const { styles, numbering, comments } = this.#parts;
    const properties = child(node, "pPr");
    const { text, notes, comments: ids, boxes } = paragraphOf(node);
    const role = styles.role(properties);
    if (role.kind === "code") {
      this.#code.push(text);
      return;
    }
    this.#flushCode();
    if (role.kind === "contents") return;
    const list = role.kind === "heading" ? null : styles.list(properties);
    if (text.trim() !== "") {
      if (role.kind === "heading") this.#writer.heading(text, role.level);
      else if (list) this.#writer.item(text, list.depth, numbering.mark(list));
      else this.#writer.paragraph(text, role.kind);
    }
    this.#notes(notes);
    for (const id of ids) {
      const comment = comments.get(id);
      if (!comment) continue;
      const by = comment.author === "" ? "" : ` by ${comment.author}`;
      this.#writer.paragraph(`Comment${by}: ${comment.text}`, "note");
    }
    for (const box of boxes) this.element(box);
  }

  #table(node: XmlNode): void {
    this.#flushCode();
    const rows = rowsOf(node);
    // One column is a frame around text rather than a table.
    if (rows.every((row) => cellsOf(row).length < 2)) {
      for (const cell of rows.flatMap(cellsOf)) {
        for (const inner of elements(cell)) this.element(inner);
      }
      return;
    }
    const notes: string[] = [];
    const { cells, marked } = tableOf(node, notes);
    this.#writer.table(asTable(cells, marked));
    this.#notes(notes);
  }

  #notes(notes: readonly string[]): void {
    const { footnotes, endnotes } = this.#parts;
    for (const note of notes) {
      const id = note.slice(note.indexOf(":") + 1);
      const found = note.startsWith("footnote") ? footnotes.get(id) : endnotes.get(id);
      this.#noteCount++;
      if (found) this.#writer.paragraph(`Footnote ${this.#noteCount}: ${found.text}`, "note");
    }
  }

  #flushCode(): void {
    if (this.#code.length > 0) this.#writer.code(this.#code.join("\n"));
    this.#code = [];
  }
}
