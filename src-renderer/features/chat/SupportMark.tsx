import { CircleAlert, CircleHelp } from "lucide-react";
import type { ReactNode } from "react";
import { useStrings } from "../../lib/strings/index.ts";
import type { Verdict } from "../../ui/markdown/components.tsx";
import { Tooltip } from "../../ui/Tooltip.tsx";
import styles from "./SupportMark.module.css";

/**
 * Says behind a sentence, or behind a word of it, that the documents do not carry it; what that means
 * is told on hover and focus.
 */
export function SupportMark({ verdict }: { verdict: Verdict }): ReactNode {
  const { chat } = useStrings();
  const word = verdict === "missing";
  const label = chat.verdicts[verdict];
  return (
    <Tooltip label={chat.verdictHints[verdict]} side="top">
      <button
        type="button"
        className={styles[word ? "sign" : "verdict"]}
        data-support={verdict}
        aria-label={word ? label : undefined}
      >
        {word ? (
          <CircleHelp size={13} strokeWidth={2} aria-hidden />
        ) : (
          <>
            <CircleAlert size={12} strokeWidth={2} aria-hidden />
            {label}
          </>
        )}
      </button>
    </Tooltip>
  );
}
