import { useState, type ReactNode } from "react";
import { apiState, modelsState, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { CodeBlock } from "../../ui/markdown/CodeBlock.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { apiExample, publicModelName, type ExampleLanguage } from "./apiExamples.ts";
import styles from "./ApiPage.module.css";

const languages: readonly ExampleLanguage[] = ["curl", "python", "javascript"];

/** A first request in each language, ready to be copied. */
export function ApiExamples({
  port,
  secret,
}: {
  readonly port: number;
  /** The key that has just been made, if there is one. */
  readonly secret: string | undefined;
}): ReactNode {
  const { api: words } = useStrings();
  const [language, setLanguage] = useState<ExampleLanguage>("curl");
  const running = useMirror(apiState, (state) => (state.status === "on" ? state.url : null));
  const chatModel = useMirror(modelsState, (state) => state.chatModelId);
  const parts = {
    url: running ?? `http://127.0.0.1:${port}/v1`,
    model: publicModelName(chatModel ?? "YOUR_MODEL"),
    key: secret ?? "YOUR_KEY",
  };
  return (
    <>
      <Tabs
        label={words.examples}
        value={language}
        onChange={setLanguage}
        tabs={languages.map((id) => {
          const example = apiExample(id, parts);
          return {
            id,
            label: words.languages[id],
            content: (
              <div className={styles["example"]}>
                <CodeBlock code={example.code} language={example.language} />
              </div>
            ),
          };
        })}
      />
      <p className={styles["hint"]}>
        {secret === undefined ? words.examplesKey : words.examplesHint}
        {!running && ` ${words.examplesOff}`}
      </p>
    </>
  );
}
