import type { ReactNode } from "react";
import { modelsState, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { describeStarterTransfer } from "./describeModel.ts";
import { setUpStarters, useModelWork } from "./modelActions.ts";
import styles from "./Starter.module.css";

/** True while starter models are being fetched, by this window or another. */
export function useStartersUnderWay(): boolean {
  const transfers = useMirror(modelsState, (state) => state.transfers.length) ?? 0;
  const own = useModelWork((work) => work.cancelSetup !== null);
  return own || transfers > 0;
}

/** How far the starter models are, why they stopped, and the way to cancel them. */
export function StarterProgress(): ReactNode {
  const strings = useStrings();
  const { models: words, common } = strings;
  const transfers = useMirror(modelsState, (state) => state.transfers) ?? [];
  const { cancelSetup, setupError } = useModelWork();
  return (
    <>
      {(transfers.length > 0 || cancelSetup) && (
        <div className={styles["progress"]}>
          {transfers.length === 0 && <Progress label={words.starter.starting} fraction={null} />}
          {transfers.map((transfer) => {
            const line = describeStarterTransfer(transfer, strings);
            return <Progress key={transfer.name} {...line} />;
          })}
          {cancelSetup ? (
            <div>
              <Button onClick={cancelSetup}>{words.starter.cancel}</Button>
            </div>
          ) : (
            <p className={styles["note"]}>{words.starter.elsewhere}</p>
          )}
        </div>
      )}
      {setupError && (
        <InlineError
          error={setupError}
          actions={<Button onClick={() => void setUpStarters()}>{common.retry}</Button>}
        />
      )}
    </>
  );
}
