import { cancelledError } from "../../../../contract/errors.ts";
import { columnName } from "../cellRange.ts";
import { encryptedError } from "../formatErrors.ts";
import { PartWriter } from "../parts/PartWriter.ts";
import type { MediaType, Reader, ReadSummary } from "../Reader.ts";
import { SheetWriter, type SheetCell } from "../sheets/SheetWriter.ts";
import { readXml, streamXml } from "../xml/readXml.ts";
import { child, elements, find, textOf, type XmlNode } from "../xml/XmlNode.ts";
import { ZipFile } from "../zip/ZipFile.ts";
import { OdfBody, codeStyles, listStyles } from "./OdfBody.ts";
import { commentOf, flat, repeats } from "./odfText.ts";

const mostColumns = 1024;
/** Equal rows are written so many times; spreadsheets may say "the same" a million times. */
const mostRepeats = 1000;

/** Reads OpenDocument text: as Word documents, with sections and paragraphs as places. */
export const readOdt: Reader = async (bytes, onPage, { signal }) => {
  const zip = await openOdf(bytes);
  const writer = new PartWriter(onPage, { signal, sections: true });
  const shared = child(await readXml(zip, "styles.xml"), "document-styles");
  const lists = new Map([
    ...listStyles(child(shared, "styles")),
    ...listStyles(child(shared, "automatic-styles")),
  ]);
  const code = codeStyles(child(shared, "styles"));
  const body = new OdfBody(writer, lists, code);
  const onElement = (node: XmlNode): void => {
    if (node.name === "automatic-styles") {
      for (const [name, levels] of listStyles(node)) lists.set(name, levels);
      for (const name of codeStyles(node)) code.add(name);
    } else if (!/^(?:table-of-content|tracked-changes|.*-index|.*-decls)$/u.test(node.name)) {
      body.element(node);
    }
  };
  const containers = new Set(["document-content", "body", "text", "section"]);
  await streamXml(zip, "content.xml", { containers, onElement }, () => writer.drain(), signal);
  body.end();
  return await summary(zip, writer, "application/vnd.oasis.opendocument.text", false);
};

/** Reads OpenDocument presentations, a page for each slide. */
export const readOdp: Reader = async (bytes, onPage, { signal }) => {
  const zip = await openOdf(bytes);
  const writer = new PartWriter(onPage, { signal });
  const lists = new Map<string, Set<number>>();
  let slide = 0;
  const onElement = (page: XmlNode): void => {
    if (page.name === "automatic-styles") {
      for (const [name, levels] of listStyles(page)) lists.set(name, levels);
    }
    if (page.name !== "page") return;
    if (signal?.aborted) throw cancelledError();
    writer.at({ kind: "slide", slide: ++slide });
    writeSlide(page, writer, new OdfBody(writer, lists));
    writer.endPart({ keepEmpty: true });
  };
  const containers = new Set(["document-content", "body", "presentation"]);
  await streamXml(zip, "content.xml", { containers, onElement }, () => writer.drain(), signal);
  return await summary(zip, writer, "application/vnd.oasis.opendocument.presentation", true);
};

function writeSlide(page: XmlNode, writer: PartWriter, body: OdfBody): void {
  const frames = elements(page);
  const title = frames.find((frame) => frame.attributes["class"] === "title");
  if (title) writer.heading(flat(title), 1);
  for (const frame of frames) {
    const kind = frame.attributes["class"] ?? "";
    if (frame === title || /^(?:date-time|footer|header|page-number)$/u.test(kind)) continue;
    if (frame.name === "notes") {
      const notes = elements(frame).filter((one) => one.attributes["class"] === "notes");
      const text = notes.map(flat).join(" ");
      if (text !== "") writer.paragraph(`Speaker’s note: ${text}`, "note");
    } else if (frame.name === "annotation") {
      writer.paragraph(commentOf(frame), "note");
    } else {
      body.element(frame);
    }
  }
  body.end();
}

