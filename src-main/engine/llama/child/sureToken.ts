/** Further below the greatest logit than this, a whole vocabulary together adds under two hundredths. */
const negligible = 16;

/**
 * The likeliest token of a row of logits, or null where its probability is below the given one.
 * Looks at exponentials only where they matter: this runs for each token that is guessed.
 */
export function sureToken(logits: Float32Array, leastProbability: number): number | null {
  let token = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < logits.length; index++) {
    const logit = logits[index] ?? Number.NEGATIVE_INFINITY;
    if (logit > most) {
      most = logit;
      token = index;
    }
  }
  if (token < 0) return null;
  const mostSum = 1 / leastProbability;
  const floor = most - negligible;
  let sum = 0;
  for (const logit of logits) {
    if (logit < floor) continue;
    sum += Math.exp(logit - most);
    if (sum > mostSum) return null;
  }
  return token;
}
