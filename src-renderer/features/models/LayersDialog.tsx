import { useEffect, useState, type ReactNode } from "react";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { MemoryEstimate, Model } from "../../../src-main/contract/models.ts";
import { call, settingsState, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { SliderField } from "../../ui/SliderField.tsx";
import { FitLine } from "./FitLine.tsx";
import styles from "./LayersDialog.module.css";

/** Chooses how many layers of a model go to the graphics device, with what that would take. */
export function LayersDialog({
  model,
  onClose,
}: {
  readonly model: Model;
  readonly onClose: () => void;
}): ReactNode {
  const strings = useStrings();
  const { models, locale } = strings;
  const words = models.layers;
  const all = (model.memory?.layers ?? 0) + 1;
  const known = useMirror(settingsState, ({ gpuLayers }) => gpuLayers[model.id] ?? null) ?? null;
  const [chosen, setChosen] = useState<number | null>(known);
  const { estimate, error: estimateError } = useEstimate(model, chosen);
  const [error, setError] = useState<ErrorData | null>(null);
  const [busy, setBusy] = useState(false);
  const none = estimate !== null && estimate.graphics === null;
  const save = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await call("models.setGpuLayers", { modelId: model.id, gpuLayers: chosen });
      onClose();
    } catch (failure) {
      setError(toErrorData(failure));
    } finally {
      setBusy(false);
    }
  };
  const shownError = error ?? estimateError;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title(models.variant(model.name, model.quantization))}
      description={words.description}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button
            variant="primary"
            busy={busy}
            disabled={chosen === known}
            onClick={() => void save()}
          >
            {words.save}
          </Button>
        </>
      }
    >
      <div className={styles["fields"]}>
        <Segmented
          label={words.label}
          value={chosen === null ? "auto" : "own"}
          options={[
            { value: "auto", label: words.auto },
            { value: "own", label: words.own },
          ]}
          onChange={(choice) =>
            setChosen(choice === "auto" ? null : (known ?? estimate?.gpuLayers ?? all))
          }
        />
        {chosen !== null && (
          <SliderField
            label={words.count}
            hint={words.hint(formatCount(all, locale))}
            min={0}
            max={all}
            step={1}
            unit={words.unit}
            value={chosen}
            onChange={(value) => setChosen(Math.round(value))}
          />
        )}
        {none && <p>{words.none}</p>}
        {estimate && <FitLine estimate={estimate} />}
        {shownError && <InlineError error={shownError} />}
      </div>
    </Dialog>
  );
}

/** What a model would need with so many layers on the device; asked anew with each choice. */
function useEstimate(
  model: Model,
  gpuLayers: number | null,
): { estimate: MemoryEstimate | null; error: ErrorData | null } {
  const [estimate, setEstimate] = useState<MemoryEstimate | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  useEffect(() => {
    const asked = new AbortController();
    const { signal } = asked;
    call("models.estimate", { modelId: model.id, gpuLayers }, { signal }).then(
      ({ estimates }) => {
        setError(null);
        setEstimate(estimates[0] ?? null);
      },
      (failure: unknown) => {
        if (!signal.aborted && !isCancelled(failure)) setError(toErrorData(failure));
      },
    );
    return () => asked.abort();
  }, [model.id, gpuLayers]);
  return { estimate, error };
}
