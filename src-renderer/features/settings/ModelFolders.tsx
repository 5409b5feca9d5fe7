import { FolderPlus, X } from "lucide-react";
import { useMemo, useState, type FormEvent, type ReactNode } from "react";
import { modelsState, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { showToast } from "../../ui/Toast.tsx";
import { countBelow, folderProblem } from "./modelFolders.ts";
import styles from "./SettingsPage.module.css";
import { useSaveSettings } from "./useSaveSettings.ts";

/** Where Hearth looks for model files: its own folder, and those that the user names. */
export function ModelFolders({
  own,
  folders,
}: {
  /** Hearth's own folder of models. */
  readonly own: string;
  readonly folders: readonly string[];
}): ReactNode {
  const { settings: words, common } = useStrings();
  const models = useMirror(modelsState, (state) => state.models);
  const paths = useMemo(() => (models ?? []).map((model) => model.path), [models]);
  const { save, error, busy } = useSaveSettings();
  const [path, setPath] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);

  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wanted = path.trim();
    if (wanted === "" || busy) return;
    const wrong = folderProblem(wanted, [own, ...folders]);
    setProblem(wrong === null ? undefined : words.folderProblems[wrong]);
    if (wrong === null && (await save({ modelFolders: [...folders, wanted] }))) setPath("");
  };
  const remove = async (folder: string): Promise<void> => {
    if (!(await save({ modelFolders: folders.filter((other) => other !== folder) }))) return;
    showToast({
      text: words.folderRemoved(folder),
      action: {
        label: common.undo,
        altText: words.undoRemove,
        onSelect: () => void save({ modelFolders: [...folders] }),
      },
    });
  };

  return (
    <div className={styles["setting"]}>
      <div>
        <h3 className={styles["label"]}>{words.folders}</h3>
        <p className={styles["hint"]}>{words.foldersHint}</p>
      </div>
      <ul className={styles["folders"]} aria-label={words.folders}>
        <FolderRow path={own} note={`${words.ownFolder}, ${found(own)}`} />
        {folders.map((folder) => (
          <FolderRow
            key={folder}
            path={folder}
            note={found(folder)}
            action={
              <IconButton
                icon={X}
                label={words.removeFolder(folder)}
                onClick={() => void remove(folder)}
              />
            }
          />
        ))}
      </ul>
      <form className={styles["addFolder"]} onSubmit={(event) => void add(event)}>
        <TextField
          label={words.addFolder}
          placeholder={words.addFolderPlaceholder}
          value={path}
          error={problem}
          onChange={(text) => {
            setProblem(undefined);
            setPath(text);
          }}
        />
        <Button type="submit" icon={FolderPlus} busy={busy} disabled={path.trim() === ""}>
          {words.addFolderConfirm}
        </Button>
      </form>
      {error && <InlineError error={error} />}
    </div>
  );

  function found(folder: string): string {
    return words.modelsFound(countBelow(folder, paths));
  }
}

function FolderRow({
  path,
  note,
  action,
}: {
  readonly path: string;
  readonly note: string;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <li className={styles["folder"]}>
      <span className={styles["path"]} data-selectable>
        {path}
      </span>
      <span className={styles["note"]}>{note}</span>
      {action}
    </li>
  );
}
