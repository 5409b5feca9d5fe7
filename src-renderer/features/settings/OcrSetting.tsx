import { useEffect, useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import { call } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { languageName } from "../../lib/languageName.ts";
import styles from "./SettingsPage.module.css";
import { useSaveSettings } from "./useSaveSettings.ts";

interface Found {
  readonly folder: string;
  readonly languages: readonly { readonly name: string; readonly added: boolean }[];
}

/** In which languages the text of scanned pages and pictures is recognised. */
export function OcrSetting({ chosen }: { readonly chosen: readonly string[] }): ReactNode {
  const { settings: words, locale } = useStrings();
  const { save, error: saveError, busy } = useSaveSettings();
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState<ErrorData | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    call("documents.ocrLanguages", {}, { signal: controller.signal }).then(
      setFound,
      (failure: unknown) => {
        if (!controller.signal.aborted) setProblem(toErrorData(failure));
      },
    );
    return () => controller.abort();
  }, []);
  const error = problem ?? saveError;
  const choose = (name: string, on: boolean): void =>
    void save({ ocrLanguages: on ? [...chosen, name] : chosen.filter((other) => other !== name) });
  return (
    <div className={styles["setting"]}>
      <div>
        <h3 className={styles["label"]}>{words.ocr}</h3>
        <p className={styles["hint"]}>{chosen.length === 0 ? words.ocrNone : words.ocrHint}</p>
      </div>
      {found?.languages.map(({ name, added }) => (
        <Switch
          key={name}
          label={languageName(name, locale)}
          hint={added ? words.ocrAdded(name) : undefined}
          checked={chosen.includes(name)}
          busy={busy}
          onChange={(on) => choose(name, on)}
        />
      ))}
      {found && <p className={styles["hint"]}>{words.ocrMore(found.folder)}</p>}
      {error && <InlineError error={error} />}
    </div>
  );
}
