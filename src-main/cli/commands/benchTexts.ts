/** Common words that most tokenizers hold as one token each, with the blank before them. */
const words =
  "the house water time people day world life hand part place case week company system program " +
  "question work government number night point home room mother area money story fact month lot " +
  "right study book eye job word business issue side kind head service friend father power hour " +
  "game line end member law car city community name president team minute idea body information " +
  "back parent face others level office door health person art war history party result change " +
  "morning reason research girl guy moment air teacher force education";
const vocabulary = words.split(" ");

/** Numbers from 0 to 1 that look random and are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many words, other ones for each seed; about one token each. */
export function wordText(count: number, seed: number): string {
  const random = seededRandom(seed);
  return Array.from(
    { length: count },
    () => vocabulary[Math.floor(random() * vocabulary.length)] ?? "the",
  ).join(" ");
}
