import { Check } from "lucide-react";
import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { Settings } from "../../../src-main/contract/settings.ts";
import { apiState, call, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { useSaveSettings } from "../settings/useSaveSettings.ts";
import styles from "./ApiPage.module.css";

/** Whether the API is there, at which addresses, or why not. */
export function ApiStatus({ settings }: { readonly settings: Settings }): ReactNode {
  const { api: words } = useStrings();
  const state = useMirror(apiState, (value) => value);
  switch (state?.status) {
    case undefined:
      return null;
    case "off":
      return <p className={styles["hint"]}>{words.off}</p>;
    case "starting":
      return (
        <p role="status" className={styles["starting"]}>
          <Spinner size={12} />
          {words.starting(String(state.port))}
        </p>
      );
    case "failed":
      return <ApiFailure error={state.error} freePort={state.freePort} />;
    case "on":
      return (
        <>
          <dl className={styles["addresses"]}>
            <Address label={words.onThis} url={state.url} />
            {state.otherUrls.map((url) => (
              <Address key={url} label={words.onOther} url={url} />
            ))}
          </dl>
          <p className={styles["hint"]}>
            {settings.apiOpen && !settings.offline && state.otherUrls.length === 0
              ? words.noNetwork
              : words.whileOpen}
          </p>
        </>
      );
  }
}

function Address({ label, url }: { readonly label: string; readonly url: string }): ReactNode {
  const { api: words } = useStrings();
  const [refused, setRefused] = useState(false);
  return (
    <>
      <dt>
        <Badge tone="ok" icon={Check}>
          {words.on}
        </Badge>
        {label}
      </dt>
      <dd>
        <span className={styles["address"]} data-selectable>
          {url}
        </span>
        <CopyButton text={url} label={words.copyAddress(url)} onError={() => setRefused(true)} />
        {refused && <span className={styles["refused"]}>{words.copyRefused}</span>}
      </dd>
    </>
  );
}

/** What keeps it from listening, with the one thing that helps. */
function ApiFailure({
  error,
  freePort,
}: {
  readonly error: ErrorData;
  readonly freePort: number | null;
}): ReactNode {
  const { api: words, common } = useStrings();
  const { save, error: saveError, busy } = useSaveSettings();
  const [retryError, setRetryError] = useState<ErrorData | null>(null);
  const shown = saveError ?? retryError;
  const retry = (): void => {
    call("api.retry", {}).then(
      () => setRetryError(null),
      (failure: unknown) => setRetryError(toErrorData(failure)),
    );
  };
  return (
    <>
      <InlineError
        error={error}
        actions={
          <>
            {freePort !== null && (
              <Button busy={busy} onClick={() => void save({ apiPort: freePort })}>
                {words.takePort(String(freePort))}
              </Button>
            )}
            <Button onClick={retry}>{common.retry}</Button>
          </>
        }
      />
      {shown && <InlineError error={shown} />}
    </>
  );
}
