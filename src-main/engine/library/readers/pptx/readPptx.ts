import { cancelledError } from "../../../../contract/errors.ts";
import { paragraphOf } from "../docx/docxText.ts";
import { mainPart, officeTitle, relationships, type Relationship } from "../ooxml/OoxmlPackage.ts";
import { PartWriter } from "../parts/PartWriter.ts";
import { asTable } from "../parts/tables.ts";
import type { Reader } from "../Reader.ts";
import { readXml } from "../xml/readXml.ts";
import { child, descendants, elements, find, type XmlNode } from "../xml/XmlNode.ts";
import { ZipFile } from "../zip/ZipFile.ts";

/** Placeholders that repeat what is not the slide's own. */
const furniture = new Set(["dt", "ftr", "sldNum", "hdr", "sldImg"]);

/**
 * Reads PowerPoint presentations, a page for each slide: title, text, tables, diagrams, comments and
 * the speaker's notes. Places are slides.
 */
export const readPptx: Reader = async (bytes, onPage, { signal }) => {
  const zip = await ZipFile.open(bytes);
  const main = await mainPart(zip, "ppt/presentation.xml");
  const links = await relationships(zip, main);
  const tree = await readXml(zip, main);
  const list = child(tree, "presentation", "sldIdLst");
  const slides = (list ? elements(list, "sldId") : []).flatMap((slide) => {
    // `id` is the slide's own number and `r:id` its link; without prefixes the first one counts.
    const link = links.find((one) => Object.values(slide.attributes).includes(one.id));
    return link && zip.has(link.target) ? [link.target] : [];
  });
  const targets = slides.length > 0 ? slides : linkedSlides(links, zip);
  const writer = new PartWriter(onPage, { signal });
  for (const [i, target] of targets.entries()) {
    if (signal?.aborted) throw cancelledError();
    await readSlide(zip, target, i + 1, writer);
    writer.endPart({ keepEmpty: true });
    await writer.drain();
  }
  const pageCount = await writer.finish("The slides hold no text; they may consist of pictures.");
  const title = (await officeTitle(zip)) ?? writer.title;
  return {
    mediaType: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ...(title === undefined ? {} : { title }),
    pageCount,
    paged: true,
  };
};

function linkedSlides(links: readonly Relationship[], zip: ZipFile): string[] {
  return links
    .filter((link) => link.type === "slide" && zip.has(link.target))
    .map((link) => link.target);
}

async function readSlide(
  zip: ZipFile,
  target: string,
  slide: number,
  writer: PartWriter,
): Promise<void> {
  const tree = await readXml(zip, target);
  const shapes = tree && find(tree, "spTree");
  const links = await relationships(zip, target);
  writer.at({ kind: "slide", slide });
  const all = shapes ? leaves(shapes) : [];
  const title = all.find((shape) => ["title", "ctrTitle"].includes(placeholder(shape)));
  if (title)
    writer.heading(
      paragraphs(title)
        .map(({ text }) => text)
        .join(" "),
      1,
    );
  for (const shape of all) {
    if (shape !== title && !furniture.has(placeholder(shape))) writeShape(shape, writer);
  }
  for (const link of links) {
    if (link.type === "diagramData") writeDiagram(await readXml(zip, link.target), writer);
  }
  for (const link of links) {
    if (link.type === "comments") writeComments(await readXml(zip, link.target), writer);
  }
  const notes = links.find((link) => link.type === "notesSlide");
  if (notes) writeNotes(await readXml(zip, notes.target), writer);
}

/** Shapes, tables and pictures in the order of the slide, out of their groups. */
function leaves(node: XmlNode): XmlNode[] {
  return elements(node).flatMap((inner) => {
    if (inner.name === "grpSp") return leaves(inner);
    if (inner.name === "AlternateContent") return leaves(child(inner, "Choice") ?? inner);
    return ["sp", "graphicFrame", "cxnSp"].includes(inner.name) ? [inner] : [];
  });
}

function placeholder(shape: XmlNode): string {
  const mark = child(shape, "nvSpPr", "nvPr", "ph");
  return mark ? (mark.attributes["type"] ?? "body") : "";
}

interface SlideParagraph {
  text: string;
  depth: number;
  /** Whether it is marked as an item by itself; null where its placeholder decides. */
  item: boolean | null;
  mark: string;
}

function paragraphs(shape: XmlNode): SlideParagraph[] {
  const body = child(shape, "txBody");
  let count = 0;
  return (body ? elements(body, "p") : []).flatMap((node) => {
    const { text } = paragraphOf(node);
    if (text.trim() === "") return [];
    const properties = child(node, "pPr");
    const numbered = child(properties, "buAutoNum") !== undefined;
    const bullet = child(properties, "buChar") !== undefined || numbered;
    const none = child(properties, "buNone") !== undefined;
    count = numbered ? count + 1 : 0;
    return [
      {
        text,
        depth: Math.max(0, Number(properties?.attributes["lvl"] ?? 0) || 0),
        item: none ? false : bullet ? true : null,
        mark: numbered ? `${count}.` : "-",
      },
    ];
  });
}

function writeShape(shape: XmlNode, writer: PartWriter): void {
  const table = shape.name === "graphicFrame" ? find(shape, "tbl") : undefined;
  if (table) {
    const cells = elements(table, "tr").map((row) =>
      elements(row, "tc").map((cell) =>
        paragraphs(cell)
          .map(({ text }) => text)
          .join(" "),
      ),
    );
    const named = child(table, "tblPr")?.attributes["firstRow"];
    writer.table(asTable(cells, named === "1" || named === "true" ? 1 : null));
    return;
  }
  const found = paragraphs(shape);
  const inBody = ["body", "obj"].includes(placeholder(shape)) && found.length > 1;
  for (const { text, depth, item, mark } of found) {
    if (item ?? (inBody || depth > 0)) writer.item(text, depth, mark);
    else writer.paragraph(text);
  }
}

function writeDiagram(tree: XmlNode | undefined, writer: PartWriter): void {
  if (!tree) return;
  for (const node of descendants(tree)) {
    if (node.name === "p") writer.item(paragraphOf(node).text);
  }
}

function writeComments(tree: XmlNode | undefined, writer: PartWriter): void {
  if (!tree) return;
  for (const node of descendants(tree)) {
    if (node.name !== "cm") continue;
    const old = child(node, "text");
    const body = child(node, "txBody");
    const text = old
      ? old.children.filter((part) => typeof part === "string").join("")
      : (body ? elements(body, "p") : []).map((p) => paragraphOf(p).text).join(" ");
    if (text.trim() !== "") writer.paragraph(`Comment: ${text}`, "note");
  }
}

function writeNotes(tree: XmlNode | undefined, writer: PartWriter): void {
  const shapes = tree && find(tree, "spTree");
  for (const shape of shapes ? leaves(shapes) : []) {
    if (furniture.has(placeholder(shape))) continue;
    for (const { text } of paragraphs(shape)) writer.paragraph(`Speaker’s note: ${text}`, "note");
  }
}
