/** An element; names and attribute names are without their namespace prefix. */
export interface XmlNode {
  name: string;
  /** The name as it is written, with its prefix. */
  tag: string;
  attributes: Record<string, string>;
  children: (XmlNode | string)[];
}

export function isNode(inner: XmlNode | string): inner is XmlNode {
  return typeof inner !== "string";
}

/** Child elements, all or those of one name. */
export function elements(node: XmlNode, name?: string): XmlNode[] {
  const all = node.children.filter(isNode);
  return name === undefined ? all : all.filter((inner) => inner.name === name);
}

/** The first child element of a name; several names lead from child to child. */
export function child(node: XmlNode | undefined, ...path: string[]): XmlNode | undefined {
  let at = node;
  for (const name of path) at = at && elements(at, name)[0];
  return at;
}

/** The first element of a name below, at any depth. */
export function find(node: XmlNode, name: string): XmlNode | undefined {
  for (const inner of descendants(node)) if (inner.name === name) return inner;
  return undefined;
}

/** All elements below, in the order of the text. */
export function* descendants(node: XmlNode): Generator<XmlNode> {
  const open = [node.children.values()];
  while (open.length > 0) {
    const next = open.at(-1)?.next();
    if (!next || next.done) {
      open.pop();
    } else if (isNode(next.value)) {
      yield next.value;
      open.push(next.value.children.values());
    }
  }
}

/** All text below, as it stands. */
export function textOf(node: XmlNode): string {
  return node.children.map((inner) => (isNode(inner) ? textOf(inner) : inner)).join("");
}

/** The text that stands in the element itself. */
export function ownText(node: XmlNode): string {
  return node.children.filter((inner) => typeof inner === "string").join("");
}
