import { useEffect, useState, type ReactNode } from "react";
import { PanelLeftOpen } from "lucide-react";
import { desktopBridge } from "../api/bridge.ts";
import { chatList, useMirror } from "../api/engine.ts";
import { ActivityStrip } from "../features/activity/ActivityStrip.tsx";
import { ApiPage } from "../features/api/ApiPage.tsx";
import { BenchPage } from "../features/bench/BenchPage.tsx";
import { EvalsPage } from "../features/evals/EvalsPage.tsx";
import { QuantsPage } from "../features/quants/QuantsPage.tsx";
import { chatCommands } from "../features/chat/chatCommands.ts";
import { ChatPage } from "../features/chat/ChatPage.tsx";
import { followEngine } from "../features/chat/chatStore.ts";
import { ReceiptPanel } from "../features/chat/receipt/ReceiptPanel.tsx";
import { addFiles, pickDocuments } from "../features/library/addDocuments.ts";
import { LibraryPage } from "../features/library/LibraryPage.tsx";
import { arrangeAhead } from "../features/library/shownDocuments.ts";
import { ModelsPage } from "../features/models/ModelsPage.tsx";
import { NetworkPage } from "../features/network/NetworkPage.tsx";
import { SettingsPage } from "../features/settings/SettingsPage.tsx";
import { StoragePage } from "../features/storage/StoragePage.tsx";
import { useThemeSetting } from "../features/settings/useThemeSetting.ts";
import { findInOpenDocument } from "../features/viewer/openDocumentFind.ts";
import { DocumentPanel } from "../features/viewer/DocumentPanel.tsx";
import { shownShortcut, type ShortcutId } from "../lib/shortcuts/registry.ts";
import { useShortcuts, type ShortcutHandlers } from "../lib/shortcuts/useShortcuts.ts";
import { useStrings } from "../lib/strings/index.ts";
import { DropZone } from "../ui/DropZone.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { PanelFrame } from "../ui/PanelFrame.tsx";
import { SplitPanel } from "../ui/SplitPanel.tsx";
import { LinkBanner } from "./LinkBanner.tsx";
import { useNavigation, type Panel, type View } from "./navigation.ts";
import { Palette } from "./Palette.tsx";
import { ShortcutList } from "./ShortcutList.tsx";
import { Sidebar } from "./Sidebar.tsx";
import { StatusBar } from "./StatusBar.tsx";
import { useSidePanelKeys } from "./useSidePanelKeys.ts";
import { useYieldingSidebar } from "./useYieldingSidebar.ts";
import styles from "./App.module.css";

