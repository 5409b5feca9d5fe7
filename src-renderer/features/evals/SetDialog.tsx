import { PenLine, Trash2 } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { EvalQuestion } from "../../../src-main/contract/evals.ts";
import { call, documentList, link, useMirror } from "../../api/engine.ts";
import { libraryDocuments } from "../../api/libraryDocuments.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { QuestionForm } from "./QuestionForm.tsx";
import styles from "./SetDialog.module.css";

/** So many are written at a time. */
const written = 10;

/** Makes or changes a set of questions about the user's library. */
export function SetDialog({
  setId,
  onClose,
}: {
  /** Null for a new one. */
  readonly setId: string | null;
  readonly onClose: () => void;
}): ReactNode {
  const { evals: words, common, locale } = useStrings();
  const [name, setName] = useState("");
  const [questions, setQuestions] = useState<readonly EvalQuestion[]>([]);
  const [error, setError] = useState<ErrorData | null>(null);
  const [saving, setSaving] = useState(false);
  const writing = useWriting(setError);
  useEffect(() => {
    if (setId === null) return;
    call("evals.set", { setId }).then(
      ({ set }) => {
        setName(set.name);
        setQuestions(set.questions);
      },
      (reason: unknown) => setError(toErrorData(reason)),
    );
  }, [setId]);
  const add = (question: EvalQuestion): void => {
    setQuestions((known) => [...known, question]);
  };
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      await call("evals.saveSet", { id: setId, name: name.trim(), questions: [...questions] });
      onClose();
    } catch (reason) {
      setError(toErrorData(reason));
      setSaving(false);
    }
  };
  return (
    <Dialog
      open
      size="large"
      onOpenChange={(open) => !open && onClose()}
      title={words.setTitle}
      description={words.setDescription}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            variant="primary"
            disabled={name.trim() === "" || questions.length === 0}
            busy={saving}
            onClick={() => void save()}
          >
            {words.save}
          </Button>
        </>
      }
    >
      <div className={styles["body"]}>
        <TextField label={words.name} value={name} onChange={setName} />
        <QuestionForm onAdd={add} />
        <div className={styles["write"]}>
          {writing.progress === null ? (
            <Button icon={PenLine} onClick={() => void writing.start(add)}>
              {words.write}
            </Button>
          ) : (
            <Button onClick={writing.cancel}>{common.cancel}</Button>
          )}
          <span className={styles["meta"]} role="status">
            {writing.progress === null
              ? words.writeHint
              : words.writing(
                  formatCount(writing.progress.found, locale),
                  formatCount(writing.progress.tried, locale),
                )}
          </span>
        </div>
        {error && <InlineError error={error} />}
        <QuestionList
          questions={questions}
          onRemove={(gone) => setQuestions(questions.filter((question) => question !== gone))}
        />
      </div>
    </Dialog>
  );
}

/** Has the model write questions; each is handed over as it comes. */
function useWriting(onError: (error: ErrorData | null) => void): {
  progress: { found: number; tried: number } | null;
  start: (onQuestion: (question: EvalQuestion) => void) => Promise<void>;
  cancel: () => void;
} {
  const [progress, setProgress] = useState<{ found: number; tried: number } | null>(null);
  const end = useRef<AbortController>(undefined);
  // What is written for a dialog that is gone, nobody reads.
  useEffect(() => () => end.current?.abort(), []);
  const start = async (onQuestion: (question: EvalQuestion) => void): Promise<void> => {
    onError(null);
    const controller = new AbortController();
    end.current = controller;
    let found = 0;
    setProgress({ found, tried: 0 });
    try {
      // Another seed each time: the same passages would give the same questions.
      const seed = Date.now() % 4_294_967_296;
      const stream = link.client.stream(
        "evals.makeQuestions",
        { count: written, seed },
        { signal: controller.signal },
      );
      for await (const { tried, question } of stream) {
        if (question) {
          found++;
          onQuestion(question);
        }
        setProgress({ found, tried });
      }
      await stream.result;
    } catch (error) {
      if (!isCancelled(error)) onError(toErrorData(error));
    } finally {
      if (end.current === controller) setProgress(null);
    }
  };
  return { progress, start, cancel: () => end.current?.abort() };
}

function QuestionList({
  questions,
  onRemove,
}: {
  readonly questions: readonly EvalQuestion[];
  readonly onRemove: (question: EvalQuestion) => void;
}): ReactNode {
  const { evals: words, locale } = useStrings();
  const documents = useMirror(documentList, libraryDocuments) ?? [];
  const place = ({ goldDocument, goldPages, answerable }: EvalQuestion): string =>
    answerable
      ? [
          documents.find(({ id }) => id === goldDocument)?.name ?? goldDocument ?? "",
          ...goldPages.map((page) => words.pageOf(formatCount(page, locale))),
        ]
          .filter((part) => part !== "")
          .join(", ")
      : words.nothingAnswers;
  return (
    <ol className={styles["list"]}>
      {questions.map((question, at) => (
        <li key={at} className={styles["row"]}>
          <div className={styles["question"]}>
            <p>{question.question}</p>
            <p className={styles["meta"]}>
              {[question.answers.join(" / "), place(question)]
                .filter((part) => part !== "")
                .join(" · ")}
            </p>
          </div>
          <IconButton
            icon={Trash2}
            label={words.removeQuestion(question.question)}
            tooltipSide="left"
            onClick={() => onRemove(question)}
          />
        </li>
      ))}
    </ol>
  );
}
