import { ChevronRight } from "lucide-react";
import { Collapsible } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";
import { formatDuration } from "../lib/formatDuration.ts";
import { useStrings } from "../lib/strings/index.ts";
import { Markdown } from "./markdown/Markdown.tsx";
import styles from "./ReasoningBlock.module.css";
import { Spinner } from "./Spinner.tsx";

export interface ReasoningBlockProps {
  readonly text: string;
  /** The model is still thinking. */
  readonly live: boolean;
  /** How long it took. While `live` the block counts by itself from when it appeared. */
  readonly durationMs?: number | undefined;
  readonly defaultOpen?: boolean | undefined;
  readonly onOpenLink: (url: string) => void;
}

/** What a model thought before it answered: folded to one line, open to who wants to read it. */
export function ReasoningBlock({
  text,
  live,
  durationMs,
  defaultOpen = false,
  onOpenLink,
}: ReasoningBlockProps): ReactNode {
  const { ui, locale } = useStrings();
  const [open, setOpen] = useState(defaultOpen);
  const seconds = useSeconds(live);
  const title = live
    ? ui.reasoning.live
    : durationMs === undefined
      ? ui.reasoning.doneUntimed
      : ui.reasoning.done(
          formatDuration(Math.max(1_000, Math.round(durationMs / 1000) * 1000), locale),
        );
  return (
    <Collapsible.Root open={open} onOpenChange={setOpen} className={styles["block"]}>
      <Collapsible.Trigger className={styles["summary"]}>
        {live ? (
          <Spinner size={12} />
        ) : (
          <ChevronRight size={14} className={styles["arrow"]} aria-hidden />
        )}
        <span>{title}</span>
        {live && seconds > 0 && (
          <span className={styles["seconds"]} aria-hidden="true">
            {formatDuration(seconds * 1000, locale)}
          </span>
        )}
      </Collapsible.Trigger>
      <Collapsible.Content className={styles["text"]}>
        <Markdown text={text} streaming={live} onOpenLink={onOpenLink} size="small" />
      </Collapsible.Content>
    </Collapsible.Root>
  );
}

/** Whole seconds since `running` became true. */
function useSeconds(running: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!running) return undefined;
    const start = performance.now();
    const timer = setInterval(
      () => setSeconds(Math.floor((performance.now() - start) / 1000)),
      250,
    );
    return () => clearInterval(timer);
  }, [running]);
  return seconds;
}
