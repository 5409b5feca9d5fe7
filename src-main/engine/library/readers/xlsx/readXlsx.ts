import { parseCell } from "../cellRange.ts";
import { mainPart, officeTitle, relationships } from "../ooxml/OoxmlPackage.ts";
import { PartWriter } from "../parts/PartWriter.ts";
import type { Reader } from "../Reader.ts";
import { SheetWriter, type SheetCell } from "../sheets/SheetWriter.ts";
import { readXml, streamXml } from "../xml/readXml.ts";
import { child, descendants, elements, isNode, textOf, type XmlNode } from "../xml/XmlNode.ts";
import { ZipFile } from "../zip/ZipFile.ts";
import { cellKinds, formatNumber, type NumberKind } from "./cellFormats.ts";

interface Workbook {
  strings: readonly string[];
  kinds: readonly NumberKind[];
  from1904: boolean;
}

/**
 * Reads Excel workbooks, sheet by sheet: rows with their column names, values as they are shown, and
 * comments. Places are cells.
 */
export const readXlsx: Reader = async (bytes, onPage, { signal }) => {
  const zip = await ZipFile.open(bytes);
  const main = await mainPart(zip, "xl/workbook.xml");
  const links = await relationships(zip, main);
  const book = child(await readXml(zip, main), "workbook");
  const target = (type: string): string | undefined =>
    links.find((link) => link.type === type)?.target;
  const styles = target("styles");
  const strings = target("sharedStrings");
  const from1904 = child(book, "workbookPr")?.attributes["date1904"] ?? "0";
  const workbook: Workbook = {
    strings: strings === undefined ? [] : await sharedStrings(zip, strings, signal),
    kinds: cellKinds(styles === undefined ? undefined : await readXml(zip, styles)),
    from1904: from1904 === "1" || from1904 === "true",
  };
  const writer = new PartWriter(onPage, { signal });
  const list = child(book, "sheets");
  for (const { attributes } of list ? elements(list, "sheet") : []) {
    const link = links.find((one) => one.id === attributes["id"]);
    if (link?.type !== "worksheet" || !zip.has(link.target)) continue;
    const name = attributes["name"] ?? "";
    await readSheet(zip, link.target, name, workbook, writer, signal);
  }
  const pageCount = await writer.finish("The sheets hold no text and no numbers.");
  const title = await officeTitle(zip);
  return {
    mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ...(title === undefined ? {} : { title }),
    pageCount,
    paged: false,
  };
};

async function readSheet(
  zip: ZipFile,
  part: string,
  name: string,
  workbook: Workbook,
  writer: PartWriter,
  signal: AbortSignal | undefined,
): Promise<void> {
  const sheet = new SheetWriter(writer, name);
  let last = 0;
  const onElement = (row: XmlNode): void => {
    if (row.name !== "row") return;
    const number = Number(row.attributes["r"] ?? last + 1) || last + 1;
    let column = 0;
    const cells = elements(row, "c").flatMap((cell): SheetCell[] => {
      column = parseCell(cell.attributes["r"] ?? "")?.column ?? column + 1;
      const text = cellText(cell, workbook);
      return text === "" ? [] : [{ column, text }];
    });
    // Rows that go back are damaged; they are put behind.
    last = number > last ? number : last + 1;
    sheet.row(
      last,
      cells.toSorted((a, b) => a.column - b.column),
    );
  };
  const containers = new Set(["worksheet", "sheetData"]);
  await streamXml(zip, part, { containers, onElement }, () => writer.drain(), signal);
  sheet.end();
  for (const link of await relationships(zip, part)) {
    if (link.type !== "comments") continue;
    writeComments(await readXml(zip, link.target), sheet);
  }
}

function cellText(cell: XmlNode, { strings, kinds, from1904 }: Workbook): string {
  const value = child(cell, "v");
  const stored = value ? textOf(value) : "";
  switch (cell.attributes["t"] ?? "n") {
    case "s":
      return strings[Number(stored)] ?? "";
    case "inlineStr": {
      const inline = child(cell, "is");
      return inline ? richText(inline) : "";
    }
    case "b":
      return stored === "1" ? "TRUE" : stored === "0" ? "FALSE" : "";
    case "str":
    case "e":
      return stored;
    case "d":
      return stored.replace("T", " ").replace(/ 00:00:00(?:\.0+)?Z?$/u, "");
  }
  const kind = kinds[Number(cell.attributes["s"] ?? 0)] ?? "number";
  if (stored !== "") return formatNumber(stored, kind, from1904);
  // A formula that was never worked out says at least what it is.
  const formula = child(cell, "f");
  const text = formula ? textOf(formula).trim() : "";
  return text === "" ? "" : `=${text}`;
}

async function sharedStrings(
  zip: ZipFile,
  part: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const strings: string[] = [];
  if (!zip.has(part)) return strings;
  const onElement = (node: XmlNode): void => {
    if (node.name === "si") strings.push(richText(node));
  };
  const containers = new Set(["sst"]);
  await streamXml(zip, part, { containers, onElement }, () => Promise.resolve(), signal);
  return strings;
}

/** Text in runs, without the readings that stand over East Asian words. */
function richText(node: XmlNode): string {
  return node.children
    .filter(isNode)
    .map((inner) =>
      inner.name === "t" ? textOf(inner) : inner.name === "r" ? richText(inner) : "",
    )
    .join("");
}

function writeComments(tree: XmlNode | undefined, sheet: SheetWriter): void {
  if (!tree) return;
  for (const node of descendants(tree)) {
    if (node.name !== "comment") continue;
    const range = node.attributes["ref"] ?? "";
    const inner = child(node, "text");
    const text = inner ? richText(inner).trim() : "";
    if (text === "" || !parseCell(range)) continue;
    sheet.comment(range, text);
  }
}
