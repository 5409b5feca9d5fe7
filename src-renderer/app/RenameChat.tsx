import { useState, type ReactNode } from "react";
import type { ChatSummary } from "../../src-main/contract/chat.ts";
import { updateChat } from "../features/chat/chatStore.ts";
import { useStrings } from "../lib/strings/index.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextField } from "../ui/TextField.tsx";

export function RenameChat({
  chat,
  onClose,
}: {
  chat: ChatSummary;
  onClose: () => void;
}): ReactNode {
  const { app, common } = useStrings();
  const [title, setTitle] = useState(chat.title);
  const save = (): void => {
    const trimmed = title.trim();
    if (trimmed === "") return;
    onClose();
    void updateChat(chat.id, { title: trimmed });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={app.renameChat}
      size="small"
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button variant="primary" disabled={title.trim() === ""} onClick={save}>
            {common.save}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField label={app.chatTitle} value={title} onChange={setTitle} maxLength={200} />
      </form>
    </Dialog>
  );
}
