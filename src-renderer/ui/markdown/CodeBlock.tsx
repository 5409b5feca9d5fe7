import { memo, type ReactNode } from "react";
import { CopyButton } from "../CopyButton.tsx";
import { useStrings } from "../../lib/strings/index.ts";
import styles from "./CodeBlock.module.css";
import type { TreeNode } from "./tree.ts";
import { useHighlight } from "./useHighlight.ts";

export interface CodeBlockProps {
  readonly code: string;
  /** As after the fence, or null. */
  readonly language: string | null;
  /** The code is still coming. */
  readonly live?: boolean | undefined;
}

/** Code in its own box, coloured, with a button that copies it. Long lines scroll. */
export const CodeBlock = memo(function CodeBlock({
  code,
  language,
  live = false,
}: CodeBlockProps): ReactNode {
  const { ui } = useStrings();
  const tree = useHighlight(code, language, live);
  return (
    <figure className={styles["block"]}>
      <figcaption className={styles["bar"]}>
        <span>{language ?? ""}</span>
        <CopyButton text={code} label={ui.copyCode} />
      </figcaption>
      <pre className={styles["code"]} tabIndex={0} aria-label={language ?? undefined}>
        <code>{tree ? tree.map(renderSpan) : code}</code>
      </pre>
    </figure>
  );
});

function renderSpan(node: TreeNode, index: number): ReactNode {
  if (node.type === "text") return node.value;
  const names = node.properties?.["className"];
  return (
    <span key={index} className={Array.isArray(names) ? names.join(" ") : undefined}>
      {node.children?.map(renderSpan)}
    </span>
  );
}
