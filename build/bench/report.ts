import type { Reach } from "./Row.ts";
import type { Pair, RatioSummary, Verdict } from "./statistics.ts";

/** A measured row. */
export interface RowResult {
  key: string;
  name: string;
  unit: string;
  reach: Reach;
  ratio: RatioSummary;
  verdict: Verdict;
  pairs: Pair[];
  /** Medians of each side alone, in `unit`. */
  ours: number;
  theirs: number;
  notes: string;
}

/** A row that could not be measured. */
export interface RowFailure {
  key: string;
  name: string;
  error: string;
}

/** What `--json` prints. */
export interface ComparisonReport {
  /** The load average is that of the minute before. */
  machine: { cpu: string; threads: number; loadAverage: number };
  /** First 16 digits of the SHA-256 of the source that llama.cpp's programs are built from. */
  bundle: string;
  chatModel: string;
  embeddingModel: string;
  /** The CPU variants of the library that each side was seen to have loaded. */
  variants: { ours: string[]; theirs: string[] };
  rows: RowResult[];
  failed: RowFailure[];
}

/** "≥ 0.95", "≤ 0.1", "within 0.03 of decode" */
export function formatReach(reach: Reach): string {
  if (reach.kind === "at-least") return `≥ ${reach.value}`;
  if (reach.kind === "at-most") return `≤ ${reach.value}`;
  return `within ${reach.value} of ${reach.of}`;
}

/** "0.967 [0.82–1.11] n=8" */
export function formatRatio({ median, low, high, n }: RatioSummary): string {
  return `${digits(median)} [${digits(low)}–${digits(high)}] n=${n}`;
}

/** The report as a Markdown table that is also easy to read as it is. */
export function formatReport(report: ComparisonReport): string {
  const { machine, variants } = report;
  const rows = report.rows.map((row) => [
    row.name,
    formatReach(row.reach),
    formatRatio(row.ratio),
    row.verdict,
    `${digits(row.ours)} ${row.unit}`,
    `${digits(row.theirs)} ${row.unit}`,
    row.notes,
  ]);
  const lines = [
    `${machine.cpu}, ${machine.threads} threads, load before ${machine.loadAverage.toFixed(2)}`,
    `Library variant: ours ${list(variants.ours)}, theirs ${list(variants.theirs)}`,
    "",
    ...markdownTable([
      ["Row", "Reach", "Ours ÷ theirs", "Verdict", "Ours", "Theirs", "Notes"],
      ...rows,
    ]),
    ...report.failed.map(({ name, error }) => `\nNot measured: ${name}: ${error}`),
  ];
  return `${lines.join("\n")}\n`;
}

function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(3, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[], fill = " "): string =>
    `| ${widths.map((width, at) => (cells[at] ?? "").padEnd(width, fill)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line([], "-"), ...body.map((cells) => line(cells))];
}

/** Three digits that count. */
function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "not seen" : names.join(", ");
}
