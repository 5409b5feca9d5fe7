import { type RefObject, useEffect, useRef } from "react";

/**
 * Escape closes the side panel wherever the focus is, unless something above it takes the key; and
 * what had the focus in the panel gives it back to what opened it.
 * @param panel what is shown; null while there is no panel
 */
export function useSidePanelKeys(panel: object | null, close: () => void): void {
  const opener: RefObject<Element | null> = useRef(null);
  useEffect(() => {
    if (panel === null) {
      const lost = document.activeElement === null || document.activeElement === document.body;
      if (lost && opener.current instanceof HTMLElement) opener.current.focus();
      opener.current = null;
      return;
    }
    opener.current ??= document.activeElement;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      event.preventDefault();
      close();
    };
    // At the window, so that menus, dialogs and editors have had their turn.
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [panel, close]);
}
