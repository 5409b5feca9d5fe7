import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { TreeNode } from "./tree.ts";

type Highlight = (code: string, language: string) => readonly TreeNode[] | null;

/** Longer code is shown without colours: colouring must not hold up the page. */
const maxChars = 60_000;
/** While code is still coming it is coloured anew each time, so less of it. */
const maxLiveChars = 8_000;

let loaded: Highlight | null = null;
let loading: Promise<void> | null = null;
const listeners = new Set<() => void>();

/** Fetches the grammars, a part of the program of its own, when code is first shown. */
export function loadHighlighter(): Promise<void> {
  loading ??= import("./highlighter.ts").then((module) => {
    loaded = module.highlight;
    for (const listener of listeners) listener();
  });
  return loading;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const current = (): Highlight | null => loaded;

/** The coloured tree of some code, or null while or where there is none: then show the code plain. */
export function useHighlight(
  code: string,
  language: string | null,
  live: boolean,
): readonly TreeNode[] | null {
  const highlight = useSyncExternalStore(subscribe, current, current);
  const wanted = language !== null && code.length <= (live ? maxLiveChars : maxChars);
  useEffect(() => {
    // Without the grammars code stays plain, which is no error worth a word to the reader.
    if (wanted)
      loadHighlighter().catch((error: unknown) => console.warn("No code colours:", error));
  }, [wanted]);
  return useMemo(() => {
    if (!wanted || !highlight || language === null) return null;
    try {
      return highlight(code, language);
    } catch (error) {
      console.warn("Code could not be coloured:", error);
      return null;
    }
  }, [wanted, highlight, code, language]);
}
