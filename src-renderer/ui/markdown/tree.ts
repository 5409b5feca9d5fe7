/**
 * What the plugins here need of a syntax tree of Markdown (mdast) or HTML (hast): nodes with a type
 * and children. The full types belong to packages that the renderer does not depend on itself.
 */
export interface TreeNode {
  type: string;
  value?: string | undefined;
  tagName?: string | undefined;
  properties?: { [name: string]: unknown } | undefined;
  children?: TreeNode[] | undefined;
  data?: object | undefined;
  label?: string | null | undefined;
  referenceType?: string | undefined;
}

/** All text below a node, without recursion, so that depth cannot overflow the stack. */
export function textOf(node: TreeNode): string {
  const stack = [node];
  let text = "";
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (next.value !== undefined) text += next.value;
    for (const child of (next.children ?? []).slice().reverse()) stack.push(child);
  }
  return text;
}
