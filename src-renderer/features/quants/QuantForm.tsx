import { Play } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { QuantBenchProgress, QuantRun } from "../../../src-main/contract/quantBench.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import { familyOf } from "../../../src-main/contract/modelFamily.ts";
import type { Model } from "../../../src-main/contract/models.ts";
import { modelsState, useMirror } from "../../api/engine.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { FolderField } from "../files/FolderField.tsx";
import { Choices } from "../runs/Choices.tsx";
import { RunFrame } from "../runs/RunFrame.tsx";
import { cancelQuants, runQuants, useQuantWork } from "./quantActions.ts";
import { describeProgress } from "./quantView.ts";
import styles from "./QuantForm.module.css";

type Kind = "chat" | "embedding";
const questionCounts = ["0", "12", "40"] as const;
type Questions = (typeof questionCounts)[number];
const repeatCounts = ["1", "3", "5"] as const;
type Repeats = (typeof repeatCounts)[number];

/** Which files to compare, or how far that is. */
export function QuantForm({
  current,
  runs,
}: {
  readonly current: QuantBenchProgress | null;
  readonly runs: readonly QuantRun[];
}): ReactNode {
  const strings = useStrings();
  const { quants: words, bench, locale } = strings;
  const models = useMirror(modelsState, (state) => state);
  const { error, starting, cancelling } = useQuantWork();
  const [kind, setKind] = useState<Kind>("chat");
  const [own, setOwn] = useState<readonly ModelId[] | null>(null);
  const [questions, setQuestions] = useState<Questions>("12");
  const [repeats, setRepeats] = useState<Repeats>("3");
  const [dataDir, setDataDir] = useState("");
  const usable = (models?.models ?? []).filter(
    (model) => model.kind === kind && !model.error && !model.server,
  );
  const inUse = kind === "chat" ? models?.chatModelId : models?.embeddingModelId;
  const files = own?.filter((id) => usable.some((model) => model.id === id)) ?? familyOfUsed();
  const start = (): void =>
    void runQuants({
      kind,
      modelIds: [...files],
      questions: Number(questions),
      repeats: Number(repeats),
      dataDir: kind === "embedding" && dataDir.trim() !== "" ? dataDir.trim() : null,
    });
  return (
    <RunFrame
      line={current && describeProgress(current, strings)}
      starting={starting}
      error={error}
      height={160}
      done={runs[0] ? words.done(String(runs[0].rows.length)) : ""}
      cancelling={cancelling}
      cancellingLabel={words.cancelling}
      onCancel={() => void cancelQuants()}
    >
      <div className={styles["form"]}>
        <div className={styles["line"]}>
          <Segmented
            label={words.kind}
            value={kind}
            options={(["chat", "embedding"] as const).map((value) => ({
              value,
              label: words.kinds[value],
            }))}
            onChange={(value) => {
              setKind(value);
              setOwn(null);
            }}
          />
          {kind === "chat" ? (
            <Segmented
              label={words.questions}
              hint={words.questionsHint}
              value={questions}
              options={questionCounts.map((value) => ({
                value,
                label: value === "0" ? words.questionsNone : value,
              }))}
              onChange={setQuestions}
            />
          ) : null}
          <Segmented
            label={bench.repeats}
            hint={bench.repeatsHint}
            value={repeats}
            options={repeatCounts.map((value) => ({ value, label: value }))}
            onChange={setRepeats}
          />
          {kind === "embedding" && (
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
        </div>
        <Choices
          legend={words.files}
          options={usable.map((model) => ({ value: model.id, label: optionOf(model) }))}
          chosen={files}
          onChange={setOwn}
        />
        <div className={styles["line"]}>
          <Button
            variant="primary"
            icon={Play}
            busy={starting}
            busyLabel={words.running}
            disabled={files.length === 0}
            onClick={start}
          >
            {words.run}
          </Button>
          <p className={styles["note"]}>
            {files.length === 0 && words.noFile}
            {files.length === 1 && `${words.oneFile} ${words.makeMore}`}
          </p>
        </div>
        {error && <InlineError error={error} />}
      </div>
    </RunFrame>
  );

  function optionOf({ name, quantization, bytes }: Model): string {
    return words.fileOption(name, quantization, formatBytes(bytes, locale));
  }

  /** All files of the model in use, as nobody has chosen yet. */
  function familyOfUsed(): ModelId[] {
    const used = usable.find((model) => model.id === inUse) ?? usable[0];
    if (!used) return [];
    return usable.filter((model) => familyOf(model) === familyOf(used)).map(({ id }) => id);
  }
}
