import { FilePlus, Paperclip, Search } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import type { CollectionId, DocumentId } from "../../../src-main/contract/ids.ts";
import { collectionList, documentList, useMirror } from "../../api/engine.ts";
import { libraryDocuments } from "../../api/libraryDocuments.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { pickDocuments, pickFiles } from "../library/addDocuments.ts";
import checkList from "../../ui/CheckList.module.css";
import styles from "./AttachDialog.module.css";

/** Of a larger library the rest is found by name. */
const shownDocuments = 200;
/** From so many on there is a field to find one. */
const filterFrom = 12;

export interface AttachDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly documentIds: readonly DocumentId[];
  readonly collectionIds: readonly CollectionId[];
  readonly onChange: (scope: {
    documentIds?: DocumentId[];
    collectionIds?: CollectionId[];
  }) => void;
  /** Files were chosen for the next message alone. */
  readonly onFiles: (files: readonly File[]) => void;
}

/** Chooses which documents and collections of the library a chat asks. */
export function AttachDialog({ open, onOpenChange, ...rest }: AttachDialogProps): ReactNode {
  const { chat, common, attach } = useStrings();
  const pickForMessage = (): void =>
    pickFiles((files) => {
      rest.onFiles(files);
      onOpenChange(false);
    });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={chat.attachTitle}
      description={chat.attachDescription}
      footer={
        <>
          <Button icon={Paperclip} onClick={pickForMessage}>
            {attach.onlyThis}
          </Button>
          <Button icon={FilePlus} onClick={() => void pickDocuments()}>
            {chat.addFiles}
          </Button>
          <Button variant="primary" onClick={() => onOpenChange(false)}>
            {common.done}
          </Button>
        </>
      }
    >
      {open && <Choices {...rest} />}
    </Dialog>
  );
}

function Choices({
  documentIds,
  collectionIds,
  onChange,
}: Pick<AttachDialogProps, "documentIds" | "collectionIds" | "onChange">): ReactNode {
  const { chat, attach, ui, locale } = useStrings();
  const documents = useMirror(documentList, libraryDocuments);
  const collections = useMirror(collectionList, (state) => state.collections) ?? [];
  const [filter, setFilter] = useState("");
  const chosen = useMemo(() => new Set(documentIds), [documentIds]);
  const usable = useMemo(
    () => (documents ?? []).filter((row) => row.status !== "failed"),
    [documents],
  );
  const wanted = filter.trim().toLowerCase();
  const found = usable.filter((row) => row.name.toLowerCase().includes(wanted));
  if (usable.length === 0) return <p className={styles["none"]}>{chat.attachNone}</p>;
  return (
    <div className={styles["choices"]}>
      {collections.length > 0 && (
        <section aria-label={attach.collections}>
          <h3 className={styles["heading"]}>{attach.collections}</h3>
          <ul className={styles["collections"]}>
            {collections.map(({ id, name, documentIds: members }) => (
              <Choice
                key={id}
                name={name}
                meta={formatCount(members.length, locale)}
                checked={collectionIds.includes(id)}
                onChange={(on) =>
                  onChange({
                    collectionIds: on
                      ? [...collectionIds, id]
                      : collectionIds.filter((other) => other !== id),
                  })
                }
              />
            ))}
          </ul>
          <h3 className={styles["heading"]}>{attach.documents}</h3>
        </section>
      )}
      {usable.length >= filterFrom && (
        <TextField
          type="search"
          icon={Search}
          label={attach.filter}
          hideLabel
          placeholder={attach.filter}
          value={filter}
          onChange={setFilter}
        />
      )}
      <ul className={checkList["list"]}>
        {wanted === "" && (
          <Choice
            name={chat.attachAll}
            strong
            checked={usable.every(({ id }) => chosen.has(id))}
            onChange={(on) => onChange({ documentIds: on ? usable.map(({ id }) => id) : [] })}
          />
        )}
        {found.slice(0, shownDocuments).map((row) => (
          <Choice
            key={row.id}
            name={row.name}
            hint={row.path}
            meta={row.status === "ready" ? undefined : chat.notReady}
            checked={chosen.has(row.id)}
            onChange={(on) =>
              onChange({
                documentIds: on
                  ? [...documentIds, row.id]
                  : documentIds.filter((other) => other !== row.id),
              })
            }
          />
        ))}
        {found.length > shownDocuments && (
          <li className={styles["none"]}>
            {ui.narrow(formatCount(found.length - shownDocuments, locale))}
          </li>
        )}
      </ul>
    </div>
  );
}

function Choice({
  name,
  hint,
  meta,
  strong = false,
  checked,
  onChange,
}: {
  readonly name: string;
  readonly hint?: string;
  readonly meta?: string | undefined;
  readonly strong?: boolean;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactNode {
  return (
    <li>
      <label className={checkList["row"]}>
        <input
          type="checkbox"
          checked={checked}
          onChange={(event) => onChange(event.target.checked)}
        />
        {strong ? (
          <strong>{name}</strong>
        ) : (
          <span className={checkList["name"]} title={hint}>
            {name}
          </span>
        )}
        {meta !== undefined && <span className={checkList["meta"]}>{meta}</span>}
      </label>
    </li>
  );
}
