import type { BenchMeasure, BenchProgress, BenchRun } from "../../../src-main/contract/bench.ts";
import { describeRemaining } from "../../lib/describeTransfer.ts";
import { formatCompactCount } from "../../lib/formatCount.ts";
import { formatRate } from "../../lib/formatRate.ts";
import type { Strings } from "../../lib/strings/index.ts";
import { describeDevice } from "../activity/describeDevice.ts";

/** One test, told apart from the others: "prefill", "decode", "chats-4". */
export type TestKey = string;

export function testKey({ test, chats }: Pick<BenchMeasure, "test" | "chats">): TestKey {
  return test === "chats" ? `chats-${chats}` : test;
}

export function measureOf(run: BenchRun, key: TestKey): BenchMeasure | undefined {
  return run.measures.find((measure) => testKey(measure) === key);
}

/** A bar of the comparison. */
export interface Bar {
  readonly run: BenchRun;
  /** What tells the run from the others. */
  readonly label: RunLabel;
  /** Undefined where this run has not measured it. */
  readonly measure: BenchMeasure | undefined;
  /** Its length and the ends of its range, as shares of the longest in the group. */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** Against the first run: 0.18 is 18 % faster. Undefined for the first run itself. */
  readonly difference: number | undefined;
  readonly fastest: boolean;
}

export interface TestKind {
  readonly key: TestKey;
  readonly test: BenchMeasure["test"];
  readonly chats: number;
  readonly tokens: number;
}

/** All tests that any of the runs has, in the order in which they were made. */
export function testsOf(runs: readonly BenchRun[]): TestKind[] {
  const kinds = new Map<TestKey, TestKind>();
  for (const run of runs) {
    for (const measure of run.measures) {
      const key = testKey(measure);
      const { test, chats, tokens } = measure;
      if (!kinds.has(key)) kinds.set(key, { key, test, chats, tokens });
    }
  }
  return [...kinds.values()];
}

export interface BarGroup extends TestKind {
  readonly bars: readonly Bar[];
}

/** All tests of the runs, each with a bar for each run. The order of the runs is kept. */
export function compareRuns(runs: readonly BenchRun[], strings: Strings): BarGroup[] {
  const labels = labelRuns(runs, strings);
  return testsOf(runs).map(({ key, test, chats, tokens }) => {
    const measures = runs.map((run) => measureOf(run, key));
    const longest = Math.max(...measures.flatMap((measure) => measure?.samples ?? []), 0);
    const best = Math.max(...measures.map((measure) => measure?.tokensPerSecond ?? 0));
    const first = measures[0]?.tokensPerSecond;
    return {
      key,
      test,
      chats,
      tokens,
      bars: runs.map((run, at) => {
        const measure = measures[at];
        const rate = measure?.tokensPerSecond ?? 0;
        const share = (value: number): number => (longest > 0 ? value / longest : 0);
        return {
          run,
          label: labels[at] ?? { model: "", rest: "" },
          measure,
          share: share(rate),
          low: share(Math.min(...(measure?.samples ?? [0]))),
          high: share(Math.max(...(measure?.samples ?? [0]))),
          difference:
            at > 0 && measure && first !== undefined && first > 0 ? rate / first - 1 : undefined,
          fastest: runs.length > 1 && measure !== undefined && rate === best,
        };
      }),
    };
  });
}

/** Runs that are compared when none was chosen yet: the newest few, oldest first. */
export function firstChoice(runs: readonly BenchRun[], most = 4): string[] {
  return runs.slice(0, most).map((run) => run.id);
}

export function nameOf(run: Pick<BenchRun, "model" | "quantization">, strings: Strings): string {
  return strings.bench.modelOption(run.model, run.quantization);
}

/** What a run's numbers depend on beside the model: "CPU · 2 threads · 8.2k context". */
export function describeSettings(run: BenchRun, strings: Strings): string {
  const { bench: words, app, locale } = strings;
  const device =
    run.gpuLayers > 0
      ? `${describeDevice(run.device)}, ${words.gpuLayers(String(run.gpuLayers))}`
      : describeDevice(run.device);
  return [
    device,
    app.threads(run.threads),
    words.contextOf(formatCompactCount(run.contextTokens, locale)),
    ...(run.kvType === null ? [] : [words.kv(run.kvType)]),
  ].join(" · ");
}

