import type { QuantBenchProgress, QuantRun } from "../../../src-main/contract/quantBench.ts";
import type { Point } from "../../../src-main/contract/quantChart.ts";
import { describeRemaining } from "../../lib/describeTransfer.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { formatRate } from "../../lib/formatRate.ts";
import type { Strings } from "../../lib/strings/index.ts";

export type VerdictKind = "finest" | "sparing" | "fastest" | "smallest";

export interface Verdict {
  readonly kind: VerdictKind;
  readonly point: Point;
}

/** What can be said of a choice among files of one model. Nothing where there is only one. */
export function verdictsOf(points: readonly Point[]): Verdict[] {
  const [first] = points;
  if (!first || points.length < 2 || points.some(({ model }) => model !== first.model)) return [];
  const least = (some: readonly Point[], value: (point: Point) => number): Point | undefined =>
    some.toSorted((one, other) => value(one) - value(other))[0];
  const found: readonly (readonly [VerdictKind, Point | undefined])[] = [
    ["finest", points.find(({ finest }) => finest)],
    [
      "sparing",
      least(
        points.filter(({ keeps }) => keeps),
        ({ memory }) => memory,
      ),
    ],
    ["fastest", least(points, ({ rate }) => -rate)],
    ["smallest", least(points, ({ memory }) => memory)],
  ];
  return found.flatMap(([kind, point]) => (point ? [{ kind, point }] : []));
}

/** One verdict in words and numbers. */
export function describePoint(
  point: Point,
  run: QuantRun,
  { quants: words, locale }: Strings,
): string {
  const memory = formatBytes(point.memory, locale);
  const rate = formatRate(point.rate, "tok", locale);
  if (run.kind === "embedding") {
    return words.verdict.embedding(memory, rate, formatScore(point.quality, locale, 3));
  }
  if (point.finest) return words.verdict.finest(memory, rate);
  return words.verdict.chat(memory, rate, formatChange(-point.quality, locale));
}

/** "+3.2%", "−0.4%", "±0.0%" */
export function formatChange(change: number, locale: string, digits = 1): string {
  const unit = 100 * 10 ** digits;
  const rounded = Math.round(change * unit) / unit;
  const text = new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(Math.abs(rounded));
  return `${rounded === 0 ? "±" : rounded > 0 ? "+" : "−"}${text}`;
}

export function formatScore(value: number | null, locale: string, digits = 2): string {
  if (value === null) return "–";
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** How far a comparison is, in words. */
export function describeProgress(
  progress: QuantBenchProgress,
  strings: Strings,
  now: number = Date.now(),
): { label: string; fraction: number; detail: string } {
  const { quants: words, locale } = strings;
  const { stage, model, quantization, file, files, done, total, fraction, startedAt } = progress;
  const name = `${model} ${quantization}`.trim();
  const counted = stage === "answers" || stage === "documents" || stage === "search";
  return {
    label: words.stages[stage](name),
    fraction,
    detail: [
      ...(stage === "documents" ? [] : [words.fileOf(String(file), String(files))]),
      ...(counted && total > 0
        ? [words.steps(formatCount(done, locale), formatCount(total, locale))]
        : []),
      // Before a tenth is done a guess would only jump.
      ...(fraction > 0.1
        ? [describeRemaining(((now - startedAt) * (1 - fraction)) / fraction, strings)]
        : []),
    ].join(" · "),
  };
}
