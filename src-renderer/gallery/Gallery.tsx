import { type ReactNode, useEffect, useState } from "react";
import {
  AlertDialog,
  Button,
  CommandPalette,
  Dialog,
  showToast,
  TextField,
  ThemeSwitch,
} from "../ui/index.ts";
import { DropOverlay } from "../ui/DropZone.tsx";
import { Copy, FileText, MessageSquare, PanelLeft, Plus, Settings } from "lucide-react";
import { Controls } from "./Controls.tsx";
import styles from "./Gallery.module.css";
import { Lists } from "./Lists.tsx";
import { Reading } from "./Reading.tsx";

const nothing = (): void => undefined;

export function Gallery({ show }: { show: string | null }): ReactNode {
  return (
    <main className={styles["page"]}>
      <header className={styles["head"]}>
        <h1 style={{ font: "var(--type-title)" }}>Parts of the interface</h1>
        <ThemeSwitch />
      </header>
      <div className={styles["columns"]}>
        <Controls openMenu={show === "menu"} />
        <Lists />
        <Reading />
      </div>
      <Floating show={show} />
    </main>
  );
}

function Floating({ show }: { show: string | null }): ReactNode {
  const [open, setOpen] = useState(show);
  const [query, setQuery] = useState("");
  useEffect(() => {
    if (show !== "toast") return;
    showToast({
      text: "Chat deleted",
      durationMs: 600_000,
      action: { label: "Undo", altText: "Undo in the chat list", onSelect: nothing },
    });
    showToast({ text: "Answer copied", durationMs: 600_000 });
  }, [show]);
  const close = (): void => setOpen(null);
  return (
    <>
      {show === "drop" && (
        <DropOverlay label="Drop to add to the library" hint="PDF, Office, Markdown and text" />
      )}
      <Dialog
        open={open === "dialog"}
        onOpenChange={close}
        title="Rename chat"
        description="The name is only for you. It is never sent to a model."
        footer={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button variant="primary" onClick={close}>
              Rename
            </Button>
          </>
        }
      >
        <TextField label="Name" value="Photosynthesis in C4 plants" onChange={nothing} />
      </Dialog>
      <AlertDialog
        open={open === "alert"}
        onOpenChange={close}
        danger
        title="Delete SmolLM2 135M?"
        description="98 MB are freed. Chats that used it stay and can go on with another model."
        confirmLabel="Delete model"
        onConfirm={close}
      />
      <CommandPalette
        open={open === "palette"}
        onOpenChange={close}
        label="Search and commands"
        placeholder="Search chats and documents, or run a command"
        query={query}
        onQueryChange={setQuery}
        groups={[
          {
            id: "commands",
            heading: "Commands",
            items: [
              { id: "new", label: "New chat", icon: Plus, shortcut: "Mod+N", onSelect: nothing },
              {
                id: "side",
                label: "Hide the sidebar",
                icon: PanelLeft,
                shortcut: "Mod+B",
                onSelect: nothing,
              },
              {
                id: "copy",
                label: "Copy the last answer",
                icon: Copy,
                shortcut: "Mod+Shift+C",
                onSelect: nothing,
              },
              {
                id: "settings",
                label: "Settings",
                icon: Settings,
                shortcut: "Mod+,",
                onSelect: nothing,
              },
            ],
          },
          {
            id: "chats",
            heading: "Chats",
            items: [
              {
                id: "1",
                label: "Photosynthesis in C4 plants",
                icon: MessageSquare,
                hint: "Today",
                onSelect: nothing,
              },
              {
                id: "2",
                label: "Contract with the roofer, second draft",
                icon: MessageSquare,
                hint: "Yesterday",
                onSelect: nothing,
              },
            ],
          },
          {
            id: "documents",
            heading: "Documents",
            items: [
              {
                id: "3",
                label: "annual-report-2025.pdf",
                icon: FileText,
                hint: "48 pages",
                onSelect: nothing,
              },
            ],
          },
        ]}
      />
    </>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section className={styles["section"]}>
      <h2>{title}</h2>
      <div className={styles["stack"]}>{children}</div>
    </section>
  );
}
