import { Sparkles } from "lucide-react";
import type { ReactNode } from "react";
import type { JudgedEntry } from "../../../../src-main/contract/hub.ts";
import { modelsState, useMirror } from "../../../api/engine.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Badge } from "../../../ui/Badge.tsx";
import { Button } from "../../../ui/Button.tsx";
import { PageSection } from "../../../ui/PageFrame.tsx";
import { Skeleton } from "../../../ui/Skeleton.tsx";
import { describeCardFit, describeEntry, describeReason } from "./describeHub.ts";
import styles from "./Find.module.css";
import { openRepository } from "./findStore.ts";
import { useCatalog, type Catalog } from "./useCatalog.ts";

const tasks = ["chat", "code", "embedding", "reranker"] as const;

/** The models that Hearth suggests, by what they are for. */
export function CatalogList(): ReactNode {
  const { hub: words } = useStrings();
  const catalog = useCatalog();
  if (catalog === null) return <Skeleton label={words.catalog.title} lines={6} />;
  return (
    <>
      <Recommended catalog={catalog} />
      {tasks.map((task) => (
        <PageSection
          key={task}
          title={words.catalog.tasks[task]}
          hint={task === "chat" ? words.catalog.hint : undefined}
          plain
        >
          <ul className={styles["list"]} aria-label={words.catalog.tasks[task]}>
            {catalog.entries
              .filter((entry) => entry.task === task)
              .map((entry) => (
                <Entry key={entry.repository} entry={entry} />
              ))}
          </ul>
        </PageSection>
      ))}
    </>
  );
}

function Entry({ entry }: { readonly entry: JudgedEntry }): ReactNode {
  const strings = useStrings();
  const { hub: words } = strings;
  const isHere =
    useMirror(modelsState, ({ models }) =>
      models.some(({ source }) => source.includes(`/${entry.repository}/`)),
    ) ?? false;
  return (
    <li className={styles["row"]}>
      <div className={styles["what"]}>
        <div className={styles["name"]}>
          {entry.name}
          {isHere && <Badge tone="ok">{words.model.installed}</Badge>}
        </div>
        <p>{entry.why}</p>
        <p className={styles["note"]}>{describeCardFit(entry.fit, strings)}</p>
        <p className={styles["note"]}>{describeEntry(entry, strings)}</p>
        <p className={styles["note"]}>
          {entry.checked === null ? words.catalog.never : words.catalog.checked(entry.checked)}
        </p>
      </div>
      <div className={styles["actions"]}>
        <Button
          aria-label={words.catalog.openNamed(entry.name)}
          onClick={() => openRepository(entry.repository)}
        >
          {words.catalog.open}
        </Button>
      </div>
    </li>
  );
}

function Recommended({ catalog }: { readonly catalog: Catalog }): ReactNode {
  const strings = useStrings();
  const { hub: words } = strings;
  const { recommendation } = catalog;
  if (recommendation === null) return null;
  return (
    <section className={styles["panel"]} aria-label={words.recommended.title}>
      <div className={styles["what"]}>
        <div className={styles["name"]}>
          <Badge tone="accent" icon={Sparkles}>
            {words.recommended.title}
          </Badge>
          {recommendation.name}
        </div>
        <p>{describeReason(recommendation, strings)}</p>
      </div>
      <Button onClick={() => openRepository(recommendation.repository)}>
        {words.recommended.look(recommendation.name)}
      </Button>
    </section>
  );
}
