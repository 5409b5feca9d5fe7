import { useEffect, useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { MovePlan } from "../../../src-main/contract/storage.ts";
import { call, link } from "../../api/engine.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { cleanPath } from "../../lib/paths.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { showToast } from "../../ui/Toast.tsx";
import { FolderField } from "../files/FolderField.tsx";
import styles from "./Storage.module.css";

/** Asks where to, says what moving would do, and begins it. It goes on when the dialog has closed. */
export function MoveDialog({
  isBack,
  onClose,
}: {
  /** Into the data folder: there is nothing to choose. */
  readonly isBack: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { storage, common } = useStrings();
  const words = storage.move;
  const [path, setPath] = useState("");
  const [plan, setPlan] = useState<MovePlan | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const [busy, setBusy] = useState(false);
  const folder = isBack ? null : cleanPath(path);

  const check = async (wanted: string | null): Promise<void> => {
    if (busy || wanted === "") return;
    setBusy(true);
    setError(null);
    try {
      setPlan(await call("storage.planMove", { folder: wanted }));
    } catch (failure) {
      setError(toErrorData(failure));
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    if (isBack) void check(null);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when the dialog opens
  }, []);
  const type = (text: string): void => {
    setPath(text);
    setPlan(null);
    setError(null);
  };
  const pick = async (): Promise<void> => {
    const { paths } = await call("storage.pickFolder", {});
    const [chosen] = paths ?? [];
    if (chosen === undefined) return;
    type(chosen);
    await check(chosen);
  };
  const move = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    let begun = false;
    try {
      const stream = link.client.stream("storage.move", { folder });
      for await (const { stage } of stream) {
        if (!begun && stage === "copying") onClose();
        begun = true;
      }
      const { folder: now, left } = await stream.result;
      showToast({ text: left === 0 ? words.done(now) : words.doneLeft(now, left) });
      if (!begun) onClose();
    } catch (failure) {
      // Once it has begun, the page tells how it ended.
      if (begun) return;
      setError(toErrorData(failure));
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      description={words.description}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          {plan ? (
            <Button
              variant="primary"
              busy={busy}
              busyLabel={words.starting}
              onClick={() => void move()}
            >
              {words.confirm}
            </Button>
          ) : (
            <Button
              variant="primary"
              busy={busy}
              busyLabel={words.checking}
              disabled={folder === ""}
              onClick={() => void check(folder)}
            >
              {words.check}
            </Button>
          )}
        </>
      }
    >
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          void (plan ? move() : check(folder));
        }}
      >
        {!isBack && (
          <FolderField
            label={words.path}
            hint={words.pathHint}
            chooseLabel={words.choose}
            value={path}
            onChange={type}
            pick={pick}
          />
        )}
        {plan && <Plan plan={plan} />}
        {error && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}

function Plan({ plan }: { readonly plan: MovePlan }): ReactNode {
  const { storage, locale } = useStrings();
  const words = storage.move;
  const { models, bytes, target, freeBytes, sameDisk } = plan;
  return (
    <div role="status">
      <p data-selectable>{words.plan(words.models(models), formatBytes(bytes, locale), target)}</p>
      <p className={styles["hint"]}>
        {sameDisk ? words.sameDisk : words.room(formatBytes(freeBytes, locale))} {words.loaded}
      </p>
    </div>
  );
}
