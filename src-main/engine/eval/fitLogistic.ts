/** One example: what is known of it, whether it is positive, and how much it counts. */
export interface Example {
  readonly features: readonly number[];
  readonly positive: boolean;
  readonly weight: number;
}

export interface LogisticFit {
  readonly bias: number;
  readonly weights: readonly number[];
}

/**
 * Logistic regression with a little ridge and weights of 0 or more: every feature is meant to speak
 * for an answer, and one that would count against it only mirrors another. Adam on standardised
 * features; the result is for the raw ones.
 */
export function fitLogistic(
  examples: readonly Example[],
  options: { steps?: number; ridge?: number } = {},
): LogisticFit {
  const size = examples[0]?.features.length ?? 0;
  const ridge = options.ridge ?? 1e-3;
  const means = Array.from({ length: size }, (_, j) =>
    mean(examples.map((e) => e.features[j] ?? 0)),
  );
  const spreads = means.map(
    (centre, j) => Math.sqrt(mean(examples.map((e) => ((e.features[j] ?? 0) - centre) ** 2))) || 1,
  );
  const total = examples.reduce((sum, example) => sum + example.weight, 0);
  const rows = examples.map((example) => ({
    values: example.features.map((value, j) => (value - (means[j] ?? 0)) / (spreads[j] ?? 1)),
    target: example.positive ? 1 : 0,
    share: example.weight / total,
  }));
  // The last parameter is the bias.
  const parameters = new Float64Array(size + 1);
  const first = new Float64Array(size + 1);
  const second = new Float64Array(size + 1);
  for (let step = 1; step <= (options.steps ?? 1_000); step += 1) {
    const gradient = new Float64Array(size + 1);
    for (const { values, target, share } of rows) {
      let sum = parameters[size] ?? 0;
      for (let j = 0; j < size; j += 1) sum += (parameters[j] ?? 0) * (values[j] ?? 0);
      const error = (sigmoid(sum) - target) * share;
      for (let j = 0; j < size; j += 1) gradient[j] = (gradient[j] ?? 0) + error * (values[j] ?? 0);
      gradient[size] = (gradient[size] ?? 0) + error;
    }
    for (let j = 0; j <= size; j += 1) {
      const slope = (gradient[j] ?? 0) + (j < size ? ridge * (parameters[j] ?? 0) : 0);
      first[j] = 0.9 * (first[j] ?? 0) + 0.1 * slope;
      second[j] = 0.999 * (second[j] ?? 0) + 0.001 * slope * slope;
      const speed = (first[j] ?? 0) / (1 - 0.9 ** step);
      const size2 = Math.sqrt((second[j] ?? 0) / (1 - 0.999 ** step)) + 1e-9;
      const next = (parameters[j] ?? 0) - (0.02 * speed) / size2;
      parameters[j] = j < size ? Math.max(0, next) : next;
    }
  }
  const weights = means.map((_, j) => (parameters[j] ?? 0) / (spreads[j] ?? 1));
  const shift = weights.reduce((sum, weight, j) => sum + weight * (means[j] ?? 0), 0);
  return { bias: (parameters[size] ?? 0) - shift, weights };
}

export function scoreOf(fit: LogisticFit, features: readonly number[]): number {
  return sigmoid(fit.weights.reduce((sum, w, j) => sum + w * (features[j] ?? 0), fit.bias));
}

/** Chance that a random positive scores above a random negative; equal scores count by half. */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const sorted = Float64Array.from(negatives).sort();
  let wins = 0;
  for (const score of positives) {
    wins += (countBelow(sorted, score, false) + countBelow(sorted, score, true)) / 2;
  }
  return wins / (positives.length * negatives.length);
}

/** How many of the ascending values are below a score, or not above it. */
function countBelow(sorted: Float64Array, score: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] ?? 0;
    if (value < score || (orEqual && value === score)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
