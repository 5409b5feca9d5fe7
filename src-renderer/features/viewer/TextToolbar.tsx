import { TableOfContents, TextSearch } from "lucide-react";
import type { ReactNode } from "react";
import { documentShortcut } from "../../lib/shortcuts/registry.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import styles from "./ViewerToolbar.module.css";

export interface TextToolbarProps {
  /** The place that was cited, in words; "" where there is none. */
  readonly place: string;
  /** Whether the document has headings. */
  readonly outline: boolean;
  readonly sidebar: boolean;
  readonly finding: boolean;
  readonly onSidebar: () => void;
  readonly onFind: () => void;
}

export function TextToolbar(props: TextToolbarProps): ReactNode {
  const { viewer } = useStrings();
  return (
    <div role="toolbar" aria-label={viewer.toolbar} className={styles["toolbar"]}>
      <IconButton
        icon={TableOfContents}
        label={viewer.toggleOutline}
        pressed={props.sidebar}
        disabled={!props.outline && !props.sidebar}
        onClick={props.onSidebar}
      />
      <span className={styles["where"]} title={props.place}>
        {props.place}
      </span>
      <IconButton
        icon={TextSearch}
        label={viewer.find}
        shortcut={documentShortcut("findInDocument")}
        pressed={props.finding}
        onClick={props.onFind}
      />
    </div>
  );
}
