/** How one prediction differs from the same one made more exactly. */
export interface LogitDifference {
  readonly sameTop: boolean;
  /** Kullback-Leibler divergence of the less exact from the exact prediction, in nats. */
  readonly divergence: number;
  /** Negative log probability of the token that really came next, in nats. */
  readonly exactLoss: number;
  readonly otherLoss: number;
}

/** Compares two rows of logits over the same vocabulary. */
export function compareLogits(
  exact: Float32Array,
  other: Float32Array,
  next: number,
): LogitDifference {
  const exactTop = argMax(exact);
  const otherTop = argMax(other);
  const exactNormal = logSum(exact, at(exact, exactTop));
  const otherNormal = logSum(other, at(other, otherTop));
  let divergence = 0;
  for (let token = 0; token < exact.length; token++) {
    const logP = at(exact, token) - exactNormal;
    // What is as good as impossible adds nothing but rounding.
    if (logP < -20) continue;
    divergence += Math.exp(logP) * (logP - (at(other, token) - otherNormal));
  }
  return {
    sameTop: exactTop === otherTop,
    divergence: Math.max(0, divergence),
    exactLoss: exactNormal - at(exact, next),
    otherLoss: otherNormal - at(other, next),
  };
}

function at(row: Float32Array, index: number): number {
  return row[index] ?? Number.NEGATIVE_INFINITY;
}

function argMax(row: Float32Array): number {
  let best = 0;
  for (let index = 1; index < row.length; index++) if (at(row, index) > at(row, best)) best = index;
  return best;
}

/** Logarithm of the sum of all exponentials, without overflow. */
function logSum(row: Float32Array, greatest: number): number {
  let sum = 0;
  for (const value of row) sum += Math.exp(value - greatest);
  return greatest + Math.log(sum);
}
