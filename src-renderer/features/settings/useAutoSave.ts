import { useCallback, useEffect, useRef, useState } from "react";

/** A pause in typing that means that a value is done, in milliseconds. */
const pauseMs = 600;

export interface AutoSave {
  /** What the field shows: what is being typed, or else what is on record. */
  readonly text: string;
  readonly setText: (text: string) => void;
  /** Saves without waiting for the pause; for leaving the field. */
  readonly flush: () => void;
}

/**
 * A text that saves itself after a pause in typing and when the field is left or goes away.
 * @param value what is on record
 * @param save says whether it could; where not, the text stays, and leaving the field tries again
 */
export function useAutoSave(value: string, save: (text: string) => Promise<boolean>): AutoSave {
  const [draft, setDraft] = useState<string | null>(null);
  /** What was handed to `save` last and may not be on record yet. */
  const sent = useRef<string | null>(null);
  const latest = useRef({ draft, value, save });
  useEffect(() => {
    latest.current = { draft, value, save };
  });

  const flush = useCallback(() => {
    const now = latest.current;
    const text = now.draft;
    if (text === null || text === (sent.current ?? now.value)) return;
    sent.current = text;
    void now.save(text).then((saved) => {
      if (sent.current !== text) return;
      if (!saved) sent.current = null;
      else if (latest.current.draft === text && latest.current.value === text) {
        sent.current = null;
        setDraft(null);
      }
    });
  }, []);

  useEffect(() => {
    if (draft === null) return undefined;
    if (draft === value && (sent.current === null || sent.current === draft)) {
      // On record: from here on the field follows the record again.
      sent.current = null;
      setDraft(null);
      return undefined;
    }
    const timer = setTimeout(flush, pauseMs);
    return () => clearTimeout(timer);
  }, [draft, value, flush]);

  useEffect(() => flush, [flush]);

  return { text: draft ?? value, setText: setDraft, flush };
}
