import type { KeyboardEvent, ReactNode } from "react";
import { Tabs } from "../../ui/Tabs.tsx";
import { useStrings } from "../../lib/strings/index.ts";
import styles from "./ViewerSidebar.module.css";

export type SidebarTab = "outline" | "pages";

export interface ViewerSidebarProps {
  /** Null where the document has no headings. */
  readonly outline: ReactNode;
  /** Null where the document has no pages. */
  readonly thumbnails: ReactNode;
  readonly tab: SidebarTab;
  readonly onTab: (tab: SidebarTab) => void;
  /** Lies over the document where there is no room beside it. */
  readonly over: boolean;
  readonly onClose: () => void;
}

/** Beside the document: its table of contents, and its pages in small. */
export function ViewerSidebar({
  outline,
  thumbnails,
  tab,
  onTab,
  over,
  onClose,
}: ViewerSidebarProps): ReactNode {
  const { viewer } = useStrings();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !over) return;
    event.preventDefault();
    onClose();
  };
  const tabs = [
    ...(outline ? [{ id: "outline" as const, label: viewer.outline, content: outline }] : []),
    ...(thumbnails ? [{ id: "pages" as const, label: viewer.pages, content: thumbnails }] : []),
  ].map((one) => ({
    ...one,
    content: (
      <div className={styles["content"]} data-tab={one.id}>
        {one.content}
      </div>
    ),
  }));
  const shown = tabs.some(({ id }) => id === tab) ? tab : tabs[0]?.id;
  return (
    <div
      role="navigation"
      aria-label={viewer.sidebar}
      className={styles["sidebar"]}
      data-over={over || undefined}
      onKeyDown={onKeyDown}
    >
      {shown ? (
        <Tabs label={viewer.sidebar} tabs={tabs} value={shown} onChange={onTab} />
      ) : (
        <p className={styles["none"]}>{viewer.noOutline}</p>
      )}
    </div>
  );
}
