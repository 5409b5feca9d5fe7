import {
  Box,
  ClipboardCheck,
  Gauge,
  Library,
  MessageSquarePlus,
  MoreHorizontal,
  PanelLeftClose,
  Scale,
  Search,
  Settings,
} from "lucide-react";
import { useState, type ReactNode } from "react";
import type { ChatSummary } from "../../src-main/contract/chat.ts";
import { call, chatList, documentList, useMirror } from "../api/engine.ts";
import { libraryDocuments } from "../api/libraryDocuments.ts";
import { formatCount } from "../lib/formatCount.ts";
import { dayGroup } from "../lib/formatRelativeDay.ts";
import { shownShortcut } from "../lib/shortcuts/registry.ts";
import { shortcutLabel } from "../lib/shortcuts/shortcut.ts";
import { getStrings, useStrings } from "../lib/strings/index.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { List, ListRow } from "../ui/ListRow.tsx";
import { Menu } from "../ui/Menu.tsx";
import { Spinner } from "../ui/Spinner.tsx";
import { showToast } from "../ui/Toast.tsx";
import { VisuallyHidden } from "../ui/VisuallyHidden.tsx";
import { told } from "./failures.ts";
import { useNavigation, type View } from "./navigation.ts";
import { RenameChat } from "./RenameChat.tsx";
import styles from "./Sidebar.module.css";

/** More chats than this are found by search; a list of thousands helps nobody. */
const shownChats = 200;

/** Views that are reached from the settings. */
const settingsViews: ReadonlySet<View["kind"]> = new Set(["settings", "storage", "api", "network"]);

export function Sidebar({ onPalette }: { onPalette: () => void }): ReactNode {
  const { app, common, locale } = useStrings();
  const { view, go, toggleSidebar } = useNavigation();
  const chats = useMirror(chatList, (state) => state.chats) ?? [];
  const documents = useMirror(documentList, (state) => libraryDocuments(state).length) ?? 0;
  const [renaming, setRenaming] = useState<ChatSummary | null>(null);
  const groups = groupByDay(chats.slice(0, shownChats), locale);
  return (
    <nav className={styles["sidebar"]} aria-label={app.sidebar}>
      <div className={styles["top"]}>
        <span className={styles["brand"]}>{app.name}</span>
        <IconButton
          icon={PanelLeftClose}
          label={app.hideSidebar}
          shortcut={shownShortcut("toggleSidebar")}
          onClick={toggleSidebar}
        />
      </div>
      <List label={app.name}>
        <ListRow
          icon={MessageSquarePlus}
          title={app.newChat}
          meta={<ShortcutHint id="newChat" />}
          selected={view.kind === "chat" && view.chatId === null}
          onSelect={() => go({ kind: "chat", chatId: null })}
        />
        <ListRow
          icon={Search}
          title={common.search}
          meta={<ShortcutHint id="palette" />}
          onSelect={onPalette}
        />
        <ListRow
          icon={Library}
          title={app.library}
          meta={documents > 0 ? formatCount(documents, locale) : undefined}
          selected={view.kind === "library"}
          onSelect={() => go({ kind: "library" })}
        />
        <ListRow
          icon={Box}
          title={app.models}
          selected={view.kind === "models"}
          onSelect={() => go({ kind: "models" })}
        />
        <ListRow
          icon={Gauge}
          title={app.bench}
          selected={view.kind === "bench"}
          onSelect={() => go({ kind: "bench" })}
        />
        <ListRow
          icon={Scale}
          title={app.quants}
          selected={view.kind === "quants"}
          onSelect={() => go({ kind: "quants" })}
        />
        <ListRow
          icon={ClipboardCheck}
          title={app.evals}
          selected={view.kind === "evals"}
          onSelect={() => go({ kind: "evals" })}
        />
      </List>
      <div className={styles["chats"]}>
        {chats.length === 0 && <p className={styles["none"]}>{app.noChats}</p>}
        {groups.map((group) => (
          <section key={group.label}>
            <h2 className={styles["day"]}>{group.label}</h2>
            <List label={group.label}>
              {group.chats.map((chat) => (
                <ChatRow key={chat.id} chat={chat} onRename={() => setRenaming(chat)} />
              ))}
            </List>
          </section>
        ))}
      </div>
      <List label={app.settings}>
        <ListRow
          icon={Settings}
          title={app.settings}
          selected={settingsViews.has(view.kind)}
          onSelect={() => go({ kind: "settings" })}
        />
      </List>
      {renaming && <RenameChat chat={renaming} onClose={() => setRenaming(null)} />}
    </nav>
  );
}

function ShortcutHint({ id }: { id: "newChat" | "palette" }): ReactNode {
  return <kbd className={styles["hint"]}>{shortcutLabel(shownShortcut(id))}</kbd>;
}

function ChatRow({ chat, onRename }: { chat: ChatSummary; onRename: () => void }): ReactNode {
  const { app, common } = useStrings();
  const { view, go } = useNavigation();
  const selected = view.kind === "chat" && view.chatId === chat.id;
  const title = chat.title || app.untitled;
  const remove = async (): Promise<void> => {
    if (!(await told(() => call("chats.delete", { chatId: chat.id })))) return;
    if (selected) go({ kind: "chat", chatId: null });
    showToast({
      text: app.chatDeleted(title),
      action: {
        label: common.undo,
        altText: app.undoDelete,
        onSelect: () =>
          void told(async () => {
            await call("chats.restore", { chatId: chat.id });
            go({ kind: "chat", chatId: chat.id });
          }),
      },
    });
  };
  return (
    <ListRow
      title={title}
      selected={selected}
      meta={
        chat.busy ? (
          <>
            <Spinner />
            <VisuallyHidden>{app.answering}</VisuallyHidden>
          </>
        ) : undefined
      }
      onSelect={() => go({ kind: "chat", chatId: chat.id })}
      actions={
        <Menu
          items={[
            { id: "rename", label: app.renameChat, onSelect: onRename },
            { id: "delete", label: app.deleteChat, danger: true, onSelect: () => void remove() },
          ]}
        >
          <IconButton icon={MoreHorizontal} label={app.chatMenu(title)} />
        </Menu>
      }
    />
  );
}

function groupByDay(
  chats: readonly ChatSummary[],
  locale: string,
): { label: string; chats: ChatSummary[] }[] {
  const { dayGroups } = getStrings().common;
  const groups = new Map<string, ChatSummary[]>();
  for (const chat of chats) {
    const group = dayGroup(new Date(chat.updatedAt), new Date(), locale);
    const label = group.kind === "older" ? group.label : dayGroups[group.kind];
    groups.set(label, [...(groups.get(label) ?? []), chat]);
  }
  return [...groups].map(([label, members]) => ({ label, chats: members }));
}