/** Reads OpenDocument spreadsheets: as Excel workbooks, with cells as places. */
export const readOds: Reader = async (bytes, onPage, { signal }) => {
  const zip = await openOdf(bytes);
  const writer = new PartWriter(onPage, { signal });
  let sheet: { writer: SheetWriter; row: number; comments: [string, string][] } | null = null;
  const endSheet = (): void => {
    sheet?.writer.end();
    for (const [range, text] of sheet?.comments ?? []) sheet?.writer.comment(range, text);
    sheet = null;
  };
  let table: XmlNode | undefined;
  const onElement = (node: XmlNode, parents: readonly XmlNode[]): void => {
    if (node.name !== "table-row") return;
    const now = parents.find((parent) => parent.name === "table");
    if (now !== table || !sheet) {
      endSheet();
      table = now;
      const name = now?.attributes["name"] ?? "";
      sheet = { writer: new SheetWriter(writer, name), row: 0, comments: [] };
    }
    const times = repeats(node, "number-rows-repeated", 2 ** 21);
    const { cells, comments } = rowCells(node, sheet.row + 1);
    if (cells.length > 0) {
      for (let i = 1; i <= Math.min(times, mostRepeats); i++)
        sheet.writer.row(sheet.row + i, cells);
    }
    for (const comment of comments) sheet.comments.push(comment);
    sheet.row += times;
  };
  const containers = new Set(
    "document-content body spreadsheet table table-rows table-row-group table-header-rows".split(
      " ",
    ),
  );
  await streamXml(zip, "content.xml", { containers, onElement }, () => writer.drain(), signal);
  endSheet();
  return await summary(zip, writer, "application/vnd.oasis.opendocument.spreadsheet", false);
};

function rowCells(
  row: XmlNode,
  number: number,
): { cells: SheetCell[]; comments: [string, string][] } {
  const cells: SheetCell[] = [];
  const comments: [string, string][] = [];
  let column = 1;
  for (const cell of elements(row)) {
    if (!/^(?:covered-)?table-cell$/u.test(cell.name)) continue;
    const times = repeats(cell, "number-columns-repeated", 2 ** 15);
    const text = cellValue(cell);
    if (text !== "") {
      for (let i = 0; i < Math.min(times, mostColumns); i++)
        cells.push({ column: column + i, text });
    }
    const annotation = child(cell, "annotation");
    const comment = annotation
      ? commentOf(annotation).replace(/^Comment(?: by [^:]*)?: /u, "")
      : "";
    if (comment !== "") comments.push([`${columnName(column)}${number}`, comment]);
    column += times;
  }
  return { cells, comments };
}

/** Dates in their plain form; all else as it is shown. */
function cellValue(cell: XmlNode): string {
  const { "value-type": type, "date-value": date } = cell.attributes;
  if (type === "date" && date !== undefined) {
    return date.replace("T", " ").replace(/(?: 00:00)?:00$/u, "");
  }
  return elements(cell, "p").map(flat).join(" ");
}

async function openOdf(bytes: Uint8Array): Promise<ZipFile> {
  const zip = await ZipFile.open(bytes);
  const manifest = await readXml(zip, "META-INF/manifest.xml");
  if (zip.has("encrypted-package") || (manifest && find(manifest, "encryption-data"))) {
    throw encryptedError("This document opens only with a password.");
  }
  return zip;
}

async function summary(
  zip: ZipFile,
  writer: PartWriter,
  mediaType: MediaType,
  paged: boolean,
): Promise<ReadSummary> {
  const pageCount = await writer.finish("The document holds no text; it may consist of pictures.");
  const meta = await readXml(zip, "meta.xml");
  const named = meta && child(meta, "document-meta", "meta", "title");
  const title = named ? textOf(named).trim().slice(0, 300) : "";
  // The name of the first sheet is no title.
  const heading = mediaType.endsWith("spreadsheet") ? undefined : writer.title;
  const own = title === "" ? heading : title;
  return {
    mediaType,
    ...(own === undefined ? {} : { title: own }),
    pageCount,
    paged,
  };
}
