/** Negative log probability of a token by a row of predictions, in nats. */
export function tokenLoss(row: Float32Array, token: number): number {
  const greatest = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const value of row) sum += Math.exp(value - greatest);
  return greatest + Math.log(sum) - (row[token] ?? Number.NEGATIVE_INFINITY);
}
