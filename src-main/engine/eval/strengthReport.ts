import type { Declined, StrengthReport } from "../../contract/abstentionEval.ts";
import type { CaseKind } from "./fitEvidenceModels.ts";
import { auroc } from "./fitLogistic.ts";

/** Evidence strength of the questions of each kind. */
export type Strengths = Readonly<Record<Exclude<CaseKind, "near">, readonly number[]>>;

const curvePoints = 20;
const wronglyDeclined = 0.1;

export function strengthReport(strengths: Strengths): StrengthReport {
  const { answerable, removed, elsewhere } = strengths;
  return {
    questions: {
      answerable: answerable.length,
      removed: removed.length,
      elsewhere: elsewhere.length,
    },
    auroc: {
      removed: auroc(answerable, removed),
      elsewhere: elsewhere.length > 0 ? auroc(answerable, elsewhere) : null,
    },
    atTenPercent: declinedAt(tenPercentThreshold(answerable), strengths),
    curve: Array.from({ length: curvePoints + 1 }, (_, at) =>
      declinedAt(at / curvePoints, strengths),
    ),
  };
}

export function declinedAt(threshold: number, strengths: Strengths): Declined {
  const share = (values: readonly number[]): number =>
    values.filter((value) => value < threshold).length / Math.max(1, values.length);
  return {
    threshold,
    answerable: share(strengths.answerable),
    removed: share(strengths.removed),
    elsewhere: strengths.elsewhere.length > 0 ? share(strengths.elsewhere) : null,
  };
}

/** The threshold below which at most one in ten of the answerable questions lies. */
export function tenPercentThreshold(answerable: readonly number[]): number {
  const sorted = answerable.toSorted((a, b) => a - b);
  return sorted[Math.floor(wronglyDeclined * sorted.length)] ?? 0;
}
