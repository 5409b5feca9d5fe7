import { X } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { modelsState, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { activityStripId } from "./ActivityButton.tsx";
import { ActivityCells } from "./ActivityCells.tsx";
import { useActivity, useActivityPanel } from "./activityStore.ts";
import { nextPeak, pushSample, toActivityView } from "./activityView.ts";
import styles from "./ActivityStrip.module.css";

/** As many changes as the line of the last half minute shows. */
const mostSamples = 120;
const noSamples: readonly number[] = [];

/** The strip at the foot of the window, for who wants to see the model at work. */
export function ActivityStrip(): ReactNode {
  const { open, toggle } = useActivityPanel();
  return open ? <OpenStrip onClose={toggle} /> : null;
}

function OpenStrip({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { activity: words } = useStrings();
  const models = useMirror(modelsState, (state) => state);
  const activity = useActivity();
  const view = toActivityView(models, activity);
  const [peak, setPeak] = useState(0);
  const [samples, setSamples] = useState(noSamples);
  const tokensLeft = view?.reading?.tokensLeft ?? 0;
  const writing = view?.writing;
  useEffect(() => setPeak((last) => nextPeak(last, tokensLeft)), [tokensLeft]);
  useEffect(() => {
    // A new value of the state is a new sample, also where the rate is the same. Nothing is told while
    // nothing is written, so the line begins anew with the next answer.
    if (writing === undefined || writing <= 0) setSamples(noSamples);
    else setSamples((last) => pushSample(last, writing, mostSamples));
  }, [activity, writing]);
  const close = (): void => {
    onClose();
    document.getElementById(`${activityStripId}-button`)?.focus();
  };
  const loading = models?.loaded.find(
    (entry) => entry.status === "loading" && entry.modelId === models.chatModelId,
  );
  const loadingName = models?.models.find((model) => model.id === loading?.modelId)?.name;
  return (
    <section
      id={activityStripId}
      className={styles["strip"]}
      aria-label={words.title}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        close();
      }}
    >
      {view ? (
        <ActivityCells view={view} peak={Math.max(peak, tokensLeft)} samples={samples} />
      ) : (
        <p className={styles["none"]}>
          {loadingName === undefined ? (
            <>
              {words.none} <span>{words.noneHint}</span>
            </>
          ) : (
            words.loading(loadingName)
          )}
        </p>
      )}
      <div className={styles["close"]}>
        <IconButton icon={X} label={words.hide} tooltipSide="top" onClick={close} />
      </div>
    </section>
  );
}
