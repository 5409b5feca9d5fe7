import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { pointsOf } from "../../../src-main/contract/quantChart.ts";
import type { QuantRun } from "../../../src-main/contract/quantBench.ts";
import { formatCompactCount, formatCount } from "../../lib/formatCount.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { PageSection } from "../../ui/PageFrame.tsx";
import { Table } from "../../ui/Table.tsx";
import { describeDevice } from "../activity/describeDevice.ts";
import { QuantChart } from "./QuantChart.tsx";
import { answerColumns, chatColumns, embedderColumns } from "./quantColumns.tsx";
import { describePoint, verdictsOf } from "./quantView.ts";
import styles from "./QuantResult.module.css";

/** One comparison: the choice in words, the chart, and every number. */
export function QuantResult({ run }: { readonly run: QuantRun }): ReactNode {
  const strings = useStrings();
  const { quants: words } = strings;
  const points = pointsOf(run);
  const verdicts = verdictsOf(points);
  return (
    <>
      {run.rows.length > 1 && (
        <PageSection title={words.chartTitle} hint={words.chartHint[run.kind]}>
          <div className={styles["look"]}>
            <QuantChart points={points} kind={run.kind} />
            {verdicts.length > 0 && (
              <div>
                <h3 className={styles["title"]}>{words.verdictTitle}</h3>
                <dl className={styles["verdicts"]}>
                  {verdicts.map(({ kind, point }) => (
                    <div key={kind}>
                      <dt>{words.verdicts[kind]}</dt>
                      <dd>
                        <strong>{point.quantization}</strong>
                        <span>{describePoint(point, run, strings)}</span>
                      </dd>
                    </div>
                  ))}
                </dl>
                <p className={styles["note"]}>{words.keepsHint[run.kind]}</p>
              </div>
            )}
          </div>
        </PageSection>
      )}
      <PageSection title={words.resultTitle}>
        {run.kind === "chat" ? (
          <Table
            caption={words.tableCaption}
            columns={chatColumns(strings)}
            rows={run.rows}
            rowKey={(row) => row.modelId}
          />
        ) : (
          <Table
            caption={words.tableCaption}
            columns={embedderColumns(strings)}
            rows={run.rows}
            rowKey={(row) => row.modelId}
          />
        )}
        {run.disturbed && (
          <p className={styles["warning"]}>
            <TriangleAlert size={14} strokeWidth={2} aria-hidden />
            {words.disturbedHint}
          </p>
        )}
        <p className={styles["note"]}>{describeRun(run, strings)}</p>
      </PageSection>
      {run.kind === "chat" && run.questions > 0 && (
        <PageSection
          title={words.answersTitle}
          hint={words.about.questions(formatCount(run.questions, strings.locale))}
        >
          <Table
            caption={words.answersCaption}
            columns={answerColumns(strings)}
            rows={run.rows}
            rowKey={(row) => row.modelId}
          />
        </PageSection>
      )}
    </>
  );
}

/** What the numbers depend on. */
function describeRun(run: QuantRun, { quants: words, app, locale }: Strings): string {
  const [first] = run.rows;
  if (!first) return "";
  const place = words.about.settings(
    describeDevice(first.device),
    app.threads(first.threads),
    formatCompactCount(first.contextTokens, locale),
  );
  const settings = first.gpuLayers > 0 ? `${place} ${words.about.graphics}` : place;
  if (run.kind === "embedding") {
    const counts = [run.documents, run.queries].map((count) => formatCount(count, locale));
    return `${settings} ${words.about.embedding(run.dataset, counts[0] ?? "", counts[1] ?? "")}`;
  }
  const tokens = formatCount(run.rows[0]?.reading.tokens ?? 0, locale);
  return [
    settings,
    words.about.chat(tokens, formatCount(run.repeats, locale)),
    ...(run.questions > 0 ? [] : [words.about.noQuestions]),
  ].join(" ");
}
