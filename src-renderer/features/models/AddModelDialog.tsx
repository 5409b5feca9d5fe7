import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import { desktopBridge } from "../../api/bridge.ts";
import { call } from "../../api/engine.ts";
import { cleanPath } from "../../lib/paths.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { showToast } from "../../ui/Toast.tsx";
import { FileField } from "../files/FileField.tsx";
import { modelPathProblem } from "./modelPath.ts";
import styles from "./AddModelDialog.module.css";

/** Adds a GGUF file by its path: picked in the desktop app, typed or pasted in a browser. */
export function AddModelDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { models, common } = useStrings();
  const words = models.addDialog;
  const bridge = desktopBridge();
  const [path, setPath] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [error, setError] = useState<ErrorData | null>(null);
  const [busy, setBusy] = useState(false);

  const type = (text: string): void => {
    setPath(text);
    setProblem(undefined);
    setError(null);
  };
  const add = async (): Promise<void> => {
    const wanted = cleanPath(path);
    if (wanted === "" || busy) return;
    const wrong = modelPathProblem(wanted);
    setProblem(wrong === null ? undefined : words[wrong]);
    if (wrong !== null) return;
    setBusy(true);
    setError(null);
    try {
      const { model } = await call("models.addFile", { path: wanted });
      showToast({ text: words.added(models.variant(model.name, model.quantization)) });
      onClose();
    } catch (failure) {
      const data = toErrorData(failure);
      // A wrong path is a matter of the field; the rest is told in full.
      if (data.code === "model-missing") setProblem(words.notThere);
      else setError(data);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      description={bridge ? words.description : words.remoteDescription}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            variant="primary"
            busy={busy}
            busyLabel={words.adding}
            disabled={path.trim() === ""}
            onClick={() => void add()}
          >
            {words.confirm}
          </Button>
        </>
      }
    >
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <FileField
          accept=".gguf"
          label={words.path}
          placeholder={words.placeholder}
          hint={words.hint}
          error={problem}
          chooseLabel={words.choose}
          value={path}
          onChange={type}
        />
        {error && <InlineError error={error} />}
      </form>
    </Dialog>
  );
}
