import type { ReactNode } from "react";
import { modelsState, settingsState, useMirror } from "../../../api/engine.ts";
import { useNavigation } from "../../../app/navigation.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Button } from "../../../ui/Button.tsx";
import styles from "./Find.module.css";
import { showTab } from "./findStore.ts";

const mostNames = 4;

/** While the offline lock is on: that nothing can be had, and what is here. */
export function OfflineList(): ReactNode {
  const { hub, models: modelWords } = useStrings();
  const words = hub.offline;
  const go = useNavigation((navigation) => navigation.go);
  const offline = useMirror(settingsState, (state) => state.offline) ?? false;
  const models = useMirror(modelsState, (state) => state.models) ?? [];
  if (!offline) return null;
  const names = models
    .filter(({ error }) => error === undefined)
    .map(({ name, quantization }) => modelWords.variant(name, quantization));
  const rest = names.length - mostNames;
  const shown = [...names.slice(0, mostNames), ...(rest > 0 ? [words.more(rest)] : [])];
  return (
    <div className={styles["panel"]} role="status">
      <p className={styles["what"]}>
        {names.length === 0 ? words.none : words.some(shown.join(", "))}
      </p>
      <div className={styles["actions"]}>
        {names.length > 0 && <Button onClick={() => showTab("here")}>{words.show}</Button>}
        <Button onClick={() => go({ kind: "settings" })}>{modelWords.starter.openSettings}</Button>
      </div>
    </div>
  );
}
