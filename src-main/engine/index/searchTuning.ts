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

/** Measures one setting. @returns recall at ten, 0 to 1 */
export type MeasureRecall = (setting: SearchSetting) => Promise<number>;

const candidateSteps = [30, 60, 100, 200, 400, 800] as const;

/**
 * The cheapest setting that reaches a recall. First the fewest candidates with all partitions looked
 * through, since those cost most; then the fewest partitions that still do. Where nothing reaches it,
 * the setting that looks at most.
 */
export async function chooseSetting(
  partitions: number,
  target: number,
  measure: MeasureRecall,
): Promise<SearchSetting & { recall: number }> {
  let best = { nprobes: partitions, candidates: candidateSteps[0] as number, recall: 0 };
  for (const candidates of candidateSteps) {
    const recall = await measure({ nprobes: partitions, candidates });
    best = { nprobes: partitions, candidates, recall };
    if (recall >= target) break;
  }
  if (best.recall < target) return best;
  for (const nprobes of probeSteps(partitions)) {
    const recall = await measure({ nprobes, candidates: best.candidates });
    if (recall >= target) return { nprobes, candidates: best.candidates, recall };
  }
  return best;
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
