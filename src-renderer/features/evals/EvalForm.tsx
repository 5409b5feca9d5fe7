import { Play } from "lucide-react";
import { useState, type ReactNode } from "react";
import type {
  EvalMode,
  EvalProgress,
  EvalRun,
  EvalSetSummary,
} from "../../../src-main/contract/evals.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import { modelsState, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { Select, type SelectOption } from "../../ui/Select.tsx";
import { FolderField } from "../files/FolderField.tsx";
import { Choices } from "../runs/Choices.tsx";
import { RunFrame } from "../runs/RunFrame.tsx";
import { cancelEval, runEval, useEvalWork } from "./evalActions.ts";
import { describeProgress } from "./evalView.ts";
import styles from "./EvalForm.module.css";

const counts = ["10", "50", "200", "all"] as const;
type Count = (typeof counts)[number];
const modes = ["plain", "rag", "extractive"] as const;

/** What to measure and in which ways, or how far it is. */
export function EvalForm({
  current,
  runs,
  sets,
}: {
  readonly current: EvalProgress | null;
  readonly runs: readonly EvalRun[];
  readonly sets: readonly EvalSetSummary[];
}): ReactNode {
  const strings = useStrings();
  const { evals: words, locale } = strings;
  const models = useMirror(modelsState, (state) => state);
  const { error, starting, cancelling } = useEvalWork();
  const [setId, setSetId] = useState("invented");
  const [dataDir, setDataDir] = useState("");
  const [count, setCount] = useState<Count>("50");
  const [ways, setWays] = useState<readonly EvalMode[]>(modes);
  const [own, setOwn] = useState<readonly ModelId[] | null>(null);
  const usable = (models?.models ?? []).filter((model) => model.kind === "chat" && !model.error);
  const first = usable.find((model) => model.id === models?.chatModelId) ?? usable[0];
  const chosen = own ?? (first ? [first.id] : []);
  const asksModel = ways.some((mode) => mode !== "extractive");
  const ready =
    ways.length > 0 &&
    (!asksModel || chosen.length > 0) &&
    (setId !== "xquad" || dataDir.trim() !== "");
  const start = (): void =>
    void runEval({
      setId,
      dataDir: setId === "xquad" ? dataDir.trim() : null,
      questions: count === "all" ? null : Number(count),
      modes: modes.filter((mode) => ways.includes(mode)),
      modelIds: asksModel ? [...chosen] : [],
    });
  return (
    <RunFrame
      line={current && describeProgress(current, strings)}
      starting={starting}
      error={error}
      height={118}
      done={runs[0]?.status === "complete" ? words.done(runs[0].setName) : ""}
      cancelling={cancelling}
      cancellingLabel={words.cancelling}
      onCancel={() => void cancelEval()}
    >
      <div className={styles["form"]}>
        <div className={styles["line"]}>
          <div className={styles["set"]}>
            <Select label={words.set} value={setId} options={setOptions()} onChange={setSetId} />
          </div>
          <Segmented
            label={words.questions}
            value={count}
            options={counts.map((value) => ({
              value,
              label: value === "all" ? words.questionsAll : value,
            }))}
            onChange={setCount}
          />
        </div>
        {setId === "xquad" && (
          <div className={styles["folder"]}>
            <FolderField
              label={words.folder}
              hint={words.folderHint}
              chooseLabel={words.chooseFolder}
              value={dataDir}
              onChange={setDataDir}
            />
          </div>
        )}
        <div className={styles["line"]}>
          <Choices
            legend={words.ways}
            options={modes.map((mode) => ({ value: mode, label: words.modes[mode] }))}
            chosen={ways}
            onChange={setWays}
          />
          {asksModel && usable.length > 1 && (
            <Choices
              legend={words.models}
              options={usable.map(({ id, name, quantization }) => ({
                value: id,
                label: words.modelOption(name, quantization),
              }))}
              chosen={chosen}
              onChange={setOwn}
            />
          )}
          <Button
            variant="primary"
            icon={Play}
            busy={starting}
            busyLabel={words.running}
            disabled={!ready}
            onClick={start}
          >
            {words.run}
          </Button>
        </div>
        {ways.length === 0 && <p className={styles["note"]}>{words.noWay}</p>}
        {error && <InlineError error={error} />}
      </div>
    </RunFrame>
  );

  function setOptions(): SelectOption<string>[] {
    const builtIn = (["invented", "injections", "xquad"] as const).map((value) => ({
      value,
      label: words.sets[value],
      hint: words.setHints[value],
    }));
    const mine = sets.map(({ id, name, questions }) => ({
      value: id,
      label: name,
      hint: words.setHints.own(formatCount(questions, locale)),
    }));
    return [...builtIn, ...mine];
  }
}
