import type { Virtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, type RefObject } from "react";
import type { DocumentId } from "../../../src-main/contract/ids.ts";

/**
 * Keeps the rows in sight where they are while documents come in above them. At the top of the list
 * what is new is shown; another order or filter is left alone.
 */
export function useSteadyRows(
  order: readonly DocumentId[],
  scroller: RefObject<HTMLElement | null>,
  virtualizer: Virtualizer<HTMLDivElement, Element>,
): void {
  const before = useRef<{ order: readonly DocumentId[]; first: DocumentId; above: number } | null>(
    null,
  );
  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const last = before.current;
    if (last && last.order !== order && view.scrollTop > 0 && isGrown(last.order, order)) {
      const start = virtualizer.measurementsCache[order.indexOf(last.first)]?.start;
      if (start !== undefined && start + last.above !== view.scrollTop) {
        view.scrollTo({ top: start + last.above });
      }
    }
    const { scrollTop } = view;
    const row = virtualizer.getVirtualItems().find(({ end }) => end > scrollTop);
    const first = row && order[row.index];
    before.current = first ? { order, first, above: scrollTop - row.start } : null;
  });
}

/** Whether a list holds all of another in the same order, and more. */
export function isGrown<T>(before: readonly T[], after: readonly T[]): boolean {
  if (after.length <= before.length) return false;
  let at = 0;
  for (const one of after) if (one === before[at]) at += 1;
  return at === before.length;
}
