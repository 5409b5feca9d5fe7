import { child, elements, type XmlNode } from "../xml/XmlNode.ts";

/** What a paragraph's style makes of it. */
export type DocxRole =
  | { kind: "heading"; level: number }
  | { kind: "paragraph" | "code" | "quote" | "contents" };

/** A list that a paragraph belongs to. */
export interface DocxList {
  id: string;
  depth: number;
}

interface Style {
  name: string;
  basedOn: string | undefined;
  properties: XmlNode | undefined;
}

/** The paragraph styles of a Word document, by which headings and lists are known. */
export class DocxStyles {
  readonly #styles = new Map<string, Style>();

  /** @param tree of `styles.xml`, if there is one. */
  constructor(tree: XmlNode | undefined) {
    const list = child(tree, "styles");
    for (const style of list ? elements(list, "style") : []) {
      const id = style.attributes["styleId"];
      if (id === undefined) continue;
      this.#styles.set(id, {
        name: child(style, "name")?.attributes["val"]?.toLowerCase() ?? "",
        basedOn: child(style, "basedOn")?.attributes["val"],
        properties: child(style, "pPr"),
      });
    }
  }

  /** @param properties the paragraph's own `pPr`. */
  role(properties: XmlNode | undefined): DocxRole {
    const chain = this.#chain(child(properties, "pStyle")?.attributes["val"]);
    const own = outline(properties);
    if (own !== null) return { kind: "heading", level: own };
    for (const style of chain) {
      const level = /^heading (\d)$/u.exec(style.name)?.[1];
      if (level !== undefined) return { kind: "heading", level: Number(level) };
      if (style.name === "title") return { kind: "heading", level: 1 };
      if (/^(?:toc|contents) \d|^toc heading$/u.test(style.name)) return { kind: "contents" };
      if (/source code|preformatted|^code\b|^macro/u.test(style.name)) return { kind: "code" };
      if (/quote|^block text|quotations/u.test(style.name)) return { kind: "quote" };
      const level2 = outline(style.properties);
      if (level2 !== null) return { kind: "heading", level: level2 };
    }
    return { kind: "paragraph" };
  }

  /** The list of a paragraph, by itself or by its style; null if it is in none. */
  list(properties: XmlNode | undefined): DocxList | null {
    const chain = this.#chain(child(properties, "pStyle")?.attributes["val"]);
    for (const level of [properties, ...chain.map((style) => style.properties)]) {
      const numbering = child(level, "numPr");
      const id = child(numbering, "numId")?.attributes["val"];
      if (id === undefined) continue;
      if (id === "0") return null;
      return { id, depth: Number(child(numbering, "ilvl")?.attributes["val"] ?? 0) || 0 };
    }
    return null;
  }

  #chain(id: string | undefined): Style[] {
    const chain: Style[] = [];
    // Styles may be based on each other in a circle.
    for (let at = id; at !== undefined && chain.length < 20;) {
      const style = this.#styles.get(at);
      if (!style) break;
      chain.push(style);
      at = style.basedOn;
    }
    return chain;
  }
}

function outline(properties: XmlNode | undefined): number | null {
  const value = child(properties, "outlineLvl")?.attributes["val"];
  const level = Number(value);
  return value !== undefined && level >= 0 && level < 9 ? level + 1 : null;
}

/** Which marks the items of lists bear, counted on through the document. */
export class DocxNumbering {
  readonly #formats = new Map<string, string[]>();
  readonly #counts = new Map<string, number[]>();

  /** @param tree of `numbering.xml`, if there is one. */
  constructor(tree: XmlNode | undefined) {
    const all = child(tree, "numbering");
    const abstract = new Map<string, string[]>();
    for (const one of all ? elements(all, "abstractNum") : []) {
      const formats: string[] = [];
      for (const level of elements(one, "lvl")) {
        const at = Number(level.attributes["ilvl"] ?? 0);
        if (at >= 0 && at < 10) formats[at] = child(level, "numFmt")?.attributes["val"] ?? "bullet";
      }
      abstract.set(one.attributes["abstractNumId"] ?? "", formats);
    }
    for (const one of all ? elements(all, "num") : []) {
      const of = child(one, "abstractNumId")?.attributes["val"] ?? "";
      this.#formats.set(one.attributes["numId"] ?? "", abstract.get(of) ?? []);
    }
  }

  /** The mark of the next item: "3." or "-". */
  mark({ id, depth }: DocxList): string {
    const format = this.#formats.get(id)?.[depth] ?? "bullet";
    const counts = this.#counts.get(id) ?? [];
    this.#counts.set(id, counts);
    counts.length = Math.min(counts.length, depth + 1);
    const count = (counts[depth] ?? 0) + 1;
    counts[depth] = count;
    if (format === "bullet" || format === "none") return "-";
    if (/letter/iu.test(format) && count <= 26) {
      const letter = String.fromCharCode(96 + count);
      return `${format === "upperLetter" ? letter.toUpperCase() : letter}.`;
    }
    return `${count}.`;
  }
}
