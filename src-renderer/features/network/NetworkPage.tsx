import { Check, CircleAlert, RefreshCw, ShieldCheck, ShieldX, type LucideIcon } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { NetworkRequest } from "../../../src-main/contract/system.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Badge, type Tone } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { PageFrame, PageMiddle } from "../../ui/PageFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { Table, type TableColumn } from "../../ui/Table.tsx";
import { describeMoment } from "./describeRequest.ts";
import styles from "./NetworkPage.module.css";
import { useRequests } from "./useRequests.ts";

const firstCount = 200;
/** As the contract bounds it. */
const mostCount = 10_000;

const looks: Record<NetworkRequest["outcome"], { tone: Tone; icon: LucideIcon }> = {
  allowed: { tone: "ok", icon: Check },
  refused: { tone: "warn", icon: ShieldX },
  failed: { tone: "bad", icon: CircleAlert },
};

/** Every request that any part of Hearth ever made to the network. */
export function NetworkPage(): ReactNode {
  const strings = useStrings();
  const { network: words, common, locale } = strings;
  const [limit, setLimit] = useState(firstCount);
  const { log, error, busy, refresh } = useRequests(limit);
  const shown = log?.requests.length ?? 0;
  return (
    <PageFrame
      title={words.title}
      meta={log && words.total(formatCount(log.total, locale))}
      width="wide"
      actions={
        <Button icon={RefreshCw} busy={busy} busyLabel={words.refreshing} onClick={refresh}>
          {words.refresh}
        </Button>
      }
    >
      {error && (
        <InlineError
          error={error}
          actions={
            <Button busy={busy} onClick={refresh}>
              {common.retry}
            </Button>
          }
        />
      )}
      {!log && !error && <Skeleton label={words.reading} lines={5} />}
      {log && shown === 0 && (
        <PageMiddle>
          <EmptyState icon={ShieldCheck} title={words.emptyTitle}>
            {words.emptyText}
          </EmptyState>
        </PageMiddle>
      )}
      {log && shown > 0 && (
        <div className={styles["log"]}>
          <p className={styles["intro"]}>{words.intro}</p>
          <Table
            caption={words.caption}
            columns={columnsOf(strings)}
            rows={log.requests}
            rowKey={(request) => String(request.id)}
            initialSort={{ columnId: "time", direction: "descending" }}
          />
          {shown < log.total && (
            <div className={styles["more"]}>
              <span>
                {words.showing(formatCount(shown, locale), formatCount(log.total, locale))}
              </span>
              {limit < mostCount && (
                <Button
                  busy={busy}
                  onClick={() => setLimit((count) => Math.min(mostCount, count * 5))}
                >
                  {words.more}
                </Button>
              )}
            </div>
          )}
        </div>
      )}
    </PageFrame>
  );
}

function columnsOf(strings: Strings): TableColumn<NetworkRequest>[] {
  const { network: words, locale } = strings;
  return [
    {
      id: "time",
      header: words.columns.time,
      sortValue: (request) => request.at,
      cell: (request) => {
        const { day, time } = describeMoment(request.at, locale);
        return (
          <time dateTime={new Date(request.at).toISOString()} className={styles["time"]}>
            <span className={styles["day"]}>{day}</span> {time}
          </time>
        );
      },
    },
    {
      id: "request",
      header: words.columns.request,
      width: "100%",
      cell: (request) => (
        <div className={styles["request"]} data-selectable>
          <p>
            <span className={styles["method"]}>{request.method}</span> {request.url}
          </p>
          <p className={styles["reason"]}>{words.by(request.process, request.reason)}</p>
        </div>
      ),
    },
    {
      id: "outcome",
      header: words.columns.outcome,
      sortValue: (request) => request.outcome,
      cell: (request) => {
        const { tone, icon } = looks[request.outcome];
        return (
          <Badge tone={tone} icon={icon}>
            {words.outcomes[request.outcome]}
          </Badge>
        );
      },
    },
    {
      id: "status",
      header: words.columns.status,
      align: "end",
      sortValue: (request) => request.status ?? 0,
      cell: (request) => request.status ?? <span className={styles["none"]}>{words.noStatus}</span>,
    },
    {
      id: "bytes",
      header: words.columns.bytes,
      align: "end",
      sortValue: (request) => request.bytes,
      cell: (request) => (
        <span className={styles["bytes"]}>{formatBytes(request.bytes, locale)}</span>
      ),
    },
  ];
}
