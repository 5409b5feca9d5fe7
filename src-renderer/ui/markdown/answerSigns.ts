import { splitSigns, withoutSigns, type Sign } from "../../../src-main/contract/answerSigns.ts";
import type { TreeNode } from "./tree.ts";

/** A longer word may be parted from what stands behind it, or a narrow page could not hold it. */
const longestGlued = 24;

/**
 * A plugin for Markdown trees that shows the signs of a checked answer: sentences that the documents
 * do not carry are underlined with a mark behind them, and words that no evidence holds are flagged.
 * It comes after {@link citationPlugin}, whose marks it keeps with their words, too.
 */
export function answerSignPlugin(): (tree: TreeNode) => void {
  let inside: "partly" | "unsupported" | null = null;
  let missing = false;

  const words = (value: string): TreeNode => {
    const text: TreeNode = { type: "text", value };
    if (missing) return mark("missing", [text]);
    return inside === null ? text : mark(inside, [text]);
  };

  const ending = (sign: Sign): TreeNode[] => {
    switch (sign.kind) {
      case "begin":
        inside = sign.support === "supported" ? null : sign.support;
        return [];
      case "end":
        inside = null;
        return sign.support === "supported" ? [] : [verdict(sign.support)];
      case "beginMissing":
        missing = true;
        return [];
      case "endMissing":
        missing = false;
        return [verdict("missing")];
    }
  };

  const walk = (node: TreeNode): void => {
    if (!node.children) return;
    node.children = glued(
      node.children.flatMap((child) => {
        if (child.type === "text") {
          return splitSigns(child.value ?? "").flatMap((part) =>
            typeof part === "string" ? words(part) : ending(part),
          );
        }
        if (child.type === "code" || child.type === "inlineCode" || child.type === "html") {
          return [{ ...child, value: withoutSigns(child.value ?? "") }];
        }
        walk(child);
        return [child];
      }),
    );
  };
  return (tree) => {
    inside = null;
    missing = false;
    walk(tree);
  };
}

function mark(support: string, children: TreeNode[]): TreeNode {
  return {
    type: "support",
    data: { hName: "mark", hProperties: { dataSupport: support } },
    children,
  };
}

function verdict(support: string): TreeNode {
  return {
    type: "verdict",
    data: { hName: "sup", hProperties: { dataVerdict: support } },
    children: [],
  };
}

/** Keeps marks on the line of the word before them. */
function glued(nodes: readonly TreeNode[]): TreeNode[] {
  const result: TreeNode[] = [];
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at]!;
    const marks: TreeNode[] = [];
    while (isMark(nodes[at + 1 + marks.length])) marks.push(nodes[at + 1 + marks.length]!);
    const text = node.type === "support" ? node.children?.[0] : node;
    const value = text?.type === "text" ? (text.value ?? "") : "";
    const word = /\S+$/u.exec(value)?.[0] ?? "";
    if (marks.length === 0 || word === "" || word.length > longestGlued) {
      result.push(node);
      continue;
    }
    const like = (part: string): TreeNode => {
      const own: TreeNode = { type: "text", value: part };
      return node.type === "support" ? { ...node, children: [own] } : own;
    };
    const before = value.slice(0, value.length - word.length);
    if (before !== "") result.push(like(before));
    result.push({
      type: "glue",
      data: { hName: "span", hProperties: { dataGlue: "" } },
      children: [like(word), ...marks],
    });
    at += marks.length;
  }
  return result;
}

function isMark(node: TreeNode | undefined): boolean {
  return node?.type === "citation" || node?.type === "verdict";
}
