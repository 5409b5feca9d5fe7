import { create } from "zustand";
import type { ChatId, DocumentId, MessageId } from "../../src-main/contract/ids.ts";
import type { Location } from "../../src-main/contract/locations.ts";

/** What the main area shows. A chat without an id is a new one that does not exist yet. */
export type View =
  | { kind: "chat"; chatId: ChatId | null }
  | { kind: "library" }
  | { kind: "models" }
  | { kind: "bench" }
  | { kind: "quants" }
  | { kind: "evals" }
  | { kind: "settings" }
  | { kind: "storage" }
  | { kind: "api" }
  | { kind: "network" };

/** What the side panel shows beside it. */
export type Panel =
  | { kind: "document"; documentId: DocumentId; location: Location | null; quote: string }
  | { kind: "receipt"; chatId: ChatId; messageId: MessageId };

interface Navigation {
  readonly view: View;
  readonly panel: Panel | null;
  readonly sidebarOpen: boolean;
  go(view: View): void;
  openPanel(panel: Panel): void;
  closePanel(): void;
  toggleSidebar(): void;
  setSidebar(open: boolean): void;
}

export const useNavigation = create<Navigation>((set) => ({
  view: { kind: "chat", chatId: null },
  panel: null,
  sidebarOpen: !isNarrow(),
  // Where the sidebar covers the page, it makes way for what was chosen in it.
  go: (view) => set(isNarrow() ? { view, sidebarOpen: false } : { view }),
  // A copy, so that the same citation leads to its place again after one has scrolled away.
  openPanel: (panel) =>
    set({
      panel:
        panel.kind === "document"
          ? { ...panel, location: panel.location && { ...panel.location } }
          : panel,
    }),
  closePanel: () => set({ panel: null }),
  setSidebar: (sidebarOpen) => set({ sidebarOpen }),
  toggleSidebar: () => set(({ sidebarOpen }) => ({ sidebarOpen: !sidebarOpen })),
}));

/** Whether the sidebar lies over the page instead of beside it. */
function isNarrow(): boolean {
  return typeof window !== "undefined" && window.innerWidth < 640;
}
