/** Names under which the style sheet colours what was found; see base.css. */
const all = "document-find";
const current = "document-find-current";

/**
 * Colours stretches of text without touching the document.
 * @returns how to take the colour away
 */
export function markFound(ranges: readonly Range[], currentRange: Range | null): () => void {
  const everywhere = highlightNamed(all, 0);
  const here = highlightNamed(current, 1);
  for (const range of ranges) everywhere.add(range);
  if (currentRange) here.add(currentRange);
  return () => {
    for (const range of ranges) everywhere.delete(range);
    if (currentRange) here.delete(currentRange);
  };
}

function highlightNamed(name: string, priority: number): Highlight {
  const known = CSS.highlights.get(name);
  if (known) return known;
  const made = new Highlight();
  made.priority = priority;
  CSS.highlights.set(name, made);
  return made;
}
