import type { KeyboardEvent } from "react";
import { documentShortcuts, type DocumentShortcutId } from "../../lib/shortcuts/registry.ts";
import { matchesShortcut, parseShortcut } from "../../lib/shortcuts/shortcut.ts";

export type ViewerActions = Partial<Record<DocumentShortcutId, () => void>>;

/** Does what a key of the document panel stands for. Keys without ⌘ or Ctrl are left to fields. */
export function handleViewerKey(event: KeyboardEvent<HTMLElement>, actions: ViewerActions): void {
  // What React calls a child may be a menu that stands elsewhere.
  const inside = event.target instanceof Node && event.currentTarget.contains(event.target);
  if (event.defaultPrevented || event.nativeEvent.isComposing || !inside) return;
  const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea");
  for (const id of Object.keys(documentShortcuts) as DocumentShortcutId[]) {
    const action = actions[id];
    const pressed = documentShortcuts[id].find((text) => matchesShortcut(event, text));
    if (!action || pressed === undefined || (typing && !parseShortcut(pressed).mod)) continue;
    event.preventDefault();
    action();
    return;
  }
}
