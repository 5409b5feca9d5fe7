import {
  FilePlus,
  FileText,
  FileWarning,
  Files,
  MessageSquare,
  MoreHorizontal,
  X,
} from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import { call, documentList, useMirror } from "../../api/engine.ts";
import { useNavigation } from "../../app/navigation.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { shownShortcut } from "../../lib/shortcuts/registry.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { AlertDialog } from "../../ui/AlertDialog.tsx";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { List, ListRow } from "../../ui/ListRow.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { PageFrame } from "../../ui/PageFrame.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { setDraft } from "../chat/drafts.ts";
import { dismissAddError, pickDocuments, removeDocuments, useAdding } from "./addDocuments.ts";
import { pdfPasswords } from "../viewer/pdfPasswords.ts";
import { ingestProgress } from "./ingestProgress.ts";
import { PasswordDialog } from "./PasswordDialog.tsx";
import styles from "./LibraryPage.module.css";

/** All documents, with the progress of those that are being added. */
export function LibraryPage(): ReactNode {
  const { library, common, locale } = useStrings();
  const documents = useMirror(documentList, (state) => state.documents);
  const { error, uploading } = useAdding();
  const [filter, setFilter] = useState("");
  const [removing, setRemoving] = useState<DocumentRow | null>(null);
  const shown = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    return (documents ?? [])
      .filter((row) => row.name.toLowerCase().includes(wanted))
      .toSorted((a, b) => b.addedAt - a.addedAt);
  }, [documents, filter]);
  const add = (
    <Button variant="primary" icon={FilePlus} onClick={() => void pickDocuments()}>
      {library.add}
    </Button>
  );
  return (
    <PageFrame
      title={library.title}
      meta={documents && documents.length > 0 ? formatCount(documents.length, locale) : undefined}
      actions={
        <IconButton
          icon={FilePlus}
          label={library.add}
          shortcut={shownShortcut("addDocuments")}
          onClick={() => void pickDocuments()}
        />
      }
    >
      <div className={styles["body"]}>
        {error && (
          <InlineError
            error={error}
            actions={<Button onClick={dismissAddError}>{common.dismiss}</Button>}
          />
        )}
        {uploading > 0 && <Progress label={library.uploading(uploading)} fraction={null} />}
        {documents?.length === 0 && uploading === 0 && (
          <div className={styles["empty"]}>
            <EmptyState icon={Files} title={library.emptyTitle} actions={add}>
              {library.emptyText}
            </EmptyState>
          </div>
        )}
        {documents && documents.length > 0 && (
          <>
            <TextField
              label={library.filter}
              hideLabel
              placeholder={library.filter}
              value={filter}
              onChange={setFilter}
            />
            {shown.length === 0 && <p className={styles["none"]}>{library.none}</p>}
            <List label={library.title}>
              {shown.map((row) => (
                <DocumentListRow key={row.id} row={row} onRemove={() => setRemoving(row)} />
              ))}
            </List>
          </>
        )}
      </div>
      {removing && (
        <AlertDialog
          open
          onOpenChange={(open) => !open && setRemoving(null)}
          title={library.removeTitle(removing.name)}
          description={library.removeText}
          confirmLabel={library.remove}
          onConfirm={() => {
            setRemoving(null);
            void removeDocuments([removing.id]);
          }}
        />
      )}
    </PageFrame>
  );
}

function DocumentListRow({ row, onRemove }: { row: DocumentRow; onRemove: () => void }): ReactNode {
  const strings = useStrings();
  const { library, locale } = strings;
  const { go, openPanel } = useNavigation();
  const working = row.status === "working" || row.status === "queued";
  const ready = row.status === "ready";
  const ask = (): void => {
    setDraft(null, { documentIds: [row.id] });
    go({ kind: "chat", chatId: null });
  };
  const retry = (): void => void call("documents.retry", { documentId: row.id });
  const [unlocking, setUnlocking] = useState(false);
  const locked = row.error?.code === "file-encrypted";
  const progress = working ? ingestProgress(row, strings) : null;
  return (
    <ListRow
      icon={row.status === "failed" ? FileWarning : FileText}
      title={row.name}
      detail={
        ready
          ? [
              row.pages === null ? "" : library.pages(formatCount(row.pages, locale)),
              library.passages(formatCount(row.chunks, locale)),
              formatBytes(row.bytes),
            ]
              .filter((part) => part !== "")
              .join(" · ")
          : row.status === "interrupted"
            ? library.status.interrupted
            : undefined
      }
      onSelect={
        ready
          ? () => openPanel({ kind: "document", documentId: row.id, location: null, quote: "" })
          : undefined
      }
      showActions={working || row.status === "interrupted"}
      actions={
        working ? (
          <IconButton
            icon={X}
            label={library.cancel}
            onClick={() => void call("documents.cancel", { documentId: row.id })}
          />
        ) : (
          <>
            {ready && <IconButton icon={MessageSquare} label={library.ask} onClick={ask} />}
            <Menu
              items={[
                { id: "retry", label: library.retry, onSelect: retry },
                { id: "remove", label: library.remove, danger: true, onSelect: onRemove },
              ]}
            >
              <IconButton icon={MoreHorizontal} label={library.actions(row.name)} />
            </Menu>
          </>
        )
      }
    >
      {progress && (
        <Progress label={progress.label} fraction={progress.fraction} detail={progress.detail} />
      )}
      {row.error && !working && (
        <InlineError
          error={row.error}
          actions={
            locked ? (
              <Button onClick={() => setUnlocking(true)}>{library.enterPassword}</Button>
            ) : (
              <Button onClick={retry}>{library.retry}</Button>
            )
          }
        />
      )}
      {unlocking && (
        <PasswordDialog
          name={row.name}
          onTry={async (password) => {
            await call("documents.unlock", { documentId: row.id, password });
            pdfPasswords.set(row.id, password);
          }}
          onClose={() => setUnlocking(false)}
        />
      )}
    </ListRow>
  );
}
