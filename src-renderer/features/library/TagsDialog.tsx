import { useState, type ReactNode } from "react";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { Facet } from "./arrangeDocuments.ts";
import { tagDocuments } from "./libraryActions.ts";
import checkList from "../../ui/CheckList.module.css";
import styles from "./TagsDialog.module.css";

export interface TagsDialogProps {
  readonly rows: readonly DocumentRow[];
  /** All tags of the library. */
  readonly known: readonly Facet[];
  readonly onClose: () => void;
}

/** Puts tags on documents and takes them off. Each change holds at once. */
export function TagsDialog({ rows, known, onClose }: TagsDialogProps): ReactNode {
  const { organise, common, library, locale } = useStrings();
  const [text, setText] = useState("");
  const ids = rows.map(({ id }) => id);
  const [only] = rows;
  const having = (tag: string): number => rows.filter((row) => row.tags.includes(tag)).length;
  const names = [...new Set([...known.map(({ value }) => value), ...rows.flatMap((r) => r.tags)])];
  const add = (): void => {
    const tag = text.trim();
    if (tag === "") return;
    setText("");
    void tagDocuments(ids, { add: [tag] });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="small"
      title={
        rows.length === 1 && only ? only.name : organise.tagsTitle(formatCount(rows.length, locale))
      }
      description={organise.tagsDescription}
      footer={
        <Button
          variant="primary"
          onClick={() => {
            // What was typed and not added yet is meant, too.
            add();
            onClose();
          }}
        >
          {common.done}
        </Button>
      }
    >
      <form
        className={styles["add"]}
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <TextField
          label={organise.newTag}
          hideLabel
          placeholder={organise.newTag}
          maxLength={60}
          value={text}
          onChange={setText}
        />
        <Button type="submit" disabled={text.trim() === ""}>
          {organise.addTag}
        </Button>
      </form>
      <ul className={checkList["list"]} aria-label={organise.tags}>
        {names.map((tag) => {
          const count = having(tag);
          return (
            <li key={tag}>
              <label className={checkList["row"]}>
                <input
                  type="checkbox"
                  ref={(box) => {
                    if (box) box.indeterminate = count > 0 && count < rows.length;
                  }}
                  checked={count === rows.length}
                  onChange={(event) =>
                    void tagDocuments(
                      ids,
                      event.target.checked ? { add: [tag] } : { remove: [tag] },
                    )
                  }
                />
                <span className={checkList["name"]}>{tag}</span>
                {count > 0 && count < rows.length && (
                  <span className={checkList["meta"]}>
                    {library.progress(formatCount(count, locale), formatCount(rows.length, locale))}
                  </span>
                )}
              </label>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
