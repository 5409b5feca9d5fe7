import { useEffect, useRef } from "react";
import { type ShortcutId, shortcuts } from "./registry.ts";
import { type KeyPress, matchesShortcut } from "./shortcut.ts";

export type ShortcutHandlers = Partial<Record<ShortcutId, () => void>>;

/** Which of the handled shortcuts was pressed, if any. */
export function findShortcut(event: KeyPress, handlers: ShortcutHandlers): ShortcutId | undefined {
  return (Object.keys(handlers) as ShortcutId[]).find(
    (id) => handlers[id] && shortcuts[id].some((text) => matchesShortcut(event, text)),
  );
}

/** While a dialog is up, what lies under it must not act. Dialog marks itself with this attribute. */
function isModalOpen(): boolean {
  return document.querySelector("[data-modal]") !== null;
}

/**
 * Listens for window-wide shortcuts while the component is mounted. A key that something closer
 * has handled (`preventDefault`) or that composes text is left alone, as are all keys but
 * `whileModal` ones while a dialog is open.
 */
export function useShortcuts(
  handlers: ShortcutHandlers,
  whileModal: readonly ShortcutId[] = [],
): void {
  const latest = useRef({ handlers, whileModal });
  useEffect(() => {
    latest.current = { handlers, whileModal };
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const id = findShortcut(event, latest.current.handlers);
      if (id === undefined) return;
      if (isModalOpen() && !latest.current.whileModal.includes(id)) return;
      event.preventDefault();
      if (!event.repeat) latest.current.handlers[id]?.();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
