import type { ReactNode } from "react";
import { platform } from "../lib/platform.ts";
import { type ShortcutText, shortcutKeys } from "../lib/shortcuts/shortcut.ts";
import styles from "./Kbd.module.css";

/** A key combination as this platform's keyboard prints it. */
export function Kbd({ keys }: { keys: ShortcutText }): ReactNode {
  const parts = shortcutKeys(keys);
  return (
    <kbd className={styles["keys"]}>
      {platform === "mac"
        ? parts.join("")
        : parts.map((part) => (
            <span key={part} className={styles["key"]}>
              {part}
            </span>
          ))}
    </kbd>
  );
}
