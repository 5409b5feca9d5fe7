import type { AbstentionEval, RewritingRow } from "../../contract/abstentionEval.ts";
import type { Evidence } from "../rag/evidence/gradeEvidence.ts";
import { declineBelow } from "../rag/evidence/strengthModel.ts";
import {
  fitEvidenceModels,
  fittedStrength,
  type CaseKind,
  type GradedCase,
} from "./fitEvidenceModels.ts";
import { gradeCases, type GradeCasesOptions } from "./gradeCases.ts";
import { pairedBootstrap } from "./bootstrap.ts";
import type { BeirDataset } from "./loadBeir.ts";
import { mean } from "./metrics.ts";
import {
  declinedAt,
  strengthReport,
  tenPercentThreshold,
  type Strengths,
} from "./strengthReport.ts";
import { unanswerable } from "./unanswerable.ts";

export interface EvaluateAbstentionOptions extends Omit<GradeCasesOptions, "elsewhere"> {
  /** Another collection, whose questions this one does not answer. */
  readonly other?: BeirDataset;
}

/**
 * Measures when the product says that documents do not answer: with the weights that it has, and with
 * weights and threshold from one half of the articles on the questions of the other.
 *
 * @throws HearthError `bad-input` for a collection with nothing to measure, `cancelled`
 */
export async function evaluateAbstention(
  options: EvaluateAbstentionOptions,
): Promise<AbstentionEval> {
  const { dataset, other, ...rest } = options;
  const cases = await gradeCases({
    ...rest,
    dataset,
    elsewhere: [
      { source: "made up", questions: unanswerable },
      ...(other ? [{ source: other.name, questions: other.queries.map(({ text }) => text) }] : []),
    ],
  });
  const shipped = strengthsOf(cases, ({ evidence }) => evidence.strength);
  const elsewhere = cases.filter(({ kind }) => kind === "elsewhere");
  return {
    dataset: dataset.name,
    documents: dataset.documents.length,
    shipped: { ...strengthReport(shipped), atThreshold: declinedAt(declineBelow, shipped) },
    halves: ([0, 1] as const).flatMap((half) => reportHalf(cases, half)),
    rewriting: compareRewriting(cases),
    sources: [...Map.groupBy(elsewhere, ({ source }) => source)].map(([source, own]) => ({
      source,
      questions: own.length,
      declined: own.filter(({ evidence }) => evidence.strength < declineBelow).length / own.length,
    })),
  };
}

function reportHalf(cases: readonly GradedCase[], half: 0 | 1): AbstentionEval["halves"] {
  const own = cases.filter((one) => one.half === half);
  const rest = cases.filter((one) => one.half !== half);
  // A collection of one article cannot be parted.
  if (![own, rest].every((some) => some.some(({ kind }) => kind === "answerable"))) return [];
  const fit = fitEvidenceModels(own);
  const strength = (one: GradedCase): number => fittedStrength(fit, one);
  const chosen = tenPercentThreshold(strengthsOf(own, strength).answerable);
  const measured = strengthsOf(rest, strength);
  return [{ ...strengthReport(measured), fittedOn: half, atChosen: declinedAt(chosen, measured) }];
}

function compareRewriting(cases: readonly GradedCase[]): RewritingRow[] {
  const declines = ({ evidence }: GradedCase): boolean =>
    evidence.strength < declineBelow || evidence.sentences.length === 0;
  const quotes = ({ holdsAnswer }: GradedCase, { quote }: Evidence, declined: boolean): boolean =>
    !declined && quote !== null && holdsAnswer(quote);
  const row = (
    of: RewritingRow["of"],
    kind: CaseKind,
    shares: (one: GradedCase) => [before: boolean, after: boolean],
  ): RewritingRow[] => {
    const pairs = cases.filter((one) => one.kind === kind).map(shares);
    if (pairs.length === 0) return [];
    const [before, after] = [
      pairs.map(([one]) => Number(one)),
      pairs.map(([, one]) => Number(one)),
    ];
    return [
      {
        of,
        questions: pairs.length,
        without: mean(before),
        with: mean(after),
        difference: pairedBootstrap(after, before),
      },
    ];
  };
  const declined = (one: GradedCase): [boolean, boolean] => [declines(one), one.tried.declined];
  return [
    ...row("answerable declined", "answerable", declined),
    ...row("answerable quoted", "answerable", (one) => [
      quotes(one, one.evidence, declines(one)),
      quotes(one, one.tried.evidence, one.tried.declined),
    ]),
    ...row("removed declined", "removed", declined),
    ...row("elsewhere declined", "elsewhere", declined),
  ];
}

function strengthsOf(
  cases: readonly GradedCase[],
  strength: (one: GradedCase) => number,
): Strengths {
  const of = (kind: CaseKind): number[] => cases.filter((one) => one.kind === kind).map(strength);
  return { answerable: of("answerable"), removed: of("removed"), elsewhere: of("elsewhere") };
}
