import { useState, type ReactNode } from "react";
import type { Collection } from "../../../src-main/contract/collections.ts";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import { call } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { TextField } from "../../ui/TextField.tsx";

export interface CollectionDialogProps {
  /** The one to be renamed; null makes a new one. */
  readonly collection: Collection | null;
  /** What a new one begins with. */
  readonly documentIds: readonly DocumentId[];
  readonly onClose: () => void;
}

/** Asks for the name of a collection. */
export function CollectionDialog({
  collection,
  documentIds,
  onClose,
}: CollectionDialogProps): ReactNode {
  const { organise, common } = useStrings();
  const [name, setName] = useState(collection?.name ?? "");
  const [error, setError] = useState<ErrorData | null>(null);
  const save = async (): Promise<void> => {
    if (name.trim() === "") return;
    try {
      if (collection) await call("collections.rename", { collectionId: collection.id, name });
      else await call("collections.create", { name, documentIds: [...documentIds] });
      onClose();
    } catch (failure) {
      setError(toErrorData(failure));
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="small"
      title={collection ? organise.renameCollectionTitle : organise.newCollectionTitle}
      description={organise.newCollectionHint}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button variant="primary" disabled={name.trim() === ""} onClick={() => void save()}>
            {collection ? organise.rename : organise.create}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          label={organise.collectionName}
          maxLength={100}
          error={error?.title}
          value={name}
          onChange={(text) => {
            setName(text);
            setError(null);
          }}
        />
      </form>
    </Dialog>
  );
}
