import {
  Check,
  CircleAlert,
  Download as DownloadIcon,
  TriangleAlert,
  type LucideIcon,
} from "lucide-react";
import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../../src-main/contract/errors.ts";
import type { FitVerdict, HubFit } from "../../../../src-main/contract/fit.ts";
import type { HubQuantization, RoughFit } from "../../../../src-main/contract/hub.ts";
import { call, downloadsState, useMirror } from "../../../api/engine.ts";
import { formatBytes } from "../../../lib/formatBytes.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Badge, type Tone } from "../../../ui/Badge.tsx";
import { Button } from "../../../ui/Button.tsx";
import { InlineError } from "../../../ui/InlineError.tsx";
import { describeFitHere, describeFitNumbers, describeRoughFit } from "./describeHub.ts";
import styles from "./Find.module.css";

/** The quantizations of a repository, each with its size and whether it fits here. */
export function QuantizationList({
  repository,
  quantizations,
  fits,
}: {
  readonly repository: string;
  readonly quantizations: readonly HubQuantization[];
  /** What a header told; empty until one is read. */
  readonly fits: readonly HubFit[];
}): ReactNode {
  const { hub: words } = useStrings();
  if (quantizations.length === 0) return <p>{words.model.none}</p>;
  return (
    <ul className={styles["list"]} aria-label={words.model.quantizations}>
      {quantizations.map((quantization) => (
        <Row
          key={quantization.key}
          repository={repository}
          quantization={quantization}
          judged={fits.find(({ key }) => key === quantization.key)}
        />
      ))}
    </ul>
  );
}

const tones: Record<RoughFit["verdict"] | FitVerdict, Tone> = {
  fits: "ok",
  gpu: "ok",
  split: "ok",
  cpu: "ok",
  tight: "warn",
  wont: "bad",
  "too-large": "bad",
};
const icons: Partial<Record<Tone, LucideIcon>> = {
  ok: Check,
  warn: TriangleAlert,
  bad: CircleAlert,
};

function Row({
  repository,
  quantization,
  judged,
}: {
  readonly repository: string;
  readonly quantization: HubQuantization;
  readonly judged: HubFit | undefined;
}): ReactNode {
  const strings = useStrings();
  const { hub: words, locale } = strings;
  const { key, bytes, parts, fit: rough } = quantization;
  const fit = judged?.fit ?? null;
  const problem = judged?.problem ?? null;
  const tone = problem ? "bad" : tones[(fit ?? rough).verdict];
  const verdict = problem
    ? words.model.fit.unusable
    : fit
      ? words.model.fit[fit.verdict]
      : words.model.roughFit[rough.verdict];
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
          <Badge tone={tone} icon={icons[tone]}>
            {verdict}
          </Badge>
        </div>
        {fit && <p>{describeFitHere(fit, strings)}</p>}
        {problem && <p>{words.model.fit.why(problem.cause)}</p>}
        <p className={styles["note"]}>
          {[
            formatBytes(bytes, locale),
            ...(parts > 1 ? [words.model.parts(parts)] : []),
            fit ? describeFitNumbers(fit, strings) : describeRoughFit(rough, strings),
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
