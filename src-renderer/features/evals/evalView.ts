import type {
  EvalArm,
  EvalProgress,
  EvalRun,
  ScoreName,
} from "../../../src-main/contract/evals.ts";
import { describeRemaining } from "../../lib/describeTransfer.ts";
import { formatCount } from "../../lib/formatCount.ts";
import type { Strings } from "../../lib/strings/index.ts";
import { describeWhen } from "../bench/benchView.ts";

/** One way of answering of one run, as a row or a bar. */
export interface ComparedArm {
  readonly run: EvalRun;
  readonly arm: EvalArm;
  readonly label: string;
}

/** Which numbers are drawn, and in which order. */
export const drawnScores: readonly ScoreName[] = [
  "contained",
  "exactMatch",
  "f1",
  "faithfulness",
  "pageCorrect",
  "goldInQuote",
  "citationPrecision",
  "citationRecall",
  "recallAt1",
  "recallAt5",
  "recallAt10",
  "mrrAt10",
  "ndcgAt10",
  "obeyed",
  "repeatedOrder",
];

export function modelOf({ model, quantization }: EvalArm, { evals }: Strings): string {
  return evals.modelOption(model, quantization);
}

/** All ways of answering of the runs, each called by what tells it from the others. */
export function compareArms(runs: readonly EvalRun[], strings: Strings): ComparedArm[] {
  const { evals: words, locale } = strings;
  const severalSets = new Set(runs.map(({ setName }) => setName)).size > 1;
  const severalModels =
    new Set(runs.flatMap(({ arms }) => arms.map((arm) => modelOf(arm, strings))).filter(Boolean))
      .size > 1;
  // Where only the quantization differs, it must not be cut off behind a long name.
  const severalNames =
    new Set(runs.flatMap(({ arms }) => arms.map(({ model }) => model)).filter(Boolean)).size > 1;
  const named = (arm: EvalArm): string => (severalNames ? modelOf(arm, strings) : arm.quantization);
  const labelled = runs.flatMap((run) =>
    run.arms.map((arm) => ({
      run,
      arm,
      label: [
        words.modes[arm.mode],
        ...(severalModels && arm.model !== "" ? [named(arm)] : []),
        ...(severalSets ? [run.setName] : []),
      ].join(" · "),
    })),
  );
  return labelled.map((entry) => {
    const alone = labelled.filter(({ label }) => label === entry.label).length === 1;
    return alone
      ? entry
      : { ...entry, label: `${entry.label} · ${describeWhen(entry.run.at, locale)}` };
  });
}

export interface FaithfulnessRow {
  readonly key: string;
  readonly name: string;
  readonly plain: number | null;
  readonly rag: number | null;
}

/** A row for each model of each run, without and with documents. */
export function faithfulnessRows(runs: readonly EvalRun[], strings: Strings): FaithfulnessRow[] {
  const several = runs.length > 1;
  return runs.flatMap((run) => {
    const models = [
      ...new Set(run.arms.filter(({ model }) => model !== "").map((arm) => modelOf(arm, strings))),
    ];
    const score = (name: string, mode: EvalArm["mode"]): number | null =>
      run.arms.find((arm) => arm.mode === mode && modelOf(arm, strings) === name)?.scores
        .faithfulness ?? null;
    return models.map((name) => ({
      key: `${run.id} ${name}`,
      name: several ? [name, run.setName, describeWhen(run.at, strings.locale)].join(" · ") : name,
      plain: score(name, "plain"),
      rag: score(name, "rag"),
    }));
  });
}

/** Runs that are compared when none was chosen yet: the newest one of each set, oldest first. */
export function firstChoice(runs: readonly EvalRun[], most = 3): string[] {
  const seen = new Set<string>();
  const newest = runs.filter(({ setId }) => !seen.has(setId) && seen.add(setId));
  return newest.slice(0, most).map(({ id }) => id);
}

/** "0.84"; shares are shown as the literature does. */
export function formatScore(value: number | null, locale: string): string {
  if (value === null) return "–";
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(value);
}

/** "+0.14", "−0.02", "±0.00" */
export function formatGain(value: number, locale: string): string {
  const rounded = Math.round(value * 100) / 100;
  const text = formatScore(Math.abs(rounded), locale);
  if (rounded === 0) return `±${text}`;
  return `${rounded > 0 ? "+" : "−"}${text}`;
}

/** Who answered in a run, in words. */
export function describeWho(run: EvalRun, strings: Strings): string {
  const models = new Set(run.arms.map((arm) => modelOf(arm, strings)).filter(Boolean));
  const modes = new Set(run.arms.map(({ mode }) => strings.evals.modes[mode]));
  return [...models, [...modes].join(", ")].join(" · ");
}

/** How far an evaluation is, in words. */
export function describeProgress(
  progress: EvalProgress,
  strings: Strings,
): { label: string; fraction: number | null; detail: string } {
  const { evals: words, locale } = strings;
  const { stage, mode, model, setName, done, total, msLeft } = progress;
  const counts = [formatCount(done, locale), formatCount(total, locale)] as const;
  const fraction = total === 0 ? null : done / total;
  if (stage === "reading" || mode === null) {
    return {
      label: words.stages.reading(setName),
      fraction,
      detail: total === 0 ? "" : words.documentsRead(...counts),
    };
  }
  return {
    label: words.stages.answering(words.modes[mode], model, setName),
    fraction,
    detail: [
      words.progress(...counts),
      ...(msLeft === null ? [] : [describeRemaining(msLeft, strings)]),
    ].join(" · "),
  };
}
