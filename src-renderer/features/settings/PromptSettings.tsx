import { RotateCcw, Save } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { Prompt, PromptId } from "../../../src-main/contract/prompts.ts";
import { call } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { GrowingTextarea } from "../../ui/GrowingTextarea.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import styles from "./SettingsPage.module.css";

/** The prompts that Hearth writes by itself for answers from documents: to be read, changed and reset. */
export function PromptSettings(): ReactNode {
  const { settings: words } = useStrings();
  const [prompts, setPrompts] = useState<readonly Prompt[]>([]);
  const [shown, setShown] = useState<PromptId>("answer");
  const [error, setError] = useState<ErrorData | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    call("prompts.list", {}, { signal: controller.signal }).then(
      (reply) => setPrompts(reply.prompts),
      (failure: unknown) => {
        if (!controller.signal.aborted) setError(toErrorData(failure));
      },
    );
    return () => controller.abort();
  }, []);
  const prompt = prompts.find(({ id }) => id === shown);
  return (
    <div className={styles["setting"]}>
      <Segmented
        label={words.prompts}
        hint={words.promptsHint}
        value={shown}
        options={prompts.map(({ id }) => ({ value: id, label: words.promptNames[id] }))}
        onChange={setShown}
      />
      {prompt && (
        <PromptFields
          // Another prompt, or another version of this one, starts with its own text.
          key={`${prompt.id} ${prompt.system} ${prompt.user}`}
          prompt={prompt}
          onChanged={(changed) =>
            setPrompts((all) => all.map((one) => (one.id === changed.id ? changed : one)))
          }
        />
      )}
      {error && <InlineError error={error} />}
    </div>
  );
}

function PromptFields({
  prompt,
  onChanged,
}: {
  readonly prompt: Prompt;
  readonly onChanged: (prompt: Prompt) => void;
}): ReactNode {
  const { settings: words } = useStrings();
  const [system, setSystem] = useState(prompt.system);
  const [user, setUser] = useState(prompt.user);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ErrorData | null>(null);
  const changed = system !== prompt.system || user !== prompt.user;
  const error = refused ?? prompt.problem;
  const send = async (work: () => Promise<{ prompt: Prompt }>): Promise<void> => {
    setBusy(true);
    setRefused(null);
    try {
      onChanged((await work()).prompt);
    } catch (failure) {
      setRefused(toErrorData(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Field label={words.promptSystem}>
        {(control) => (
          <GrowingTextarea
            {...control}
            label={words.promptSystem}
            value={system}
            onChange={setSystem}
            minRows={2}
            maxRows={10}
          />
        )}
      </Field>
      <Field label={words.promptUser} hint={words.promptUserHint}>
        {(control) => (
          <GrowingTextarea
            {...control}
            label={words.promptUser}
            value={user}
            onChange={setUser}
            minRows={3}
            maxRows={12}
          />
        )}
      </Field>
      {error && <InlineError error={error} />}
      <div className={styles["line"]}>
        <p className={styles["hint"]}>
          {prompt.basedOn === null
            ? words.promptShipped(prompt.version)
            : prompt.basedOn < prompt.version
              ? words.promptOlder(prompt.basedOn, prompt.version)
              : words.promptOwn}
        </p>
        <div className={styles["home"]}>
          <Button
            icon={RotateCcw}
            disabled={!prompt.edited && prompt.problem === null}
            busy={busy}
            onClick={() => void send(() => call("prompts.reset", { id: prompt.id }))}
          >
            {words.promptReset}
          </Button>
          <Button
            icon={Save}
            disabled={!changed}
            busy={busy}
            onClick={() => void send(() => call("prompts.save", { id: prompt.id, system, user }))}
          >
            {words.promptSave}
          </Button>
        </div>
      </div>
    </>
  );
}
