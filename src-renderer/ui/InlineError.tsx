import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { ErrorData } from "../../src-main/contract/errors.ts";
import { cx } from "../lib/cx.ts";
import { useStrings } from "../lib/strings/index.ts";
import styles from "./InlineError.module.css";

export interface InlineErrorProps {
  /** What happened, why, and what to do. */
  readonly error: ErrorData;
  /** The one thing that helps, and rarely a second. */
  readonly actions?: ReactNode;
  /** Technical text for a report, folded with the code. */
  readonly details?: string | undefined;
  /** `warn` when the work went on without what failed. */
  readonly tone?: "bad" | "warn" | undefined;
}

/** An error where it happened. It stays until it no longer holds. */
export function InlineError({
  error,
  actions,
  details,
  tone = "bad",
}: InlineErrorProps): ReactNode {
  const strings = useStrings();
  const Icon = tone === "bad" ? CircleAlert : TriangleAlert;
  return (
    <div role="alert" className={cx(styles["error"], styles[tone])} data-selectable>
      <Icon size={16} strokeWidth={2} aria-hidden />
      <div className={styles["words"]}>
        <p className={styles["title"]}>{error.title}</p>
        {error.cause !== "" && <p>{withCode(error.cause)}</p>}
        {error.suggestion !== "" && <p>{withCode(error.suggestion)}</p>}
        {Boolean(actions) && <div className={styles["actions"]}>{actions}</div>}
        <details className={styles["details"]}>
          <summary>{strings.ui.details}</summary>
          <pre>
            {strings.ui.errorCode(error.code)}
            {details !== undefined && `\n${details}`}
          </pre>
        </details>
      </div>
    </div>
  );
}

/** What stands between backticks, as a command does, set as code. */
function withCode(text: string): ReactNode {
  return (
    text
      .split(/`([^`]+)`/u)
      // The parts of one text never change their order.
      .map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))
  );
}
