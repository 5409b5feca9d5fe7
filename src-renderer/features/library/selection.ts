import type { DocumentId } from "../../../src-main/contract/ids.ts";

/** Which rows are chosen, and where the keyboard is. */
export interface Selection {
  readonly chosen: ReadonlySet<DocumentId>;
  /** Where a stretch begins that Shift extends. */
  readonly anchor: DocumentId | null;
  /** The row that has, or last had, the focus. */
  readonly active: DocumentId | null;
}

export const nothingChosen: Selection = { chosen: new Set(), anchor: null, active: null };

/** As Ctrl+click or Space: this row in or out, the others as they are. */
export function toggled(selection: Selection, id: DocumentId): Selection {
  const chosen = new Set(selection.chosen);
  if (!chosen.delete(id)) chosen.add(id);
  return { chosen, anchor: id, active: id };
}

/** As Shift+click: the stretch from the anchor to this row, and nothing else. */
export function extended(
  selection: Selection,
  id: DocumentId,
  order: readonly DocumentId[],
): Selection {
  const anchor = selection.anchor ?? selection.active ?? id;
  const from = order.indexOf(anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return { chosen: new Set([id]), anchor: id, active: id };
  const chosen = new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1));
  return { chosen, anchor, active: id };
}

/** The row that a key leads to; undefined where it leads nowhere. */
export function rowAfterKey(
  key: string,
  active: DocumentId | null,
  order: readonly DocumentId[],
  pageRows: number,
): DocumentId | undefined {
  const at = active === null ? -1 : order.indexOf(active);
  const last = order.length - 1;
  const targets: Record<string, number> = {
    ArrowDown: Math.min(last, at + 1),
    ArrowUp: Math.max(0, at - 1),
    PageDown: Math.min(last, at + pageRows),
    PageUp: Math.max(0, at - pageRows),
    Home: 0,
    End: last,
  };
  const target = Object.hasOwn(targets, key) ? targets[key] : undefined;
  return target === undefined ? undefined : order[target];
}
