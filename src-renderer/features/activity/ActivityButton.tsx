import { Activity } from "lucide-react";
import type { ReactNode } from "react";
import { modelsState, systemState, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { formatRate } from "../../lib/formatRate.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Tooltip } from "../../ui/Tooltip.tsx";
import { useActivity, useActivityPanel } from "./activityStore.ts";
import { describeDevice } from "./describeDevice.ts";
import styles from "./ActivityButton.module.css";

/** Where the strip is, for the button that opens it. */
export const activityStripId = "activity-strip";

/** What the model runs on, and how fast it writes while it does; opens the activity strip. */
export function ActivityButton(): ReactNode {
  const { app, activity: words, locale } = useStrings();
  const { open, toggle } = useActivityPanel();
  const threads = useMirror(systemState, (state) => state.threads);
  const loaded = useMirror(modelsState, (state) =>
    state.loaded.find((entry) => entry.modelId === state.chatModelId),
  );
  const rate = useActivity()?.models.reduce((sum, model) => sum + model.tokensPerSecond, 0) ?? 0;
  const ready = loaded?.status === "ready";
  const facts = [
    ready ? describeDevice(loaded.device) : "",
    threads === undefined ? "" : app.threads(loaded?.threads || threads),
    ready ? words.tokens(formatCount(loaded.contextTokens, locale)) : "",
  ].filter((fact) => fact !== "");
  return (
    <Tooltip label={open ? words.hide : words.show} side="top">
      <button
        type="button"
        id={`${activityStripId}-button`}
        className={styles["button"]}
        aria-expanded={open}
        aria-controls={open ? activityStripId : undefined}
        aria-label={[words.title, ...facts].join(", ")}
        onClick={toggle}
      >
        <Activity size={14} strokeWidth={1.75} aria-hidden />
        <span>{facts.join(" · ")}</span>
        {/* Its place is kept, so that what follows does not move when the model begins. */}
        <span className={styles["rate"]}>{rate > 0 && formatRate(rate, "tok", locale)}</span>
      </button>
    </Tooltip>
  );
}
