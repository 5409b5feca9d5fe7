let current: (() => void) | null = null;

/** The shown document says how its find bar is opened. @returns how to take it back */
export function registerDocumentFind(open: () => void): () => void {
  current = open;
  return () => {
    if (current === open) current = null;
  };
}

/** Finds in the document that is shown, for pages that have nothing of their own to find in. */
export function findInOpenDocument(): void {
  current?.();
}
