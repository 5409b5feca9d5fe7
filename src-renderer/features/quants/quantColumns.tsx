import type { ReactNode } from "react";
import { riseOf } from "../../../src-main/contract/quantChart.ts";
import type { EmbedderRow, QuantRow } from "../../../src-main/contract/quantBench.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { formatDuration } from "../../lib/formatDuration.ts";
import type { Strings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import type { TableColumn } from "../../ui/Table.tsx";
import { formatTableRate } from "../bench/benchView.ts";
import { formatChange, formatScore } from "./quantView.ts";
import styles from "./QuantResult.module.css";

type Row = QuantRow | EmbedderRow;

/** Columns of numbers: what is shown, and what is sorted by. */
function numbers<R>(
  columns: readonly (readonly [string, string, (row: R) => number | null, (row: R) => string])[],
): TableColumn<R>[] {
  return columns.map(([id, header, value, text]) => ({
    id,
    header,
    align: "end",
    // What was not measured comes last where the largest is first.
    sortValue: (row) => value(row) ?? Number.NEGATIVE_INFINITY,
    cell: (row): ReactNode => <span className={styles["number"]}>{text(row)}</span>,
  }));
}

function fileColumn<R extends Row>({ quants: words }: Strings): TableColumn<R> {
  return {
    id: "file",
    header: words.columns.file,
    width: "100%",
    sortValue: (row) => `${row.model} ${row.quantization}`,
    cell: (row) => (
      <div className={styles["file"]}>
        {row.model} <strong>{row.quantization}</strong>{" "}
        {row.reference && (
          <span title={words.finestHint}>
            <Badge tone="accent">{words.finest}</Badge>
          </span>
        )}
      </div>
    ),
  };
}

function loadColumns<R extends Row>({ quants: words, locale }: Strings): TableColumn<R>[] {
  const size = (bytes: number | null): string =>
    bytes === null ? "–" : formatBytes(bytes, locale);
  const { columns } = words;
  return numbers<R>([
    ["size", columns.size, (row) => row.bytes, (row) => size(row.bytes)],
    ["memory", columns.memory, (row) => row.peakBytes, (row) => size(row.peakBytes)],
    ["load", columns.load, (row) => row.loadMs, (row) => formatDuration(row.loadMs, locale)],
  ]);
}

export function chatColumns(strings: Strings): TableColumn<QuantRow>[] {
  const { quants: words, locale } = strings;
  const { columns } = words;
  const change = (row: QuantRow): string => {
    if (!row.reading.against) return "–";
    const { rise, error } = riseOf(row);
    return words.plusMinus(formatChange(rise, locale, 2), formatScore(100 * error, locale, 2));
  };
  const sameTop = (row: QuantRow): number | null => row.reading.against?.sameTop ?? null;
  const divergence = (row: QuantRow): number | null => row.reading.against?.divergence ?? null;
  return [
    fileColumn(strings),
    ...loadColumns<QuantRow>(strings),
    ...numbers<QuantRow>([
      [
        "prefill",
        columns.prefill,
        (row) => row.prefill.median,
        (row) => formatTableRate(row.prefill.median, locale),
      ],
      [
        "decode",
        columns.decode,
        (row) => row.decode.median,
        (row) => formatTableRate(row.decode.median, locale),
      ],
      [
        "first",
        columns.firstToken,
        (row) => row.firstTokenMs.median,
        (row) => formatDuration(row.firstTokenMs.median, locale),
      ],
      [
        "perplexity",
        columns.perplexity,
        (row) => row.reading.perplexity,
        ({ reading }) =>
          words.plusMinus(
            formatScore(reading.perplexity, locale),
            formatScore(reading.perplexityError, locale),
          ),
      ],
      ["change", columns.change, (row) => riseOf(row).rise, change],
      [
        "divergence",
        columns.divergence,
        divergence,
        (row) => formatScore(divergence(row), locale, 4),
      ],
      [
        "sameTop",
        columns.sameTop,
        sameTop,
        (row) => {
          const share = sameTop(row);
          return share === null
            ? "–"
            : new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(
                share,
              );
        },
      ],
    ]),
  ];
}

/** What each file answered. */
export function answerColumns(strings: Strings): TableColumn<QuantRow>[] {
  const { quants: words, locale } = strings;
  const { columns } = words;
  const names = [
    ["contained", columns.contained],
    ["f1", columns.f1],
    ["faithfulness", columns.faithfulness],
    ["citationPrecision", columns.citations],
  ] as const;
  const part = (right: number, wrong: number): string =>
    right + wrong === 0
      ? "–"
      : words.ofAll(formatCount(right, locale), formatCount(right + wrong, locale));
  const scores = numbers<QuantRow>([
    ...names.map(
      ([name, title]) =>
        [
          name,
          title,
          (row: QuantRow) => row.answers?.scores[name] ?? null,
          (row: QuantRow) => formatScore(row.answers?.scores[name] ?? null, locale),
        ] as const,
    ),
    [
      "answered",
      columns.answered,
      (row) => row.answers?.abstention.answered ?? null,
      ({ answers }) =>
        answers ? part(answers.abstention.answered, answers.abstention.wronglyDeclined) : "–",
    ],
    [
      "declined",
      columns.declined,
      (row) => row.answers?.abstention.declined ?? null,
      ({ answers }) =>
        answers ? part(answers.abstention.declined, answers.abstention.wronglyAnswered) : "–",
    ],
    [
      "time",
      columns.answerTime,
      (row) => row.answers?.medianMs ?? null,
      ({ answers }) => (answers ? formatDuration(answers.medianMs, locale) : "–"),
    ],
  ]);
  return [fileColumn(strings), ...scores];
}

export function embedderColumns(strings: Strings): TableColumn<EmbedderRow>[] {
  const { quants: words, locale } = strings;
  const { columns } = words;
  const score = (value: number | null, digits = 3): string => formatScore(value, locale, digits);
  return [
    fileColumn(strings),
    ...loadColumns<EmbedderRow>(strings),
    ...numbers<EmbedderRow>([
      [
        "embedding",
        columns.embedding,
        (row) => row.embedding.median,
        (row) => formatTableRate(row.embedding.median, locale),
      ],
      [
        "query",
        columns.query,
        (row) => row.queryMs.median,
        (row) => `${score(row.queryMs.median, 1)} ms`,
      ],
      [
        "cosine",
        columns.cosine,
        (row) => row.similarity?.mean ?? null,
        (row) => score(row.similarity?.mean ?? null, 5),
      ],
      [
        "least",
        columns.leastCosine,
        (row) => row.similarity?.least ?? null,
        (row) => score(row.similarity?.least ?? null, 5),
      ],
      ["vector", columns.vector, (row) => row.vector.ndcgAt10, (row) => score(row.vector.ndcgAt10)],
      ["hybrid", columns.hybrid, (row) => row.hybrid.ndcgAt10, (row) => score(row.hybrid.ndcgAt10)],
      [
        "recall",
        columns.recall,
        (row) => row.hybrid.recallAt10,
        (row) => score(row.hybrid.recallAt10),
      ],
    ]),
  ];
}
