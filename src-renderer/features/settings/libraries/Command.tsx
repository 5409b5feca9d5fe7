import type { ReactNode } from "react";
import { useStrings } from "../../../lib/strings/index.ts";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import styles from "./Libraries.module.css";

/** A command for a terminal, to be copied. */
export function Command({ text }: { readonly text: string }): ReactNode {
  const { libraries: words } = useStrings();
  return (
    <div className={styles["command"]}>
      <code data-selectable>{text}</code>
      <CopyButton text={text} label={words.copyCommand} />
    </div>
  );
}