/** What a run is called among others. The model may be cut short where room is, the rest never. */
export interface RunLabel {
  /** "" where all are of one model. */
  readonly model: string;
  readonly rest: string;
}

/**
 * What tells the runs apart, as short as it can be: always the quantization, and of model, device,
 * threads, context and KV type only what is known to differ; the time where that is not enough.
 */
export function labelRuns(runs: readonly BenchRun[], strings: Strings): RunLabel[] {
  const { bench: words, app, locale } = strings;
  const facts: ((run: BenchRun) => string)[] = [
    (run) => describeDevice(run.device),
    (run) => app.threads(run.threads),
    (run) => words.contextOf(formatCompactCount(run.contextTokens, locale)),
    (run) => (run.kvType === null ? "" : words.kv(run.kvType)),
  ];
  const differs = (fact: (run: BenchRun) => string): boolean =>
    new Set(runs.map(fact).filter((part) => part !== "")).size > 1;
  const telling = facts.filter(differs);
  const severalModels = differs((run) => run.model);
  const labels = runs.map((run) => ({
    model: severalModels ? run.model : "",
    rest: [run.quantization, ...telling.map((fact) => fact(run))]
      .filter((part) => part !== "")
      .join(" · "),
  }));
  return labels.map((label, at) => {
    const run = runs[at];
    const alone =
      labels.filter((other) => other.model === label.model && other.rest === label.rest).length ===
      1;
    return alone || !run
      ? label
      : { ...label, rest: `${label.rest} · ${describeWhen(run.at, locale)}` };
  });
}

/** A label as one text. */
export function joinLabel({ model, rest }: RunLabel): string {
  return model === "" ? rest : `${model} · ${rest}`;
}

/** "Nov 24, 02:14" in the user's own time. */
export function describeWhen(at: number, locale: string, now = new Date()): string {
  const date = new Date(at);
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    ...(date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(date);
}

/** A rate in a table whose caption says the unit: one decimal below a hundred. */
export function formatTableRate(rate: number, locale: string): string {
  const digits = rate < 100 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(rate);
}

/** "+18 %", "−4 %"; "±0 %" where it rounds to nothing. */
export function formatDifference(difference: number, locale: string): string {
  const rounded = Math.round(difference * 100) / 100;
  if (rounded === 0) return `±${new Intl.NumberFormat(locale, { style: "percent" }).format(0)}`;
  const text = new Intl.NumberFormat(locale, { style: "percent", signDisplay: "always" });
  // A minus as wide as the plus above it.
  return text.format(rounded).replace("-", "−");
}

export interface ProgressLine {
  readonly label: string;
  /** Null while the model loads: how long that takes is not known here. */
  readonly fraction: number | null;
  readonly detail: string;
}

/** How far a benchmark is, in words. */
export function describeProgress(
  progress: BenchProgress,
  strings: Strings,
  now: number = Date.now(),
): ProgressLine {
  const { bench: words, locale } = strings;
  const { stage, chats, repeat, repeats, fraction, model } = progress;
  const label =
    stage === "chats" && chats > 1 ? words.stageChats(model, chats) : words.stages[stage](model);
  const measuring = stage !== "loading" && stage !== "warming-up";
  const found = progress.measures
    .filter((measure) => measure.test !== "chats")
    .map(
      (measure) =>
        `${measure.test === "prefill" ? words.columns.prefill : words.columns.decode} ${formatRate(measure.tokensPerSecond, "tok", locale)}`,
    );
  const elapsedMs = now - progress.startedAt;
  return {
    label,
    fraction: measuring ? fraction : null,
    detail: [
      measuring ? words.repeat(repeat, repeats) : words.preparing,
      ...found,
      // Before a tenth is done a guess would only jump.
      ...(fraction > 0.1
        ? [describeRemaining((elapsedMs * (1 - fraction)) / fraction, strings)]
        : []),
    ].join(" · "),
  };
}
