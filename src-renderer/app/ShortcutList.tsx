import type { ReactNode } from "react";
import {
  documentShortcut,
  documentShortcuts,
  localShortcuts,
  shortcuts,
  shownShortcut,
  type DocumentShortcutId,
  type LocalShortcutId,
  type ShortcutId,
} from "../lib/shortcuts/registry.ts";
import { useStrings } from "../lib/strings/index.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import styles from "./ShortcutList.module.css";

export function ShortcutList({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}): ReactNode {
  const strings = useStrings();
  const everywhere = (Object.keys(shortcuts) as ShortcutId[]).map(
    (id) => [id, shownShortcut(id)] as const,
  );
  const inDocument = (Object.keys(documentShortcuts) as DocumentShortcutId[]).map(
    (id) => [id, documentShortcut(id)] as const,
  );
  const local = Object.entries(localShortcuts) as [LocalShortcutId, string][];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={strings.app.shortcutList}>
      {[
        { heading: strings.app.shortcutGroups.window, rows: everywhere },
        { heading: strings.app.shortcutGroups.composer, rows: local },
        { heading: strings.app.shortcutGroups.document, rows: inDocument },
      ].map(({ heading, rows }) => (
        <section key={heading} className={styles["group"]}>
          <h3>{heading}</h3>
          <dl className={styles["list"]}>
            {rows.map(([id, keys]) => (
              <div key={id} className={styles["row"]}>
                <dt>{strings.shortcuts[id]}</dt>
                <dd>
                  <Kbd keys={keys} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
