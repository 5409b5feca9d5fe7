/** Plain words of one token each in most vocabularies. */
const words =
  "the river runs past an old house where people meet in the evening and talk about the weather of the day while a small dog sleeps near the open door and somebody reads a long letter from a friend who lives far away in a city by the sea".split(
    " ",
  );

/** A counter of Park and Miller: the same seed gives the same text on every machine. */
function* numbers(seed: number): Generator<number, never> {
  let state = (seed % 2_147_483_646) + 1;
  for (;;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state;
  }
}

/** So many words in an order that depends on the seed from the first word on. */
export function wordsOf(seed: number, count: number): string {
  const next = numbers(seed);
  const chosen = Array.from({ length: count }, () => words[next.next().value % words.length] ?? "");
  return `${seed}. ${chosen.join(" ")}`;
}

/**
 * A text of `tokens` tokens or at most {@link slackTokens} fewer, never more. Texts of different seeds
 * differ from their first token on, so that nothing of one is reused for another.
 *
 * @param countTokens how many tokens the model makes of a text
 */
export async function textOf(
  seed: number,
  tokens: number,
  countTokens: (text: string) => Promise<number>,
): Promise<string> {
  let count = tokens;
  let best = "";
  for (let tries = 0; tries < maxTries; tries++) {
    const text = wordsOf(seed, count);
    const got = await countTokens(text);
    if (got <= tokens) best = text;
    if (got <= tokens && got >= tokens - slackTokens) return text;
    count = Math.max(1, count + Math.round((tokens - slackTokens / 2 - got) * (count / got)));
  }
  return best;
}

const slackTokens = 4;
const maxTries = 12;

/** What each chat of a benchmark is asked to go on with. */
export function storyOf(seed: number): string {
  return `Story number ${seed}. Once upon a time there was a lighthouse by the sea, and in it`;
}
