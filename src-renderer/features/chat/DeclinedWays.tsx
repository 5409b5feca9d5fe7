import { FileStack, Library, MessageSquare } from "lucide-react";
import type { ReactNode } from "react";
import type { Message } from "../../../src-main/contract/chat.ts";
import type { Citation } from "../../../src-main/contract/search.ts";
import { documentList, useMirror } from "../../api/engine.ts";
import { libraryDocuments } from "../../api/libraryDocuments.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { askAgain, useChats } from "./chatStore.ts";
import { chatCommands } from "./chatCommands.ts";
import { EvidenceCards } from "./EvidenceCards.tsx";
import styles from "./DeclinedWays.module.css";

/** Where the documents do not answer: what came nearest, and what can be done now. */
export function DeclinedWays({
  message,
  nearest,
  busy,
}: {
  readonly message: Message;
  readonly nearest: readonly Citation[];
  readonly busy: boolean;
}): ReactNode {
  const { chat } = useStrings();
  const { chatId, parentId } = message;
  const open = useChats((state) => state.chats[chatId]);
  const question = open?.messages.find(({ id }) => id === parentId);
  const library = useMirror(documentList, libraryDocuments);
  const ready = (library ?? []).filter(({ status }) => status === "ready").map(({ id }) => id);
  const asked = new Set([...(open?.chat.documentIds ?? []), ...(question?.documentIds ?? [])]);
  const askedAll = ready.every((id) => asked.has(id));
  return (
    <div className={styles["ways"]}>
      {nearest.length > 0 && (
        <>
          <p className={styles["heading"]}>{chat.nearest}</p>
          <EvidenceCards chatId={chatId} citations={nearest} label={chat.nearest} />
        </>
      )}
      <div className={styles["buttons"]} role="group" aria-label={chat.goOn}>
        <Button icon={FileStack} onClick={() => chatCommands()?.chooseDocuments()}>
          {chat.chooseOthers}
        </Button>
        {question && !askedAll && (
          <Button
            icon={Library}
            disabled={busy}
            onClick={() => void askAgain(question, { documentIds: ready, collectionIds: [] })}
          >
            {chat.askLibrary}
          </Button>
        )}
        {question && (
          <Button
            icon={MessageSquare}
            disabled={busy}
            onClick={() =>
              void askAgain(question, { documentIds: [], collectionIds: [], pinned: [] })
            }
          >
            {chat.askWithout}
          </Button>
        )}
      </div>
    </div>
  );
}
