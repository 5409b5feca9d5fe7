import { common, createLowlight } from "lowlight";
import type { TreeNode } from "./tree.ts";

const lowlight = createLowlight(common);

/** The code as a tree of spans with highlight.js class names, or null for an unknown language. */
export function highlight(code: string, language: string): readonly TreeNode[] | null {
  if (!lowlight.registered(language)) return null;
  return lowlight.highlight(language, code).children;
}
