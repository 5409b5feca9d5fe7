import { Download, FilePlus, FolderOpen } from "lucide-react";
import { useState, type ReactNode } from "react";
import { documentList, modelsState, useMirror } from "../../api/engine.ts";
import { libraryDocuments } from "../../api/libraryDocuments.ts";
import { useNavigation } from "../../app/navigation.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { dismissAddError, pickDocuments, useAdding } from "../library/addDocuments.ts";
import { AddModelDialog } from "./AddModelDialog.tsx";
import { hasNoChatModel, missingStarters } from "./describeModel.ts";
import { FirstRecommendation } from "./find/FirstRecommendation.tsx";
import styles from "./FirstRun.module.css";
import { setUpStarters, useModelWork } from "./modelActions.ts";
import { OfflineNote } from "./StarterSection.tsx";
import { StarterProgress, useStartersUnderWay } from "./StarterProgress.tsx";

/**
 * What is seen while no model can chat: what Hearth is, that it keeps to itself, and the starter
 * models, which come while documents can be added already.
 */
export function FirstRun(): ReactNode {
  const { models, common, locale } = useStrings();
  const words = models.firstRun;
  const state = useMirror(modelsState, (value) => value);
  const documents = useMirror(documentList, (value) => libraryDocuments(value).length) ?? 0;
  const go = useNavigation((navigation) => navigation.go);
  const view = useNavigation((navigation) => navigation.view.kind);
  const underWay = useStartersUnderWay();
  const failed = useModelWork((work) => work.setupError !== null);
  const addError = useAdding((adding) => adding.error);
  const [adding, setAdding] = useState(false);
  if (!state) return null;
  const missing = missingStarters(state);
  const [chat, helper] = missing.models;
  const idle = !underWay && !failed;
  return (
    <div className={styles["screen"]}>
      <div className={styles["lines"]}>
        <h2>{words.title}</h2>
        <p>{words.private}</p>
        {underWay ? (
          <p>{words.fetching}</p>
        ) : chat ? (
          <>
            <p>{words.starter(chat.name, formatBytes(chat.bytes, locale))}</p>
            {helper && <p>{words.helper(helper.name, formatBytes(helper.bytes, locale))}</p>}
          </>
        ) : (
          hasNoChatModel(state.models) && <p>{words.none}</p>
        )}
      </div>
      <OfflineNote />
      <div className={styles["progress"]}>
        <StarterProgress />
      </div>
      {addError && (
        <InlineError
          error={addError}
          actions={<Button onClick={dismissAddError}>{common.dismiss}</Button>}
        />
      )}
      <div className={styles["actions"]}>
        {idle && missing.models.length > 0 && (
          <Button
            variant="primary"
            size="large"
            icon={Download}
            onClick={() => void setUpStarters()}
          >
            {words.get(formatBytes(missing.bytes, locale))}
          </Button>
        )}
        <Button size="large" icon={FilePlus} onClick={() => void pickDocuments()}>
          {words.addDocuments}
        </Button>
        {!underWay && (
          <Button size="large" variant="quiet" icon={FolderOpen} onClick={() => setAdding(true)}>
            {words.addFile}
          </Button>
        )}
        {idle && missing.models.length === 0 && view !== "models" && (
          <Button size="large" variant="quiet" onClick={() => go({ kind: "models" })}>
            {words.openModels}
          </Button>
        )}
      </div>
      <FirstRecommendation />
      {documents > 0 && <p className={styles["note"]}>{words.adding(documents)}</p>}
      {adding && <AddModelDialog onClose={() => setAdding(false)} />}
    </div>
  );
}
