import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { EvalSetSummary } from "../../../src-main/contract/evals.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { AlertDialog } from "../../ui/AlertDialog.tsx";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { deleteSet } from "./evalActions.ts";
import { SetDialog } from "./SetDialog.tsx";
import styles from "./OwnSets.module.css";

/** The user's own sets of questions, and the way to a new one. */
export function OwnSets({ sets }: { readonly sets: readonly EvalSetSummary[] }): ReactNode {
  const { evals: words, locale } = useStrings();
  /** The id of the set that is changed; null for a new one. */
  const [open, setOpen] = useState<string | null | undefined>(undefined);
  const [leaving, setLeaving] = useState<EvalSetSummary | null>(null);
  return (
    <div className={styles["sets"]}>
      {sets.length === 0 && <p className={styles["meta"]}>{words.ownNone}</p>}
      <ul className={styles["list"]}>
        {sets.map((set) => (
          <li key={set.id} className={styles["row"]}>
            <span className={styles["name"]}>{set.name}</span>
            <span className={styles["meta"]}>
              {words.setHints.own(formatCount(set.questions, locale))}
            </span>
            <IconButton
              icon={Pencil}
              label={words.editSet(set.name)}
              onClick={() => setOpen(set.id)}
            />
            <IconButton
              icon={Trash2}
              label={words.deleteSet(set.name)}
              onClick={() => setLeaving(set)}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button icon={Plus} onClick={() => setOpen(null)}>
          {words.newSet}
        </Button>
      </div>
      {open !== undefined && <SetDialog setId={open} onClose={() => setOpen(undefined)} />}
      {leaving && (
        <AlertDialog
          open
          onOpenChange={(shown) => !shown && setLeaving(null)}
          title={words.deleteSetTitle(leaving.name)}
          description={words.deleteSetText}
          confirmLabel={words.deleteSetYes}
          danger
          onConfirm={() => {
            void deleteSet(leaving.id);
            setLeaving(null);
          }}
        />
      )}
    </div>
  );
}
