import { cancelledError } from "../../../../contract/errors.ts";
import { oneLine, PartWriter } from "../parts/PartWriter.ts";
import type { Reader } from "../Reader.ts";
import { decodeText } from "../text/decodeText.ts";
import { parseXml } from "../xml/parseXml.ts";
import { descendants, find, textOf, type XmlNode } from "../xml/XmlNode.ts";
import { HtmlBody } from "./HtmlBody.ts";

/** What names the encoding of a page stands among its first bytes. */
const headBytes = 4096;
/** A page's main part holds at least so much of its text; else it is not trusted. */
const leastMainShare = 0.2;

/**
 * Reads a page as its reader does: the main part with headings, lists, tables and code, without menus,
 * banners and what is hidden. Nothing that it links to is fetched. Places are sections and paragraphs.
 */
export const readHtml: Reader = async (bytes, onPage, { signal }) => {
  const root = parseXml(decodeHtml(bytes), { html: true });
  if (signal?.aborted) throw cancelledError();
  const writer = new PartWriter(onPage, { signal, sections: true });
  new HtmlBody(writer, isAround).write(mainOf(root));
  const pageCount = await writer.finish("The page holds no text; scripts may have to fill it.");
  const named = find(root, "title");
  const title = (named && oneLine(textOf(named)).slice(0, 300)) || writer.title;
  return {
    mediaType: "text/html",
    ...(title === undefined ? {} : { title }),
    pageCount,
    paged: false,
  };
};

/** Decodes by what the page itself names, else as other text. */
export function decodeHtml(bytes: Uint8Array<ArrayBuffer>): string {
  const head = Buffer.from(bytes.subarray(0, headBytes)).toString("latin1");
  const label = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w:.-]{2,40})/iu.exec(head)?.[1];
  // Marks at the beginning and valid UTF-8 say more than what somebody wrote into a template.
  if (label === undefined || /^(?:utf-?8|utf-?16)/iu.test(label)) return decodeText(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    try {
      return new TextDecoder(label).decode(bytes);
    } catch {
      return decodeText(bytes);
    }
  }
}

/** The part that the page itself calls its main one, else all of its body. */
function mainOf(root: XmlNode): XmlNode {
  const body = find(root, "body") ?? root;
  const all = textLength(body);
  const candidates = [...descendants(body)].filter(
    ({ name, attributes }) => name === "main" || attributes["role"] === "main",
  );
  const articles = [...descendants(body)].filter(({ name }) => name === "article");
  // Of several articles none is the main one.
  if (articles.length === 1) candidates.push(...articles);
  const main = candidates.find((node) => textLength(node) >= leastMainShare * all);
  return main ?? body;
}

function textLength(node: XmlNode): number {
  if (node.name === "script" || node.name === "style" || isAround(node)) return 0;
  return node.children.reduce(
    (sum, inner) => sum + (typeof inner === "string" ? inner.trim().length : textLength(inner)),
    0,
  );
}

const aroundRoles = new Set(["navigation", "banner", "contentinfo", "search", "complementary"]);
const around = new Set(["nav", "footer", "aside", "form"]);

/** Menus, banners and the like, which are on every page of a site. */
function isAround({ name, attributes }: XmlNode): boolean {
  return around.has(name) || aroundRoles.has(attributes["role"] ?? "");
}
