import { FilePlus, Files } from "lucide-react";
import type { ReactNode } from "react";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { dismissAddError, pickDocuments, useAdding } from "./addDocuments.ts";
import styles from "./LibraryPage.module.css";

/** What concerns the library as a whole: files on their way, and what could not be done. */
export function LibraryNews(): ReactNode {
  const { library, common } = useStrings();
  const { error, uploading } = useAdding();
  if (!error && uploading === 0) return null;
  return (
    <div className={styles["news"]}>
      {error && (
        <InlineError
          error={error}
          actions={<Button onClick={dismissAddError}>{common.dismiss}</Button>}
        />
      )}
      {uploading > 0 && <Progress label={library.uploading(uploading)} fraction={null} />}
    </div>
  );
}

/** A library without any document. */
export function EmptyLibrary(): ReactNode {
  const { library } = useStrings();
  return (
    <div className={styles["empty"]}>
      <EmptyState
        icon={Files}
        title={library.emptyTitle}
        actions={
          <Button variant="primary" icon={FilePlus} onClick={() => void pickDocuments()}>
            {library.add}
          </Button>
        }
      >
        {library.emptyText}
      </EmptyState>
    </div>
  );
}
