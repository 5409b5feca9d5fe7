import { useRef } from "react";

export interface ReturnFocus {
  /** For `onOpenAutoFocus`: notes what has the focus before the dialog takes it. */
  remember(): void;
  /** For `onCloseAutoFocus`: gives it back, unless something else has taken it meanwhile. */
  restore(event: Event): void;
}

/** Dialogs that are opened by state have no trigger that could get the focus back by itself. */
export function useReturnFocus(): ReturnFocus {
  const before = useRef<Element | null>(null);
  return {
    remember: () => {
      before.current = document.activeElement;
    },
    restore: (event) => {
      event.preventDefault();
      const taken = document.activeElement !== null && document.activeElement !== document.body;
      if (!taken && before.current instanceof HTMLElement) before.current.focus();
    },
  };
}
