import { z } from "zod";

/** How an approximate index is searched, and what that was found to be worth. */
export const searchTuningSchema = z.object({
  /** Rows of the table when this was measured. */
  rows: z.number().int().positive(),
  bits: z.number().int().positive(),
  /** Partitions that are looked through. */
  nprobes: z.number().int().positive(),
  /** Rows that are compared by their whole vectors in the end. */
  candidates: z.number().int().positive(),
  /** Share of the ten true nearest that was found, on average. */
  recall: z.number().min(0).max(1),
});

export type SearchTuning = z.infer<typeof searchTuningSchema>;
export type SearchSetting = Pick<SearchTuning, "nprobes" | "candidates">;

/** Measures one setting. @returns the recall of each sampled question, 0 to 1 */
export type MeasureRecall = (setting: SearchSetting) => Promise<readonly number[]>;

const candidateSteps = [50, 300, 500, 800, 1600] as const;

/** How many standard errors a mean has to lie above the target: a sample may have been lucky. */
const doubt = 2;

/**
 * The cheapest setting that surely reaches a recall. First the fewest candidates with all partitions looked
 * through, since those cost most; then the fewest partitions that still do. Where nothing reaches it,
 * the setting that looks at most.
 */
export async function chooseSetting(
  partitions: number,
  target: number,
  measure: MeasureRecall,
): Promise<SearchSetting & { recall: number }> {
  let best = { nprobes: partitions, candidates: candidateSteps[0] as number, recall: 0 };
  let reached = false;
  for (const candidates of candidateSteps) {
    const recalls = await measure({ nprobes: partitions, candidates });
    best = { nprobes: partitions, candidates, recall: meanOf(recalls) };
    reached = surelyReaches(recalls, target);
    if (reached) break;
  }
  if (!reached) return best;
  for (const nprobes of probeSteps(partitions)) {
    const recalls = await measure({ nprobes, candidates: best.candidates });
    if (surelyReaches(recalls, target)) {
      return { nprobes, candidates: best.candidates, recall: meanOf(recalls) };
    }
  }
  return best;
}

function surelyReaches(recalls: readonly number[], target: number): boolean {
  const mean = meanOf(recalls);
  const squares = recalls.reduce((sum, recall) => sum + (recall - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / Math.max(1, recalls.length - 1) / recalls.length);
  return mean - doubt * standardError >= target;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Doubling, and less than all. */
function probeSteps(partitions: number): number[] {
  const steps: number[] = [];
  for (let probes = 4; probes < partitions; probes *= 2) steps.push(probes);
  return steps;
}

/**
 * Share of the true nearest that a search found. By distance, so that of rows that are equally near
 * any will do.
 * @param exact distances of the true nearest, ascending
 */
export function recallOf(exact: readonly number[], found: readonly number[]): number {
  const farthest = exact.at(-1);
  if (farthest === undefined) return 1;
  const tolerance = 1e-5;
  const right = found.filter((distance) => distance <= farthest + tolerance).length;
  return Math.min(1, right / exact.length);
}
