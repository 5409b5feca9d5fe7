import { Check, Download } from "lucide-react";
import type { ReactNode } from "react";
import type { ModelsState } from "../../../src-main/contract/models.ts";
import { settingsState, useMirror } from "../../api/engine.ts";
import { useNavigation } from "../../app/navigation.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { PageSection } from "../../ui/PageFrame.tsx";
import { missingStarters } from "./describeModel.ts";
import { setUpStarters, useModelWork } from "./modelActions.ts";
import styles from "./Starter.module.css";
import { StarterProgress, useStartersUnderWay } from "./StarterProgress.tsx";

export interface StarterSectionProps {
  readonly starter: ModelsState["starter"];
  /** Hearth has no model for chats or none for documents, so that these are the way on. */
  readonly needed: boolean;
}

/** The starter models while one is missing or on its way. */
export function StarterSection({ starter, needed }: StarterSectionProps): ReactNode {
  const { models: words, locale } = useStrings();
  const underWay = useStartersUnderWay();
  const failed = useModelWork((work) => work.setupError !== null);
  const missing = missingStarters({ starter });
  if (missing.models.length === 0 && !underWay && !failed) return null;
  const size = formatBytes(missing.bytes, locale);
  return (
    <PageSection title={words.starter.title} hint={words.starter.text} plain>
      <div className={styles["box"]}>
        <ul className={styles["list"]}>
          {starter.map((model) => (
            <li key={model.name} className={styles["row"]}>
              <span className={styles["name"]}>{model.name}</span>
              <span className={styles["note"]}>
                {model.purpose} · {formatBytes(model.bytes, locale)}
              </span>
              <span className={styles["grow"]} />
              {model.installed && (
                <Badge tone="ok" icon={Check}>
                  {words.starter.installed}
                </Badge>
              )}
            </li>
          ))}
        </ul>
        <OfflineNote />
        <StarterProgress />
        {!underWay && !failed && (
          <div>
            <Button
              variant={needed ? "primary" : "plain"}
              icon={Download}
              onClick={() => void setUpStarters()}
            >
              {missing.models.length === 1 ? words.starter.get(size) : words.starter.getAll(size)}
            </Button>
          </div>
        )}
      </div>
    </PageSection>
  );
}

/** Says beforehand that the offline lock stands in the way, and leads to it. */
export function OfflineNote(): ReactNode {
  const { models: words } = useStrings();
  const go = useNavigation((navigation) => navigation.go);
  const offline = useMirror(settingsState, (state) => state.offline) ?? false;
  if (!offline) return null;
  return (
    <div className={styles["offline"]}>
      <span>{words.starter.offline}</span>
      <Button onClick={() => go({ kind: "settings" })}>{words.starter.openSettings}</Button>
    </div>
  );
}
