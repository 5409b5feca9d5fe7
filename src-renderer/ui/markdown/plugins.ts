import { isInlineImage, safeLink } from "./safeUrl.ts";
import { textOf, type TreeNode } from "./tree.ts";

/** Markdown nests as deep as its author likes; browsers do not. Beyond this only words are kept. */
const maxDepth = 40;

type PropertyCheck = (value: unknown) => boolean;
const isString: PropertyCheck = (value) => typeof value === "string";
const isTrue: PropertyCheck = (value) => value === true;

/** Every element that may appear, with the attributes that it may carry. */
const allowed: Readonly<Record<string, Readonly<Record<string, PropertyCheck>>>> = {
  a: { href: (value) => typeof value === "string" && safeLink(value) !== null },
  blockquote: {},
  br: {},
  code: {
    className: (value) =>
      Array.isArray(value) && value.every((name) => /^language-[\w+#.-]{1,40}$/.test(String(name))),
  },
  del: {},
  em: {},
  h1: {},
  h2: {},
  h3: {},
  h4: {},
  h5: {},
  h6: {},
  hr: {},
  img: {
    src: (value) => typeof value === "string" && (isInlineImage(value) || safeLink(value) !== null),
    alt: isString,
  },
  input: { type: (value) => value === "checkbox", checked: isTrue, disabled: isTrue },
  li: {},
  mark: { dataSupport: isString },
  ol: { start: (value) => typeof value === "number" },
  p: {},
  pre: {},
  section: {},
  span: { dataGlue: isString },
  strong: {},
  sup: { dataCitation: isString, dataVerdict: isString },
  table: {},
  tbody: {},
  td: { align: isString },
  th: { align: isString },
  thead: {},
  tr: {},
  ul: {},
};

/**
 * Lets through, of an HTML tree, the elements and attributes above. An unknown element gives way to
 * its content, raw HTML becomes the text that it is, and everything else is dropped. The tree that
 * comes here holds nothing else by construction; this keeps it so whatever a parser does.
 */
export function allowedTreePlugin(): (tree: TreeNode) => void {
  const clean = (node: TreeNode, depth: number): TreeNode[] => {
    if (node.type === "text" || node.type === "raw") {
      return [{ type: "text", value: node.value ?? "" }];
    }
    if (node.type !== "element") return [];
    if (depth > maxDepth) return [{ type: "text", value: textOf(node) }];
    const children = (node.children ?? []).flatMap((child) => clean(child, depth + 1));
    const checks = allowed[node.tagName ?? ""];
    if (!checks || (node.tagName === "input" && node.properties?.["type"] !== "checkbox"))
      return children;
    const properties = Object.fromEntries(
      Object.entries(node.properties ?? {}).filter(([name, value]) => checks[name]?.(value)),
    );
    return [{ ...node, properties, children }];
  };
  return (tree) => {
    tree.children = (tree.children ?? []).flatMap((child) => clean(child, 0));
  };
}

/** Models write `<br>` in table cells. It is the one piece of HTML that means what it says. */
export function lineBreakPlugin(): (tree: TreeNode) => void {
  const walk = (node: TreeNode, depth: number): void => {
    if (depth > maxDepth) return;
    for (const child of node.children ?? []) {
      if (child.type === "html" && /^<br\s*\/?>$/i.test(child.value ?? "")) {
        child.type = "break";
        delete child.value;
      } else {
        walk(child, depth + 1);
      }
    }
  };
  return (tree) => walk(tree, 0);
}
