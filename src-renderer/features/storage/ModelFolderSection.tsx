import { FolderInput, Undo2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { ModelFolder } from "../../../src-main/contract/storage.ts";
import { call, storageState, useMirror } from "../../api/engine.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { showToast } from "../../ui/Toast.tsx";
import { describeMove } from "./describeStored.ts";
import { MoveDialog } from "./MoveDialog.tsx";
import styles from "./Storage.module.css";

/** Where Hearth's own models are, and how they get elsewhere. */
export function ModelFolderSection({
  folder,
  onChange,
}: {
  readonly folder: ModelFolder;
  readonly onChange: () => void;
}): ReactNode {
  const strings = useStrings();
  const { storage, locale } = strings;
  const words = storage.folder;
  const state = useMirror(storageState, (value) => value);
  const [asking, setAsking] = useState<"elsewhere" | "back" | null>(null);
  const moving = state?.moving ?? null;
  const notes = [
    folder.isUsual ? words.usual : words.moved,
    folder.freeBytes === null ? "" : words.free(formatBytes(folder.freeBytes, locale)),
  ].filter((note) => note !== "");
  return (
    <div className={styles["folder"]}>
      <div className={styles["place"]}>
        <div className={styles["what"]}>
          <p className={styles["path"]} data-selectable>
            {folder.path}
          </p>
          <p className={styles["hint"]}>{notes.join(" · ")}</p>
        </div>
        {!moving && folder.reachable && (
          <>
            {!folder.isUsual && (
              <Button icon={Undo2} onClick={() => setAsking("back")}>
                {words.back}
              </Button>
            )}
            <Button icon={FolderInput} onClick={() => setAsking("elsewhere")}>
              {words.move}
            </Button>
          </>
        )}
      </div>
      {!folder.reachable && <Away onChange={onChange} />}
      {moving && <Moving {...describeMove(moving, strings)} />}
      {state?.moveError && <InlineError error={state.moveError} />}
      {asking !== null && <MoveDialog isBack={asking === "back"} onClose={() => setAsking(null)} />}
    </div>
  );
}

function Moving(props: {
  readonly label: string;
  readonly fraction: number | null;
  readonly detail?: string;
}): ReactNode {
  const { storage } = useStrings();
  const [stopping, setStopping] = useState(false);
  const stop = (): void => {
    setStopping(true);
    // How it ended is in the state; an engine that is away has ended it, too.
    call("storage.cancelMove", {}).catch(() => setStopping(false));
  };
  return (
    <div className={styles["progress"]}>
      <Progress {...props} />
      <Button busy={stopping} busyLabel={storage.move.cancelling} onClick={stop}>
        {storage.move.cancel}
      </Button>
    </div>
  );
}

/** The disk of the folder is not connected: what that means, and the way on without it. */
function Away({ onChange }: { readonly onChange: () => void }): ReactNode {
  const { storage } = useStrings();
  const words = storage.folder;
  const [error, setError] = useState<ErrorData | null>(null);
  const leave = async (): Promise<void> => {
    try {
      await call("storage.leaveFolder", {});
      showToast({ text: words.left });
      onChange();
    } catch (failure) {
      setError(toErrorData(failure));
    }
  };
  return (
    <InlineError
      tone="warn"
      error={error ?? { code: "file-missing", ...words.away }}
      actions={<Button onClick={() => void leave()}>{words.leave}</Button>}
    />
  );
}
