import { Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import { modelsState, serversState, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { PageSection } from "../../ui/PageFrame.tsx";
import { AddServerDialog } from "./AddServerDialog.tsx";
import { ServerCard } from "./ServerCard.tsx";
import styles from "./Servers.module.css";

/** The servers that the user runs, and how to name one more. */
export function ServersSection(): ReactNode {
  const { servers: words } = useStrings();
  const servers = useMirror(serversState, (state) => state.servers);
  const chatModelId = useMirror(modelsState, (state) => state.chatModelId) ?? null;
  const [adding, setAdding] = useState(false);
  if (!servers) return null;
  return (
    <PageSection title={words.title} hint={words.hint} plain>
      {servers.length === 0 && <p className={styles["hint"]}>{words.none}</p>}
      {servers.map((server) => (
        <ServerCard key={server.id} server={server} chatModelId={chatModelId} />
      ))}
      <div>
        <Button icon={Plus} onClick={() => setAdding(true)}>
          {words.add}
        </Button>
      </div>
      {adding && <AddServerDialog onClose={() => setAdding(false)} />}
    </PageSection>
  );
}
