/** So many words in a row are told apart by nearly any two texts. */
const runLength = 4;
/** Of the shorter of passage and paragraph, this share must be in the other one. */
const leastShare = 0.5;

/**
 * Tells which paragraphs a passage was cut from, by the runs of words that they share: what a reader
 * makes of a printed page need not be the same letter by letter.
 */
export class HeldParagraphs {
  readonly #paragraphs: { id: string; runs: Set<string> }[];

  constructor(paragraphs: readonly { readonly id: string; readonly text: string }[]) {
    this.#paragraphs = paragraphs.map(({ id, text }) => ({ id, runs: runsOf(text) }));
  }

  /** Ids of the paragraphs, the one that most is held of first. */
  of(passage: string): string[] {
    const runs = runsOf(passage);
    return this.#paragraphs
      .map(({ id, runs: own }) => {
        const shared = runs.size === 0 ? 0 : [...own].filter((run) => runs.has(run)).length;
        return { id, shared, share: shared / Math.max(1, Math.min(own.size, runs.size)) };
      })
      .filter(({ share }) => share >= leastShare)
      .toSorted((a, b) => b.shared - a.shared)
      .map(({ id }) => id);
  }
}

function runsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const runs = new Set<string>();
  const last = Math.max(1, words.length - runLength + 1);
  for (let at = 0; at < last; at += 1) runs.add(words.slice(at, at + runLength).join(" "));
  return runs;
}
