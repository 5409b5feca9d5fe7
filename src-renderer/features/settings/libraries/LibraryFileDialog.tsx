import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../../src-main/contract/errors.ts";
import type { LibraryOffer } from "../../../../src-main/contract/libraries.ts";
import { desktopBridge } from "../../../api/bridge.ts";
import { link } from "../../../api/engine.ts";
import { cleanPath, isFullPath } from "../../../lib/paths.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { InlineError } from "../../../ui/InlineError.tsx";
import { showToast } from "../../../ui/Toast.tsx";
import { FileField } from "../../files/FileField.tsx";
import { Command } from "./Command.tsx";
import styles from "./Libraries.module.css";

/** Adds a library from its file: picked in the desktop app, named by its path in a browser. */
export function LibraryFileDialog({
  offer: { name, backend, command },
  onClose,
}: {
  readonly offer: LibraryOffer;
  readonly onClose: () => void;
}): ReactNode {
  const { libraries, common } = useStrings();
  const words = libraries.fileDialog;
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
  const install = async (): Promise<void> => {
    const file = cleanPath(path);
    if (file === "" || busy) return;
    setProblem(isFullPath(file) ? undefined : words.notFull);
    if (!isFullPath(file)) return;
    setBusy(true);
    setError(null);
    try {
      // The row behind the dialog tells how far it is.
      await link.client.stream("libraries.install", { name, file }).result;
      showToast({ text: libraries.installed(name) });
      onClose();
    } catch (failure) {
      setError(toErrorData(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title(libraries.names[backend])}
      description={words.description}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            variant="primary"
            busy={busy}
            busyLabel={words.installing}
            disabled={path.trim() === ""}
            onClick={() => void install()}
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
          void install();
        }}
      >
        <Command text={command} />
        <FileField
          accept=".tgz"
          label={words.path}
          hint={bridge ? undefined : words.pathHint}
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
