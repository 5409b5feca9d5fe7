import type { TreeNode } from "./tree.ts";

const marker = /\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g;
/** Where a marker is part of something else. Code holds no text nodes, so it needs no entry. */
const closed = new Set(["link", "linkReference", "image", "imageReference", "definition"]);

/**
 * A plugin for Markdown trees that turns `[2]` and `[1, 3]` into citation elements, if the host
 * has assigned every number in the marker. Numbers that a model has made up stay plain text. A
 * definition in the text (`[2]: https://…`) cannot turn a citation into a link.
 */
export function citationPlugin(assigned: ReadonlySet<number>): () => (tree: TreeNode) => void {
  const element = (number: number): TreeNode => ({
    type: "citation",
    data: { hName: "sup", hProperties: { dataCitation: String(number) } },
    children: [],
  });

  const numbersOf = (text: string): number[] | null => {
    const numbers = text.split(",").map(Number);
    return numbers.every((number) => assigned.has(number)) ? numbers : null;
  };

  const splitText = (node: TreeNode): TreeNode[] => {
    const text = node.value ?? "";
    const parts: TreeNode[] = [];
    let last = 0;
    for (const match of text.matchAll(marker)) {
      const numbers = numbersOf(match[1] ?? "");
      if (!numbers) continue;
      // The space before a superscript would part it from its word.
      const before = text.slice(last, match.index).replace(/[ \t]+$/, "");
      if (before !== "") parts.push({ type: "text", value: before });
      parts.push(...numbers.map(element));
      last = match.index + match[0].length;
    }
    if (parts.length === 0) return [node];
    if (last < text.length) parts.push({ type: "text", value: text.slice(last) });
    return parts;
  };

  const fromReference = (node: TreeNode): TreeNode[] | null => {
    const numbers = [
      ...(node.referenceType === "full" ? [node.children?.[0]?.value ?? ""] : []),
      node.label ?? "",
    ].map((label) => (/^\d{1,3}$/.test(label) ? Number(label) : Number.NaN));
    return numbers.every((number) => assigned.has(number)) ? numbers.map(element) : null;
  };

  const walk = (node: TreeNode): void => {
    if (!node.children) return;
    node.children = node.children.flatMap((child) => {
      if (child.type === "text") return splitText(child);
      const cited = child.type === "linkReference" ? fromReference(child) : null;
      if (cited) return cited;
      if (!closed.has(child.type)) walk(child);
      return [child];
    });
  };
  return () => walk;
}
