import { Play } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { BenchProgress, BenchRun } from "../../../src-main/contract/bench.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import { modelsState, useMirror } from "../../api/engine.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { formatRate } from "../../lib/formatRate.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { Select } from "../../ui/Select.tsx";
import { RunFrame } from "../runs/RunFrame.tsx";
import { cancelBench, runBench, useBenchWork } from "./benchActions.ts";
import { describeProgress, measureOf, nameOf } from "./benchView.ts";
import styles from "./RunForm.module.css";

const repeatChoices = ["1", "3", "5"] as const;
type Repeats = (typeof repeatChoices)[number];

/** What to measure, or how far it is. Both take the same room, so that nothing below moves. */
export function RunForm({
  current,
  runs,
}: {
  readonly current: BenchProgress | null;
  readonly runs: readonly BenchRun[];
}): ReactNode {
  const strings = useStrings();
  const { bench: words, common, locale } = strings;
  const models = useMirror(modelsState, (state) => state);
  const { error, starting, cancelling } = useBenchWork();
  const [own, setOwn] = useState<ModelId | null>(null);
  const [repeats, setRepeats] = useState<Repeats>("3");
  const usable = (models?.models ?? []).filter((model) => model.kind === "chat" && !model.error);
  const chosen =
    usable.find((model) => model.id === own) ??
    usable.find((model) => model.id === models?.chatModelId) ??
    usable[0];
  const start = (): void => {
    if (chosen) void runBench(chosen.id, Number(repeats));
  };
  return (
    <RunFrame
      line={current && describeProgress(current, strings)}
      starting={starting}
      error={error}
      height={56}
      done={lastDone(runs[0])}
      cancelling={cancelling}
      cancellingLabel={words.cancelling}
      onCancel={() => void cancelBench()}
    >
      <div className={styles["form"]}>
        <div className={styles["line"]}>
          <div className={styles["model"]}>
            <Select
              label={words.model}
              value={chosen?.id}
              options={usable.map((model) => ({
                value: model.id,
                label: nameOf({ model: model.name, quantization: model.quantization }, strings),
                hint: formatBytes(model.bytes, locale),
              }))}
              onChange={setOwn}
            />
          </div>
          <Segmented
            label={words.repeats}
            value={repeats}
            options={repeatChoices.map((value) => ({
              value,
              label: words.repeatCount(Number(value)),
            }))}
            onChange={setRepeats}
          />
          <Button
            variant="primary"
            icon={Play}
            busy={starting}
            busyLabel={words.running}
            disabled={!chosen}
            onClick={start}
          >
            {words.run}
          </Button>
        </div>
        {error && (
          <InlineError error={error} actions={<Button onClick={start}>{common.retry}</Button>} />
        )}
      </div>
    </RunFrame>
  );

  function lastDone(run: BenchRun | undefined): string {
    const [read, write] = [run && measureOf(run, "prefill"), run && measureOf(run, "decode")];
    if (!run || !read || !write) return "";
    return words.done(
      nameOf(run, strings),
      formatRate(read.tokensPerSecond, "tok", locale),
      formatRate(write.tokensPerSecond, "tok", locale),
    );
  }
}
