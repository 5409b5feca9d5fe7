import type { Agreement } from "../../../contract/evals.ts";

/** How far two judges agree on yes or no, one pair for each case. Without cases the kappa is 0. */
export function agreementOf(pairs: readonly (readonly [boolean, boolean])[]): Agreement {
  const cases = pairs.length;
  const agreed = pairs.filter(([a, b]) => a === b).length;
  if (cases === 0) return { cases, agreed, kappa: 0 };
  const yes = (at: 0 | 1): number => pairs.filter((pair) => pair[at]).length / cases;
  const byChance = yes(0) * yes(1) + (1 - yes(0)) * (1 - yes(1));
  const share = agreed / cases;
  // Both say always the same: nothing is left that chance does not explain.
  return { cases, agreed, kappa: byChance === 1 ? 0 : (share - byChance) / (1 - byChance) };
}
