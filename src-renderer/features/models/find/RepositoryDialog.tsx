import { ExternalLink, Lock } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { isCancelled, toErrorData, type ErrorData } from "../../../../src-main/contract/errors.ts";
import type { HubModel } from "../../../../src-main/contract/hub.ts";
import type { Routes } from "../../../../src-main/contract/routes.ts";
import type { OutputOf } from "../../../../src-main/contract/defineRoute.ts";
import { openLink } from "../../../api/bridge.ts";
import { call, hubState, useMirror } from "../../../api/engine.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Badge } from "../../../ui/Badge.tsx";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { InlineError } from "../../../ui/InlineError.tsx";
import { Markdown } from "../../../ui/markdown/Markdown.tsx";
import { Skeleton } from "../../../ui/Skeleton.tsx";
import { describeHubModel, hostOf } from "./describeHub.ts";
import styles from "./Find.module.css";
import { HubDialog } from "./HubDialog.tsx";
import { QuantizationList } from "./QuantizationList.tsx";
import { useHubFits, type HubFits } from "./useHubFits.ts";

type Shown = OutputOf<Routes["hub.model"]>;

/** One model at the hub: its facts, its quantizations, and its card when it is asked for. */
export function RepositoryDialog({
  repository,
  onClose,
}: {
  readonly repository: string;
  readonly onClose: () => void;
}): ReactNode {
  const strings = useStrings();
  const { hub: words, common } = strings;
  const [shown, setShown] = useState<Shown | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const [attempt, setAttempt] = useState(0);
  const token = useMirror(hubState, (state) => state.token) ?? "none";
  // Without a token the hub would refuse a gated file, which the dialog says already.
  const mayRead =
    shown !== null && shown.quantizations.length > 0 && !(shown.model.gated && token === "none");
  const fits = useHubFits(mayRead ? repository : null, shown?.model.revision ?? null);
  useEffect(() => {
    const stop = new AbortController();
    setError(null);
    call("hub.model", { repository }, { signal: stop.signal }).then(
      setShown,
      (failure: unknown) => {
        if (!stop.signal.aborted && !isCancelled(failure)) setError(toErrorData(failure));
      },
    );
    return () => stop.abort();
  }, [repository, attempt]);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="large"
      title={repository}
      description={shown ? describeHubModel(shown.model, strings) : words.model.reading}
    >
      <div className={styles["stack"]}>
        {!shown && !error && <Skeleton label={words.model.reading} lines={5} />}
        {error && (
          <InlineError
            error={error}
            actions={<Button onClick={() => setAttempt(attempt + 1)}>{common.retry}</Button>}
          />
        )}
        {shown && (
          <>
            {shown.model.gated && <Gated model={shown.model} />}
            <FitNote shown={shown} fits={fits} />
            <QuantizationList
              repository={repository}
              quantizations={shown.quantizations}
              fits={fits.fits}
            />
            {shown.refused.length > 0 && (
              <details className={styles["note"]}>
                <summary>{words.model.refused(shown.refused.length)}</summary>
                <ul className={styles["files"]}>
                  {shown.refused.map(({ path, reason }) => (
                    <li key={path}>{words.model.refusedFile(path, reason)}</li>
                  ))}
                </ul>
              </details>
            )}
            <Card model={shown.model} />
          </>
        )}
      </div>
    </Dialog>
  );
}

/** What the verdicts below are told from. */
function FitNote({
  shown: { quantizations },
  fits: { fits, busy, error },
}: {
  readonly shown: Shown;
  readonly fits: HubFits;
}): ReactNode {
  const { hub } = useStrings();
  const words = hub.model.fit;
  const read = fits.find(({ basis }) => basis === "header");
  const hasOthers = fits.some(({ basis }) => basis === "sibling");
  const name = quantizations.find(({ key }) => key === read?.key)?.quantization;
  const text = busy
    ? words.reading
    : error
      ? `${words.failed} ${error.cause || error.title}`
      : name !== undefined && hasOthers
        ? words.basis(name)
        : null;
  if (text === null) return null;
  return (
    <p className={styles["note"]} role="status">
      {text}
    </p>
  );
}

function Gated({ model }: { readonly model: HubModel }): ReactNode {
  const { hub: words } = useStrings();
  const endpoint = useMirror(hubState, (state) => state.endpoint);
  const [changing, setChanging] = useState(false);
  return (
    <div className={styles["panel"]}>
      <div className={styles["what"]}>
        <Badge tone="warn" icon={Lock}>
          {words.model.gated}
        </Badge>
        <p>{words.model.gatedHint(hostOf(endpoint))}</p>
      </div>
      <div className={styles["actions"]}>
        <Button
          icon={ExternalLink}
          onClick={() => openLink(`${endpoint ?? ""}/${model.repository}`)}
        >
          {words.model.openPage}
        </Button>
        <Button onClick={() => setChanging(true)}>{words.model.setToken}</Button>
      </div>
      {changing && <HubDialog onClose={() => setChanging(false)} />}
    </div>
  );
}

/** The maker's words, fetched when they are asked for, and shown as what a stranger wrote. */
function Card({ model }: { readonly model: HubModel }): ReactNode {
  const { hub: words } = useStrings();
  const [card, setCard] = useState<string | null | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorData | null>(null);
  const read = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    const { repository, revision } = model;
    try {
      setCard((await call("hub.card", { repository, revision: revision ?? "main" })).card);
    } catch (failure) {
      setError(toErrorData(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={styles["stack"]} aria-label={words.model.card}>
      {error && <InlineError error={error} />}
      {card === undefined && (
        <div>
          <Button busy={busy} busyLabel={words.model.reading} onClick={() => void read()}>
            {words.model.showCard}
          </Button>
        </div>
      )}
      {card === null && <p className={styles["note"]}>{words.model.noCard}</p>}
      {typeof card === "string" && (
        <div className={styles["card"]}>
          <p className={styles["note"]}>{words.model.cardHint}</p>
          <Markdown text={card} onOpenLink={openLink} size="small" />
        </div>
      )}
    </section>
  );
}