/** The window: sidebar, main view, side panel, and what lies over them. */
export function App(): ReactNode {
  const { app, locale } = useStrings();
  const { view, panel, sidebarOpen, go, closePanel, toggleSidebar } = useNavigation();
  const chats = useMirror(chatList, (state) => state.chats) ?? [];
  const [palette, setPalette] = useState(false);
  const [shortcutList, setShortcutList] = useState(false);
  useThemeSetting();
  useSidePanelKeys(panel, closePanel);
  useYieldingSidebar(panel !== null);
  useEffect(() => followEngine(), []);
  useEffect(() => arrangeAhead(locale), [locale]);
  useEffect(
    () =>
      desktopBridge()?.onCommand((command) => {
        if (command === "newChat") go({ kind: "chat", chatId: null });
        else if (command === "addDocuments") void pickDocuments();
        else if (command === "settings") go({ kind: "settings" });
        else setShortcutList(true);
      }),
    [go],
  );

  const toChat: ShortcutHandlers = Object.fromEntries(
    chats
      .slice(0, 9)
      .map((chat, at) => [
        `chat${at + 1}` as ShortcutId,
        () => go({ kind: "chat", chatId: chat.id }),
      ]),
  );
  useShortcuts({
    ...toChat,
    newChat: () => go({ kind: "chat", chatId: null }),
    palette: () => setPalette((open) => !open),
    findInAll: () => setPalette(true),
    findInChat: () => (chatCommands() ? chatCommands()?.findInChat() : findInOpenDocument()),
    addDocuments: () => void pickDocuments(),
    focusComposer: () => chatCommands()?.focusComposer(),
    stop: () => chatCommands()?.stop(),
    copyLastAnswer: () => chatCommands()?.copyLastAnswer(),
    toggleSidebar,
    toggleSidePanel: closePanel,
    settings: () => go({ kind: "settings" }),
    shortcutList: () => setShortcutList(true),
  });

  return (
    <div className={styles["window"]}>
      <LinkBanner />
      <SplitPanel
        id="sidebar"
        label={app.sidebar}
        side="start"
        open={sidebarOpen}
        defaultWidth={248}
        minWidth={200}
        maxWidth={360}
        cover="below-640"
        onCoverClick={toggleSidebar}
        panel={<Sidebar onPalette={() => setPalette(true)} />}
      >
        <SplitPanel
          id="panel"
          label={app.sidePanel}
          side="end"
          open={panel !== null}
          defaultWidth={480}
          minWidth={420}
          cover="below-900"
          onCoverClick={closePanel}
          panel={panel && <SidePanel panel={panel} onClose={closePanel} />}
        >
          <main
            className={styles["main"]}
            aria-label={app.mainArea}
            data-sidebar={sidebarOpen ? "open" : "closed"}
          >
            {!sidebarOpen && (
              <div className={styles["showSidebar"]}>
                <IconButton
                  icon={PanelLeftOpen}
                  label={app.showSidebar}
                  shortcut={shownShortcut("toggleSidebar")}
                  onClick={toggleSidebar}
                />
              </div>
            )}
            <div className={styles["view"]}>
              <MainView view={view} />
            </div>
            <ActivityStrip />
            <StatusBar />
          </main>
        </SplitPanel>
      </SplitPanel>
      <DropZone label={app.dropLabel} hint={app.dropHint} onFiles={dropFiles} />
      <Palette open={palette} onOpenChange={setPalette} />
      <ShortcutList open={shortcutList} onOpenChange={setShortcutList} />
    </div>
  );
}

/** Files that are dropped on a message belong to it; anywhere else they go to the library. */
function dropFiles(files: readonly File[], at: { x: number; y: number }): void {
  const onMessage = document
    .elementsFromPoint(at.x, at.y)
    .some((element) => element.closest("[data-message-drop]"));
  const commands = chatCommands();
  if (onMessage && commands) commands.attachFiles(files);
  else void addFiles(files);
}

function MainView({ view }: { view: View }): ReactNode {
  switch (view.kind) {
    case "chat":
      return <ChatPage key={view.chatId ?? "new"} chatId={view.chatId} />;
    case "library":
      return <LibraryPage />;
    case "models":
      return <ModelsPage />;
    case "bench":
      return <BenchPage />;
    case "quants":
      return <QuantsPage />;
    case "evals":
      return <EvalsPage />;
    case "settings":
      return <SettingsPage />;
    case "storage":
      return <StoragePage />;
    case "api":
      return <ApiPage />;
    case "network":
      return <NetworkPage />;
  }
}

function SidePanel({ panel, onClose }: { panel: Panel; onClose: () => void }): ReactNode {
  const { receipt, common } = useStrings();
  if (panel.kind === "document") {
    return (
      <DocumentPanel
        key={panel.documentId}
        documentId={panel.documentId}
        location={panel.location}
        quote={panel.quote}
        onClose={onClose}
      />
    );
  }
  return (
    <PanelFrame
      label={receipt.title}
      title={receipt.title}
      closeLabel={common.close}
      onClose={onClose}
    >
      <div className={styles["panelBody"]} tabIndex={0}>
        <ReceiptPanel chatId={panel.chatId} messageId={panel.messageId} />
      </div>
    </PanelFrame>
  );
}
