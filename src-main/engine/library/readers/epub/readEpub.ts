import { cancelledError } from "../../../../contract/errors.ts";
import { damagedError, encryptedError } from "../formatErrors.ts";
import { decodeHtml } from "../html/readHtml.ts";
import { HtmlBody } from "../html/HtmlBody.ts";
import { resolve } from "../ooxml/OoxmlPackage.ts";
import { oneLine, PartWriter } from "../parts/PartWriter.ts";
import type { Reader } from "../Reader.ts";
import { parseXml } from "../xml/parseXml.ts";
import { readXml } from "../xml/readXml.ts";
import { child, descendants, elements, find, textOf, type XmlNode } from "../xml/XmlNode.ts";
import { ZipFile } from "../zip/ZipFile.ts";

const encryption = "META-INF/encryption.xml";
/** Fonts are often made useless outside their book; that hides no text. */
const fontAlgorithms = /idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC/u;

/** Reads e-books, chapter by chapter in reading order. Places are sections and paragraphs. */
export const readEpub: Reader = async (bytes, onPage, { signal }) => {
  const zip = await ZipFile.open(bytes);
  await requireOpen(zip);
  const packagePath = await packageOf(zip);
  const tree = await readXml(zip, packagePath);
  const book = tree && child(tree, "package");
  if (!book) throw damagedError("The e-book does not say what it consists of.");
  const folder = packagePath.slice(0, packagePath.lastIndexOf("/") + 1);
  const items = manifestOf(book, folder);
  const names = await chapterNames(zip, items);
  const writer = new PartWriter(onPage, { signal, sections: true });
  const spine = child(book, "spine");
  for (const { attributes } of spine ? elements(spine, "itemref") : []) {
    if (signal?.aborted) throw cancelledError();
    const item = items.get(attributes["idref"] ?? "");
    // The list of contents repeats the headings.
    if (!item || item.isContents || attributes["linear"] === "no" || !zip.has(item.path)) continue;
    const page = parseXml(decodeHtml(await zip.read(item.path)), { html: true, selfClosing: true });
    const body = find(page, "body") ?? page;
    const name = names.get(item.path);
    const hasHeading = [...descendants(body)].some((node) => /^h[1-3]$/u.test(node.name));
    if (name !== undefined && !hasHeading) writer.heading(name, 1);
    new HtmlBody(writer, isNavigation).write(body);
    writer.endPart();
    await writer.drain();
  }
  const pageCount = await writer.finish("The e-book holds no text; it may consist of pictures.");
  const named = find(book, "title");
  const title = (named && oneLine(textOf(named)).slice(0, 300)) || writer.title;
  return {
    mediaType: "application/epub+zip",
    ...(title === undefined ? {} : { title }),
    pageCount,
    paged: false,
  };
};

async function requireOpen(zip: ZipFile): Promise<void> {
  const tree = await readXml(zip, encryption);
  if (!tree) return;
  const hides = [...descendants(tree)].some(
    (node) =>
      node.name === "EncryptedData" &&
      !fontAlgorithms.test(child(node, "EncryptionMethod")?.attributes["Algorithm"] ?? ""),
  );
  if (hides) {
    throw encryptedError(
      "This e-book is protected (DRM) and opens only in its shop's own program.",
      "Add a copy without protection.",
    );
  }
}

async function packageOf(zip: ZipFile): Promise<string> {
  const container = await readXml(zip, "META-INF/container.xml");
  const named = container && find(container, "rootfile")?.attributes["full-path"];
  if (named !== undefined && zip.has(named)) return named;
  const found = [...zip.names].find((name) => name.endsWith(".opf"));
  if (found === undefined) throw damagedError("The e-book does not say what it consists of.");
  return found;
}

interface Item {
  readonly path: string;
  readonly isContents: boolean;
  readonly isNcx: boolean;
}

function manifestOf(book: XmlNode, folder: string): Map<string, Item> {
  const manifest = child(book, "manifest");
  return new Map(
    (manifest ? elements(manifest, "item") : []).map(({ attributes }) => [
      attributes["id"] ?? "",
      {
        path: resolve(folder, decoded(attributes["href"] ?? "")),
        isContents: (attributes["properties"] ?? "").split(/\s+/u).includes("nav"),
        isNcx: attributes["media-type"] === "application/x-dtbncx+xml",
      },
    ]),
  );
}

/** What the list of contents calls each file: the first entry that leads to it. */
async function chapterNames(
  zip: ZipFile,
  items: ReadonlyMap<string, Item>,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const add = (list: string, href: string | undefined, text: string): void => {
    const [file = ""] = decoded(href ?? "").split("#");
    const path = resolve(list.slice(0, list.lastIndexOf("/") + 1), file);
    const name = oneLine(text);
    if (file !== "" && name !== "" && !names.has(path)) names.set(path, name);
  };
  for (const { path, isContents, isNcx } of items.values()) {
    if (!(isContents || isNcx) || !zip.has(path)) continue;
    const tree = await readXml(zip, path);
    for (const node of tree ? descendants(tree) : []) {
      if (isContents && node.name === "a") add(path, node.attributes["href"], textOf(node));
      if (!isNcx || node.name !== "navPoint") continue;
      const label = child(node, "navLabel", "text");
      add(path, child(node, "content")?.attributes["src"], label ? textOf(label) : "");
    }
  }
  return names;
}

function isNavigation({ name }: XmlNode): boolean {
  return name === "nav";
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
