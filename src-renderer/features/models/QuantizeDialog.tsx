import { TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { Model } from "../../../src-main/contract/models.ts";
import type {
  Quantized,
  QuantOption,
  QuantProgress,
  QuantType,
} from "../../../src-main/contract/quantize.ts";
import { isSameModel } from "../../../src-main/contract/modelFamily.ts";
import { call, link, modelsState, useMirror } from "../../api/engine.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { Select } from "../../ui/Select.tsx";
import { SmallQuantChart } from "../quants/SmallQuantChart.tsx";
import styles from "./QuantizeDialog.module.css";
import { describeResult, fallbackSentence, quantSelectOption } from "./quantizeWords.ts";

interface Known {
  readonly options: readonly QuantOption[];
  readonly freeBytes: number;
}

/** Makes another quantization of a model that is here: what each would be, then the work and its result. */
export function QuantizeDialog({
  model,
  onClose,
}: {
  readonly model: Model;
  readonly onClose: () => void;
}): ReactNode {
  const strings = useStrings();
  const words = strings.models.quantize;
  const [known, setKnown] = useState<Known>();
  const [type, setType] = useState<QuantType>();
  const [progress, setProgress] = useState<QuantProgress | null>(null);
  const [result, setResult] = useState<Quantized | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const listed = useMirror(modelsState, (state) => state.models) ?? [];
  const files = listed.filter((each) => isSameModel(each, model));
  const cancel = useRef<(() => void) | null>(null);
  const option = known?.options.find((each) => each.type === type);
  const tooFull = option !== undefined && known !== undefined && option.bytes > known.freeBytes;
  const working = progress !== null;

  useEffect(() => {
    const asked = new AbortController();
    call("models.quantizeOptions", { modelId: model.id }, { signal: asked.signal }).then(
      setKnown,
      (failure: unknown) => !asked.signal.aborted && setError(toErrorData(failure)),
    );
    return () => {
      asked.abort();
      cancel.current?.();
    };
  }, [model.id]);

  const make = async (wanted: QuantType): Promise<void> => {
    setError(null);
    setResult(null);
    setProgress({ stage: "quantizing", fraction: 0, tensor: 0, tensors: 0 });
    const stream = link.client.stream("models.quantize", { modelId: model.id, type: wanted });
    cancel.current = stream.cancel;
    try {
      for await (const item of stream) setProgress(item);
      setResult(await stream.result);
    } catch (failure) {
      if (!isCancelled(failure)) setError(toErrorData(failure));
    } finally {
      cancel.current = null;
      setProgress(null);
    }
  };

  return (
    <Dialog
      open
      // Minutes of work are not lost by a stray Esc: it is stopped by its own button.
      onOpenChange={(open) => !open && !working && onClose()}
      title={words.title(strings.models.variant(model.name, model.quantization))}
      description={words.description}
      footer={
        <>
          {working ? (
            <Button onClick={() => cancel.current?.()}>{words.cancel}</Button>
          ) : (
            <Button onClick={onClose}>{words.close}</Button>
          )}
          {!result && (
            <Button
              variant="primary"
              busy={working}
              busyLabel={words.making}
              disabled={!option || option.refusal !== null || tooFull}
              onClick={() => type && void make(type)}
            >
              {words.make}
            </Button>
          )}
        </>
      }
    >
      {result ? (
        <p role="status">{describeResult(result, strings)}</p>
      ) : (
        <>
          <Select
            label={words.label}
            placeholder={words.placeholder}
            value={type}
            busy={!known && !error}
            disabled={working}
            options={(known?.options ?? []).map((each) => quantSelectOption(each, strings))}
            onChange={setType}
          />
          <SmallQuantChart files={files} />
          {option && (
            <Facts
              option={option}
              model={model}
              freeBytes={known?.freeBytes ?? 0}
              tooFull={tooFull}
            />
          )}
        </>
      )}
      {progress && (
        <Progress
          label={
            progress.stage === "checking"
              ? words.checking
              : words.quantizing(progress.tensor, progress.tensors)
          }
          fraction={progress.fraction}
        />
      )}
      {error && <InlineError error={error} />}
    </Dialog>
  );
}

function Facts({
  option,
  model,
  freeBytes,
  tooFull,
}: {
  readonly option: QuantOption;
  readonly model: Model;
  readonly freeBytes: number;
  readonly tooFull: boolean;
}): ReactNode {
  const strings = useStrings();
  const words = strings.models.quantize;
  const { locale } = strings;
  const size = (bytes: number): string => formatBytes(bytes, locale);
  const notes = [
    option.warning && words.warnings[option.warning],
    tooFull && words.tooFull(size(option.bytes), size(freeBytes)),
  ].filter((note) => note !== null && note !== false);
  return (
    <div className={styles["facts"]}>
      <p>{words.size(size(option.bytes), size(model.bytes), size(freeBytes))}</p>
      <p>{words.qualities[option.quality]}</p>
      <p>{fallbackSentence(option, strings)}</p>
      <p>{words.file(option.fileName)}</p>
      {notes.map((note) => (
        <p key={note} className={styles["note"]}>
          <TriangleAlert size={14} strokeWidth={2} aria-hidden />
          {note}
        </p>
      ))}
    </div>
  );
}
