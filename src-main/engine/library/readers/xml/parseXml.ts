import { Parser } from "htmlparser2";
import type { XmlNode } from "./XmlNode.ts";

/** What is nested deeper is taken as if it stood at this depth, so that no walk runs out of stack. */
const maxDepth = 300;

export interface TreeOptions {
  /** HTML instead of XML: names in small letters, tags may be left open. */
  html?: boolean;
  /** HTML that is written as XML is: `<a/>` is closed. */
  selfClosing?: boolean;
  /**
   * Elements within these alone, and none of these themselves, are handed over one by one and then
   * forgotten.
   */
  containers?: ReadonlySet<string>;
  onElement?: (node: XmlNode, parents: readonly XmlNode[]) => void;
}

/**
 * Builds a tree, or hands over its parts, as text comes in. The parser knows neither document type
 * definitions nor entities but those of XML (or HTML) itself, so nothing can be made to grow or to
 * be fetched.
 */
export class TreeParser {
  readonly root: XmlNode = { name: "", tag: "", attributes: {}, children: [] };
  readonly #open: XmlNode[] = [this.root];
  readonly #parser: Parser;
  readonly #options: TreeOptions;
  #tooDeep = 0;

  constructor(options: TreeOptions = {}) {
    this.#options = options;
    const { html = false } = options;
    this.#parser = new Parser(
      {
        onopentag: (tag, attributes) => this.#enter(tag, attributes, html),
        ontext: (text) => this.#text(text),
        onclosetag: () => this.#leave(),
      },
      {
        xmlMode: !html,
        decodeEntities: true,
        recognizeCDATA: true,
        recognizeSelfClosing: options.selfClosing ?? !html,
      },
    );
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  end(): XmlNode {
    this.#parser.end();
    return this.root;
  }

  #enter(tag: string, attributes: Record<string, string>, html: boolean): void {
    const node: XmlNode = {
      name: html ? tag : withoutPrefix(tag),
      tag,
      attributes: html ? attributes : localAttributes(attributes),
      children: [],
    };
    this.#open.at(-1)?.children.push(node);
    if (this.#open.length >= maxDepth) this.#tooDeep++;
    else this.#open.push(node);
  }

  #text(text: string): void {
    const children = this.#open.at(-1)?.children;
    if (!children) return;
    const last = children.at(-1);
    if (typeof last === "string") children[children.length - 1] = last + text;
    else children.push(text);
  }

  #leave(): void {
    if (this.#tooDeep > 0) {
      this.#tooDeep--;
      return;
    }
    const node = this.#open.pop();
    const parent = this.#open.at(-1);
    if (!node || !parent) return;
    const { containers, onElement } = this.#options;
    if (!containers || containers.has(node.name) || !containers.has(parent.name)) return;
    const parents = this.#open.slice(1);
    if (!parents.every((open) => containers.has(open.name))) return;
    parent.children.length = 0;
    onElement?.(node, parents);
  }
}

/** A whole text as a tree. */
export function parseXml(
  text: string,
  options: Pick<TreeOptions, "html" | "selfClosing"> = {},
): XmlNode {
  const parser = new TreeParser(options);
  parser.write(text);
  return parser.end();
}

function withoutPrefix(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}

function localAttributes(attributes: Record<string, string>): Record<string, string> {
  // Without a prototype: a document chooses these names.
  const local = Object.create(null) as Record<string, string>;
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    if (value === undefined || name.startsWith("xmlns")) continue;
    const short = withoutPrefix(name);
    // Of two with the same name, such as `id` and `r:id`, the second keeps its prefix.
    local[short in local ? name : short] = value;
  }
  return local;
}
