import { Folder, FolderPlus, FolderX, ListFilter, MoreHorizontal } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { FolderRow } from "../../../src-main/contract/folders.ts";
import { call, foldersState, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { AlertDialog } from "../../ui/AlertDialog.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { GrowingTextarea } from "../../ui/GrowingTextarea.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { List, ListRow } from "../../ui/ListRow.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { TextField } from "../../ui/TextField.tsx";
import styles from "./FoldersDialog.module.css";

/** The folders that the library follows: added, removed, and what is passed over in them. */
export function FoldersDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { library, common } = useStrings();
  const words = library.folders;
  const folders = useMirror(foldersState, (state) => state.folders) ?? [];
  const [error, setError] = useState<ErrorData | null>(null);
  const [typing, setTyping] = useState(false);
  const [path, setPath] = useState("");

  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      setError(null);
      return true;
    } catch (failure) {
      setError(toErrorData(failure));
      return false;
    }
  };
  const pick = async (): Promise<void> => {
    const { paths } = await call("folders.pick", {});
    // Where there is no dialog for it, the path is typed.
    if (paths === null) setTyping(true);
    for (const chosen of paths ?? []) await call("folders.add", { path: chosen });
  };
  const addTyped = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wanted = path.trim();
    if (wanted === "") return;
    if (await attempt(() => call("folders.add", { path: wanted }))) setPath("");
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title}
      description={words.description}
      footer={
        <>
          <Button icon={FolderPlus} onClick={() => void attempt(pick)}>
            {words.add}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {common.done}
          </Button>
        </>
      }
    >
      <div className={styles["body"]}>
        {folders.length === 0 && <p className={styles["none"]}>{words.none}</p>}
        {folders.length > 0 && (
          <List label={words.title}>
            {folders.map((folder) => (
              <FolderListRow key={folder.path} folder={folder} attempt={attempt} />
            ))}
          </List>
        )}
        {typing && (
          <form className={styles["form"]} onSubmit={(event) => void addTyped(event)}>
            <TextField label={words.path} hint={words.pathHint} value={path} onChange={setPath} />
            <Button type="submit" disabled={path.trim() === ""}>
              {words.addTyped}
            </Button>
          </form>
        )}
        {error && <InlineError error={error} />}
      </div>
    </Dialog>
  );
}

/** Patterns that are being typed, and what they began from. */
interface Editing {
  readonly text: string;
  readonly seen: readonly string[];
}

function FolderListRow({
  folder,
  attempt,
}: {
  readonly folder: FolderRow;
  readonly attempt: (work: () => Promise<unknown>) => Promise<boolean>;
}): ReactNode {
  const { library, common, locale } = useStrings();
  const words = library.folders;
  const { path, ignore, status, documents } = folder;
  const [editing, setEditing] = useState<Editing | null>(null);
  const [removing, setRemoving] = useState(false);
  const remove = (keepDocuments: boolean) => (): void =>
    void attempt(() => call("folders.remove", { path, keepDocuments }));
  const save = async (): Promise<void> => {
    if (!editing) return;
    const lines = editing.text.split("\n").filter((line) => line.trim() !== "");
    const change = { path, ignore: lines, seen: [...editing.seen] };
    if (await attempt(() => call("folders.update", change))) setEditing(null);
  };
  const counted = words.documents(formatCount(documents, locale));
  return (
    <ListRow
      icon={status === "missing" ? FolderX : Folder}
      title={path}
      detail={`${words.status[status]} · ${counted}`}
      showActions
      actions={
        <>
          <IconButton
            icon={ListFilter}
            label={words.patternsOf(path)}
            onClick={() => setEditing(editing ? null : { text: ignore.join("\n"), seen: ignore })}
          />
          <Menu
            align="end"
            items={[
              { id: "keep", label: words.stopKeep, onSelect: remove(true) },
              {
                id: "remove",
                label: words.stopRemove,
                danger: true,
                onSelect: () => setRemoving(true),
              },
            ]}
          >
            <IconButton icon={MoreHorizontal} label={library.actions(path)} />
          </Menu>
        </>
      }
    >
      {removing && (
        <AlertDialog
          open
          onOpenChange={setRemoving}
          title={words.removeTitle(path)}
          description={words.removeText(formatCount(documents, locale))}
          confirmLabel={words.removeConfirm}
          danger
          onConfirm={() => {
            setRemoving(false);
            remove(false)();
          }}
        />
      )}
      {editing && (
        <div className={styles["patterns"]}>
          <GrowingTextarea
            label={words.patterns}
            minRows={3}
            placeholder={words.patternsPlaceholder}
            value={editing.text}
            onChange={(text) => setEditing({ ...editing, text })}
          />
          <p className={styles["none"]}>{words.patternsHint}</p>
          <div className={styles["buttons"]}>
            <Button onClick={() => setEditing(null)}>{common.cancel}</Button>
            <Button variant="primary" onClick={() => void save()}>
              {common.save}
            </Button>
          </div>
        </div>
      )}
    </ListRow>
  );
}
