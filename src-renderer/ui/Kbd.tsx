import type { ReactNode } from "react";
import { type ShortcutText, shortcutLabel } from "../lib/shortcuts/shortcut.ts";
import styles from "./Kbd.module.css";

/** A key combination as this platform's keyboard prints it. */
export function Kbd({ keys }: { keys: ShortcutText }): ReactNode {
  return <kbd className={styles["keys"]}>{shortcutLabel(keys)}</kbd>;
}
