import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import type { KvType } from "../../../src-main/contract/devices.ts";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { KvVerdict, Model } from "../../../src-main/contract/models.ts";
import { call, link } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { Select } from "../../ui/Select.tsx";
import { kvOption } from "./kvOption.ts";

const types: readonly KvType[] = ["f16", "q8_0", "q4_0"];

/** Chooses how a model keeps its chats, among what it has been shown to bear. */
export function KvDialog({
  model,
  onClose,
}: {
  readonly model: Model;
  readonly onClose: () => void;
}): ReactNode {
  const strings = useStrings();
  const words = strings.models.kv;
  const [known, setKnown] = useState<{ chosen: KvType; verdicts: readonly KvVerdict[] }>();
  const [error, setError] = useState<ErrorData | null>(null);
  const [fraction, setFraction] = useState<number | null>(null);
  const cancel = useRef<(() => void) | null>(null);
  const comparing = fraction !== null;

  const attempt = useCallback(
    async (work: () => Promise<unknown>): Promise<void> => {
      setError(null);
      try {
        await work();
        setKnown(await call("models.kvVerdicts", { modelId: model.id }));
      } catch (failure) {
        if (!isCancelled(failure)) setError(toErrorData(failure));
      }
    },
    [model.id],
  );
  useEffect(() => {
    void attempt(async () => {});
    return () => cancel.current?.();
  }, [attempt]);

  const compare = async (): Promise<void> => {
    const stream = link.client.stream("models.checkKv", { modelId: model.id });
    cancel.current = stream.cancel;
    setFraction(0);
    for await (const item of stream) setFraction(item.fraction);
    await stream.result;
  };
  const finish = (): void => {
    cancel.current = null;
    setFraction(null);
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title(strings.models.variant(model.name, model.quantization))}
      description={words.description}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button
            variant="primary"
            busy={comparing}
            busyLabel={words.compare}
            onClick={() => void attempt(compare).finally(finish)}
          >
            {known && known.verdicts.length > 0 ? words.compareAgain : words.compare}
          </Button>
        </>
      }
    >
      <Select
        label={words.label}
        value={known?.chosen}
        disabled={comparing || !known}
        options={types.map((type) => kvOption(type, known?.verdicts ?? [], strings))}
        onChange={(kvType) =>
          void attempt(() => call("models.setKvType", { modelId: model.id, kvType }))
        }
      />
      {comparing && <Progress label={words.comparing} fraction={fraction} />}
      {error && <InlineError error={error} />}
    </Dialog>
  );
}
