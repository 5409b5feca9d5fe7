import { ArrowLeft, Lock } from "lucide-react";
import type { ReactNode } from "react";
import type { HubModel } from "../../../../src-main/contract/hub.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Badge } from "../../../ui/Badge.tsx";
import { Button } from "../../../ui/Button.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { Skeleton } from "../../../ui/Skeleton.tsx";
import { describeCardFit, describeHubModel } from "./describeHub.ts";
import styles from "./Find.module.css";
import { leaveResults, openRepository, searchMore, useFind } from "./findStore.ts";

/** What a search at the hub has found. */
export function FoundList(): ReactNode {
  const { hub: words } = useStrings();
  const { found, next, busy } = useFind();
  return (
    <div className={styles["stack"]}>
      <div>
        <Button icon={ArrowLeft} onClick={leaveResults}>
          {words.search.back}
        </Button>
      </div>
      {found === null && <Skeleton label={words.search.searching} lines={6} />}
      {found?.length === 0 && (
        <EmptyState title={words.search.none}>{words.search.noneHint}</EmptyState>
      )}
      {found !== null && found.length > 0 && (
        <ul className={styles["list"]} aria-label={words.search.results}>
          {found.map((model) => (
            <Found key={model.repository} model={model} />
          ))}
        </ul>
      )}
      {next !== null && found !== null && (
        <div>
          <Button busy={busy} busyLabel={words.search.searching} onClick={() => void searchMore()}>
            {words.search.more}
          </Button>
        </div>
      )}
    </div>
  );
}

function Found({ model }: { readonly model: HubModel }): ReactNode {
  const strings = useStrings();
  const { hub: words } = strings;
  return (
    <li className={styles["row"]}>
      <div className={styles["what"]}>
        <div className={styles["name"]} data-selectable>
          {model.repository}
          {model.gated && (
            <Badge tone="warn" icon={Lock}>
              {words.model.gated}
            </Badge>
          )}
        </div>
        {model.fit && <p>{describeCardFit(model.fit, strings)}</p>}
        <p className={styles["note"]}>{describeHubModel(model, strings)}</p>
      </div>
      <div className={styles["actions"]}>
        <Button
          aria-label={words.catalog.openNamed(model.repository)}
          onClick={() => openRepository(model.repository)}
        >
          {words.catalog.open}
        </Button>
      </div>
    </li>
  );
}
