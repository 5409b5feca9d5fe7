import { Check, CircleAlert, Download as DownloadIcon, TriangleAlert } from "lucide-react";
import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../../src-main/contract/errors.ts";
import type { HubQuantization, RoughFit } from "../../../../src-main/contract/hub.ts";
import { call, downloadsState, useMirror } from "../../../api/engine.ts";
import { formatBytes } from "../../../lib/formatBytes.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Badge, type Tone } from "../../../ui/Badge.tsx";
import { Button } from "../../../ui/Button.tsx";
import { InlineError } from "../../../ui/InlineError.tsx";
import { describeRoughFit } from "./describeHub.ts";
import styles from "./Find.module.css";

/** The quantizations of a repository, each with its size and about whether it fits here. */
export function QuantizationList({
  repository,
  quantizations,
}: {
  readonly repository: string;
  readonly quantizations: readonly HubQuantization[];
}): ReactNode {
  const { hub: words } = useStrings();
  if (quantizations.length === 0) return <p>{words.model.none}</p>;
  return (
    <ul className={styles["list"]} aria-label={words.model.quantizations}>
      {quantizations.map((quantization) => (
        <Row key={quantization.key} repository={repository} quantization={quantization} />
      ))}
    </ul>
  );
}

const tones: Record<RoughFit["verdict"], Tone> = { fits: "ok", tight: "warn", "too-large": "bad" };
const icons = { fits: Check, tight: TriangleAlert, "too-large": CircleAlert } as const;

function Row({
  repository,
  quantization,
}: {
  readonly repository: string;
  readonly quantization: HubQuantization;
}): ReactNode {
  const strings = useStrings();
  const { hub: words, locale } = strings;
  const { key, bytes, parts, fit } = quantization;
  const status = useMirror(
    downloadsState,
    ({ downloads }) =>
      downloads.find((one) => one.repository === repository && one.key === key)?.status,
  );
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorData | null>(null);
  const get = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await call("downloads.add", { repository, key });
    } catch (failure) {
      setError(toErrorData(failure));
    } finally {
      setBusy(false);
    }
  };
  const isHere = quantization.installed || status === "done";
  return (
    <li className={styles["row"]}>
      <div className={styles["what"]}>
        <div className={styles["name"]}>
          {quantization.quantization}
          <Badge tone={tones[fit.verdict]} icon={icons[fit.verdict]}>
            {words.model.fit[fit.verdict]}
          </Badge>
        </div>
        <p className={styles["note"]}>
          {[
            formatBytes(bytes, locale),
            ...(parts > 1 ? [words.model.parts(parts)] : []),
            describeRoughFit(fit, strings),
          ].join(" · ")}
        </p>
        {error && <InlineError error={error} />}
      </div>
      <div className={styles["actions"]}>
        {isHere ? (
          <Badge tone="ok" icon={Check}>
            {words.model.installed}
          </Badge>
        ) : status === undefined ? (
          <Button
            icon={DownloadIcon}
            aria-label={words.model.getNamed(quantization.quantization)}
            busy={busy}
            busyLabel={words.model.adding}
            onClick={() => void get()}
          >
            {words.model.get}
          </Button>
        ) : (
          <Badge>{words.downloads.status[status]}</Badge>
        )}
      </div>
    </li>
  );
}
