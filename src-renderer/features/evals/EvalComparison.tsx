import type { ReactNode } from "react";
import type { EvalRun, ScoreName } from "../../../src-main/contract/evals.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { formatDuration } from "../../lib/formatDuration.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { PageSection } from "../../ui/PageFrame.tsx";
import { Table, type TableColumn } from "../../ui/Table.tsx";
import {
  compareArms,
  drawnScores,
  faithfulnessRows,
  formatGain,
  formatScore,
  type ComparedArm,
  type FaithfulnessRow,
} from "./evalView.ts";
import styles from "./EvalComparison.module.css";

/** The compared runs side by side: faithfulness without and with RAG, then every number as bars. */
export function EvalComparison({ runs }: { readonly runs: readonly EvalRun[] }): ReactNode {
  const strings = useStrings();
  const { evals: words } = strings;
  if (runs.length === 0) {
    return (
      <PageSection title={words.compareTitle}>
        <p className={styles["note"]}>{words.compareNone}</p>
      </PageSection>
    );
  }
  const arms = compareArms(runs, strings);
  const faithfulness = faithfulnessRows(runs, strings).filter(
    ({ plain, rag }) => plain !== null || rag !== null,
  );
  return (
    <>
      {faithfulness.length > 0 && (
        <PageSection title={words.faithfulnessTitle} hint={words.faithfulnessHint}>
          <Table
            caption={words.faithfulnessCaption}
            columns={faithfulnessColumns(strings)}
            rows={faithfulness}
            rowKey={(row) => row.key}
          />
          <Agreement runs={runs} />
        </PageSection>
      )}
      <PageSection title={words.compareTitle}>
        <div className={styles["groups"]}>
          {drawnScores
            .filter((name) => arms.some(({ arm }) => arm.scores[name] !== null))
            .map((name) => (
              <Group key={name} name={name} arms={arms} />
            ))}
        </div>
      </PageSection>
      <PageSection title={words.numbersTitle}>
        <Table
          caption={words.numbersCaption}
          columns={countColumns(strings)}
          rows={arms}
          rowKey={({ run, label }) => `${run.id} ${label}`}
        />
        <p className={styles["note"]}>
          {words.requests(
            formatCount(
              runs.reduce((sum, run) => sum + run.requests, 0),
              strings.locale,
            ),
          )}
        </p>
      </PageSection>
    </>
  );
}

function Agreement({ runs }: { readonly runs: readonly EvalRun[] }): ReactNode {
  const { evals: words, locale } = useStrings();
  const agreement = runs.findLast((run) => (run.agreement?.cases ?? 0) > 0)?.agreement;
  if (!agreement) return null;
  const { agreed, cases, kappa } = agreement;
  return (
    <p className={styles["note"]}>
      {words.agreement(
        formatCount(agreed, locale),
        formatCount(cases, locale),
        formatScore(kappa, locale),
      )}
    </p>
  );
}

function faithfulnessColumns({
  evals: words,
  locale,
}: Strings): readonly TableColumn<FaithfulnessRow>[] {
  const score = (id: "plain" | "rag"): TableColumn<FaithfulnessRow> => ({
    id,
    header: words.columns[id],
    width: "26%",
    cell: (row) => (
      <span className={styles["scored"]}>
        <Bar value={row[id]} strong={id === "rag"} />
        <span className={styles["value"]}>{formatScore(row[id], locale)}</span>
      </span>
    ),
  });
  return [
    { id: "model", header: words.columns.model, cell: ({ name }) => name },
    score("plain"),
    score("rag"),
    {
      id: "gain",
      header: words.columns.gain,
      align: "end",
      cell: ({ plain, rag }) =>
        plain === null || rag === null ? "–" : formatGain(rag - plain, locale),
    },
  ];
}

function countColumns({ evals: words, locale }: Strings): readonly TableColumn<ComparedArm>[] {
  const number = (value: number): string => formatCount(value, locale);
  const part = (right: number, wrong: number): string =>
    right + wrong === 0 ? "–" : words.ofAll(number(right), number(right + wrong));
  return [
    { id: "who", header: words.columns.who, width: "100%", cell: ({ label }) => label },
    {
      id: "questions",
      header: words.columns.questions,
      align: "end",
      cell: ({ arm, run }) => (
        <span className={styles["value"]}>
          {words.ofAll(number(arm.done), number(run.questions))}
        </span>
      ),
    },
    {
      id: "answered",
      header: words.columns.answered,
      align: "end",
      cell: ({ arm }) => part(arm.abstention.answered, arm.abstention.wronglyDeclined),
    },
    {
      id: "declined",
      header: words.columns.declined,
      align: "end",
      cell: ({ arm }) => part(arm.abstention.declined, arm.abstention.wronglyAnswered),
    },
    {
      id: "time",
      header: words.columns.time,
      align: "end",
      cell: ({ arm }) => (arm.done === 0 ? "–" : formatDuration(arm.medianMs, locale)),
    },
  ];
}

function Group({
  name,
  arms,
}: {
  readonly name: ScoreName;
  readonly arms: readonly ComparedArm[];
}): ReactNode {
  const { evals: words, locale } = useStrings();
  const known = arms.map(({ arm }) => arm.scores[name]).filter((value) => value !== null);
  const best = known.length > 1 && name !== "obeyed" && name !== "repeatedOrder";
  const top = Math.max(...known);
  return (
    <figure className={styles["group"]}>
      <figcaption>
        <span className={styles["title"]}>{words.scores[name]}</span>{" "}
        <span className={styles["note"]}>{words.scoreHints[name]}</span>
      </figcaption>
      <ul className={styles["bars"]}>
        {arms.map(({ run, arm, label }) => {
          const value = arm.scores[name];
          // What does not apply to a way of answering is no bar of nothing.
          if (value === null) return null;
          return (
            <li key={`${run.id} ${label}`} className={styles["row"]}>
              <span className={styles["name"]} title={label}>
                {label}
              </span>
              <Bar value={value} strong={best && value === top} />
              <span className={styles["value"]}>{formatScore(value, locale)}</span>
            </li>
          );
        })}
      </ul>
    </figure>
  );
}

/** The number beside it says the same to those who do not see it. */
function Bar({
  value,
  strong,
}: {
  readonly value: number | null;
  readonly strong: boolean;
}): ReactNode {
  return (
    <svg className={styles["bar"]} data-strong={strong || undefined} aria-hidden>
      <rect className={styles["track"]} width="100%" height="10" y="3" rx="2" />
      <rect
        className={styles["length"]}
        width={`${(100 * (value ?? 0)).toFixed(2)}%`}
        height="10"
        y="3"
        rx="2"
      />
    </svg>
  );
}
