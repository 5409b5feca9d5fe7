import {
  CircleAlert,
  CircleCheck,
  CircleHelp,
  RefreshCw,
  Server as Icon,
  Trash2,
} from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import type { Server } from "../../../src-main/contract/servers.ts";
import { call, modelsState, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { AlertDialog } from "../../ui/AlertDialog.tsx";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { describeServer, describeServerModel, idOnServer } from "./describeServer.ts";
import { KeyRow } from "./KeyRow.tsx";
import styles from "./Servers.module.css";

type Work = "probe" | "documents" | "remove" | "choose";

/** One server: how it is, what it offers, and whether it may have documents. */
export function ServerCard({
  server,
  chatModelId,
}: {
  readonly server: Server;
  readonly chatModelId: ModelId | null;
}): ReactNode {
  const strings = useStrings();
  const { servers: words } = strings;
  const id = useId();
  const models = useMirror(modelsState, (state) => state.models) ?? [];
  const [work, setWork] = useState<Work | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const [removing, setRemoving] = useState(false);

  const run = async (name: Work, what: () => Promise<unknown>): Promise<void> => {
    if (work) return;
    setWork(name);
    setError(null);
    try {
      await what();
    } catch (failure) {
      setError(toErrorData(failure));
    } finally {
      setWork(null);
    }
  };
  const named = { server: server.id };

  return (
    <article className={styles["card"]} aria-labelledby={id}>
      <header className={styles["head"]}>
        <Icon size={16} strokeWidth={1.75} aria-hidden />
        <h3 id={id} data-selectable>
          {server.name}
        </h3>
        <Health server={server} />
        <span className={styles["grow"]} />
        <Button
          icon={RefreshCw}
          busy={work === "probe"}
          busyLabel={words.probing}
          onClick={() => void run("probe", () => call("servers.probe", named))}
        >
          {words.probe}
        </Button>
        <IconButton
          icon={Trash2}
          label={words.remove(server.name)}
          onClick={() => setRemoving(true)}
        />
        <p className={styles["facts"]} data-selectable>
          {describeServer(server, strings)}
        </p>
      </header>
      {server.models.length === 0 ? (
        <p className={styles["row"]}>{words.noModels}</p>
      ) : (
        <ul className={styles["models"]} aria-label={words.modelsOf(server.name)}>
          {server.models.map((model) => {
            const modelId = idOnServer(models, server, model);
            return (
              <li key={model.name} className={styles["row"]}>
                <div className={styles["what"]}>
                  <p className={styles["name"]} data-selectable>
                    {model.name}
                  </p>
                  <p className={styles["hint"]}>{describeServerModel(model, strings)}</p>
                </div>
                {model.kind === "chat" && modelId !== undefined && modelId === chatModelId && (
                  <Badge tone="ok" icon={CircleCheck}>
                    {words.usedForChats}
                  </Badge>
                )}
                {model.kind === "chat" && modelId !== undefined && modelId !== chatModelId && (
                  <Button
                    onClick={() => void run("choose", () => call("models.choose", { modelId }))}
                  >
                    {words.use}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <div className={styles["row"]}>
        <Switch
          label={words.documents}
          hint={server.documentsAllowed ? words.documentsOn : words.documentsOff}
          checked={server.documentsAllowed}
          busy={work === "documents"}
          onChange={(documentsAllowed) =>
            void run("documents", () => call("servers.update", { ...named, documentsAllowed }))
          }
        />
      </div>
      <KeyRow server={server} />
      <Trouble server={server} error={error} />
      <AlertDialog
        open={removing}
        onOpenChange={setRemoving}
        title={words.removeTitle(server.name)}
        description={words.removeText}
        confirmLabel={words.removeConfirm}
        danger
        busy={work === "remove"}
        onConfirm={() => void run("remove", () => call("servers.remove", named))}
      />
    </article>
  );
}

function Health({ server }: { readonly server: Server }): ReactNode {
  const { servers: words } = useStrings();
  const { status } = server.health;
  const [tone, icon] = {
    unknown: ["neutral", CircleHelp] as const,
    well: ["ok", CircleCheck] as const,
    failing: ["bad", CircleAlert] as const,
  }[status];
  return (
    <Badge tone={tone} icon={icon}>
      {words.health[status]}
    </Badge>
  );
}

/** Why the last thing asked of it failed, or why it does not answer. */
function Trouble({
  server,
  error,
}: {
  readonly server: Server;
  readonly error: ErrorData | null;
}): ReactNode {
  const { servers: words, locale } = useStrings();
  const told = error ?? server.health.error;
  if (!told) return null;
  const { nextCheckAt } = server.health;
  return (
    <div className={styles["trouble"]}>
      <InlineError error={told} />
      {nextCheckAt !== null && (
        <p className={styles["hint"]}>
          {words.nextCheck(
            new Intl.DateTimeFormat(locale, { timeStyle: "medium" }).format(nextCheckAt),
          )}
        </p>
      )}
    </div>
  );
}
