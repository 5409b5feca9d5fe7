/** A heading of a document. `id` is its place in the list, from 0; `level` counts from 1. */
export interface OutlineEntry {
  readonly id: number;
  readonly title: string;
  readonly level: number;
  /** Whether what is below it is shown at first. */
  readonly open: boolean;
}

/** Where a heading stands: the page or part, and how far down it in any unit that grows. */
export interface EntryPlace {
  readonly part: number;
  readonly at: number;
}

/** Whether an entry has others below it. */
export function hasChildren(entries: readonly OutlineEntry[], at: number): boolean {
  return (entries[at + 1]?.level ?? 0) > (entries[at]?.level ?? 0);
}

/** The entries that are in sight while some are closed. */
export function visibleEntries(
  entries: readonly OutlineEntry[],
  closed: ReadonlySet<number>,
): OutlineEntry[] {
  const visible: OutlineEntry[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    if (entry.level > hiddenBelow) continue;
    hiddenBelow = closed.has(entry.id) ? entry.level : Number.POSITIVE_INFINITY;
    visible.push(entry);
  }
  return visible;
}

/**
 * The entry whose section a place is in: the last that begins at or above it. Where two begin at
 * the same place, the deeper one, which comes later. Null before the first.
 */
export function entryAt(
  entries: readonly OutlineEntry[],
  places: ReadonlyMap<number, EntryPlace>,
  here: EntryPlace,
): number | null {
  let best: { id: number; place: EntryPlace } | null = null;
  for (const { id } of entries) {
    const place = places.get(id);
    if (!place || isBefore(here, place)) continue;
    if (!best || !isBefore(place, best.place)) best = { id, place };
  }
  return best?.id ?? null;
}

function isBefore(a: EntryPlace, b: EntryPlace): boolean {
  return a.part < b.part || (a.part === b.part && a.at < b.at);
}

/** The entry itself, or the nearest one above it that is in sight. */
export function shownFor(
  entries: readonly OutlineEntry[],
  visible: readonly OutlineEntry[],
  id: number | null,
): number | null {
  if (id === null) return null;
  const seen = new Set(visible.map((entry) => entry.id));
  let at = entries.findIndex((entry) => entry.id === id);
  while (at >= 0) {
    const entry = entries[at];
    if (!entry || seen.has(entry.id)) return entry?.id ?? null;
    const { level } = entry;
    while (at >= 0 && (entries[at]?.level ?? 0) >= level) at--;
  }
  return null;
}
