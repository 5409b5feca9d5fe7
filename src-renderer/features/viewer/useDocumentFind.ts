import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { findPattern, type FindOptions } from "./findMatches.ts";
import {
  countPlaces,
  FoldedSource,
  stepPlace,
  type FindSource,
  type FoundPlace,
  type FoundPlaces,
} from "./findPlaces.ts";

/** Between two letters typed, before the search begins. */
const typingMs = 120;
/** What was found so far is shown this often. */
const showMs = 100;

const noPlaces: FoundPlaces = new Map();

export interface DocumentFind {
  readonly query: string;
  readonly options: FindOptions;
  readonly places: FoundPlaces;
  readonly current: FoundPlace | null;
  readonly total: number;
  /** The number of the current place, from 1; 0 where there is none. */
  readonly at: number;
  /** Parts are still being searched. */
  readonly running: boolean;
  setQuery(query: string): void;
  setOptions(options: FindOptions): void;
  step(by: 1 | -1): void;
}

/**
 * Finds a text in a whole document, part by part, while it can be used. Closing it (`open` false)
 * forgets what was found, not what was asked.
 * @param firstPart the part that is in view; the first place from there on becomes the current one
 */
export function useDocumentFind(
  source: FindSource | null,
  open: boolean,
  firstPart: () => number,
): DocumentFind {
  const [query, setQuery] = useState("");
  const [options, setOptions] = useState<FindOptions>({ matchCase: false, wholeWords: false });
  const [places, setPlaces] = useState<FoundPlaces>(noPlaces);
  const [current, setCurrent] = useState<FoundPlace | null>(null);
  const [running, setRunning] = useState(false);
  const folded = useMemo(() => (source ? new FoldedSource(source) : null), [source]);
  const begin = useRef(firstPart);
  useEffect(() => {
    begin.current = firstPart;
  });

  useEffect(() => {
    setPlaces(noPlaces);
    setCurrent(null);
    setRunning(false);
    const pattern = findPattern(query, options);
    if (!open || !folded || !pattern) return;
    const controller = new AbortController();
    const { signal } = controller;
    setRunning(true);
    const search = async (): Promise<void> => {
      const found = new Map<number, readonly number[]>();
      let shown = 0;
      for await (const { part, places: own } of folded.search(pattern, begin.current(), signal)) {
        if (found.size === 0) setCurrent({ part, index: 0 });
        found.set(part, own);
        const now = performance.now();
        if (now - shown < showMs) continue;
        shown = now;
        setPlaces(new Map(found));
      }
      if (signal.aborted) return;
      setPlaces(found);
      setRunning(false);
    };
    const timer = setTimeout(() => void search(), typingMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [open, folded, query, options]);

  const step = useCallback(
    (by: 1 | -1) => setCurrent((now) => stepPlace(places, now, by)),
    [places],
  );
  const { total, at } = useMemo(() => countPlaces(places, current), [places, current]);
  return { query, options, places, current, total, at, running, setQuery, setOptions, step };
}
