import { Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { EvalQuestion } from "../../../src-main/contract/evals.ts";
import { documentList, useMirror } from "../../api/engine.ts";
import { libraryDocuments } from "../../api/libraryDocuments.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { anyDocument, readQuestion, type TypedQuestion } from "./readQuestion.ts";
import styles from "./SetDialog.module.css";

const empty: TypedQuestion = {
  question: "",
  answers: "",
  documentId: anyDocument,
  page: "",
  answerable: true,
};

/** One question as the user types it, with what is known of its answer. */
export function QuestionForm({
  onAdd,
}: {
  readonly onAdd: (question: EvalQuestion) => void;
}): ReactNode {
  const { evals: words } = useStrings();
  const [typed, setTyped] = useState(empty);
  const documents = (useMirror(documentList, libraryDocuments) ?? []).filter(
    ({ status }) => status === "ready",
  );
  const change = (fields: Partial<TypedQuestion>): void => setTyped({ ...typed, ...fields });
  const read = readQuestion(typed);
  const add = (): void => {
    if (read === null || read === "page") return;
    onAdd(read);
    // The next question is often about the same document.
    setTyped({ ...empty, documentId: typed.documentId });
  };
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <TextField
        label={words.question}
        value={typed.question}
        onChange={(question) => change({ question })}
      />
      {typed.answerable && (
        <>
          <TextField
            label={words.answer}
            hint={words.answerHint}
            value={typed.answers}
            onChange={(answers) => change({ answers })}
          />
          <div className={styles["place"]}>
            <Select
              label={words.document}
              value={typed.documentId}
              options={[
                { value: anyDocument, label: words.documentNone },
                ...documents.map(({ id, name }) => ({ value: String(id), label: name })),
              ]}
              onChange={(documentId) => change({ documentId })}
            />
            <TextField
              label={words.page}
              value={typed.page}
              inputMode="numeric"
              {...(read === "page" ? { error: words.pageError } : {})}
              onChange={(page) => change({ page })}
            />
          </div>
        </>
      )}
      <div className={styles["end"]}>
        <Switch
          label={words.unanswerable}
          checked={!typed.answerable}
          onChange={(checked) => change({ answerable: !checked })}
        />
        <Button type="submit" icon={Plus} disabled={read === null || read === "page"}>
          {words.add}
        </Button>
      </div>
    </form>
  );
}
