import { coverage, stemSet, termsOf, uniqueTerms, type Term } from "../../evidence/terms.ts";

/** Shorter ones are headings and stubs, longer ones tables that were read as one sentence. */
const leastCharacters = 30;
const mostCharacters = 600;

/**
 * The sentences of a text that say most of what it is about, in reading order: those with the words
 * that come again in it, each word counting less once a chosen sentence has it. No model is needed.
 *
 * @param topic words that the sentences should speak of; empty for the text as it is
 */
export function bestSentences<T extends { readonly text: string }>(
  sentences: readonly T[],
  count: number,
  topic: readonly Term[] = [],
): T[] {
  const usable = sentences.filter(
    ({ text }) => text.length >= leastCharacters && text.length <= mostCharacters,
  );
  const pool = usable.length > 0 ? usable : sentences;
  const terms = pool.map(({ text }) => uniqueTerms(termsOf(text)));
  const frequency = new Map<string, number>();
  for (const { stem } of terms.flat()) frequency.set(stem, (frequency.get(stem) ?? 0) + 1);
  const total = terms.flat().length || 1;
  const worth = new Map([...frequency].map(([stem, times]) => [stem, times / total]));
  const about = pool.map(({ text }) => (topic.length === 0 ? 0 : coverage(topic, stemSet(text))));
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, pool.length)) {
    let best = -1;
    let bestScore = -Infinity;
    terms.forEach((own, at) => {
      if (chosen.has(at)) return;
      const weights = own.map(({ stem, weight }) => (worth.get(stem) ?? 0) * weight);
      const mean = weights.reduce((sum, one) => sum + one, 0) / (own.length + 4);
      const score = mean + (about[at] ?? 0);
      if (score > bestScore) [best, bestScore] = [at, score];
    });
    if (best < 0) break;
    chosen.add(best);
    for (const { stem } of terms[best] ?? []) worth.set(stem, (worth.get(stem) ?? 0) / 2);
  }
  return pool.filter((_, at) => chosen.has(at));
}
