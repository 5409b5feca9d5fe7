import { ChevronDown, ChevronUp, Minus, PanelLeft, Plus, RotateCw, TextSearch } from "lucide-react";
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { documentShortcut } from "../../lib/shortcuts/registry.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Menu } from "../../ui/Menu.tsx";
import type { Zoom } from "./pageLayout.ts";
import styles from "./ViewerToolbar.module.css";

const presets = [0.5, 0.75, 1, 1.25, 1.5, 2, 4] as const;

export interface PdfToolbarProps {
  readonly page: number;
  readonly pages: number;
  readonly zoom: Zoom;
  /** What 100 % is multiplied with. */
  readonly scale: number;
  readonly sidebar: boolean;
  readonly finding: boolean;
  readonly onPage: (page: number) => void;
  readonly onZoomBy: (steps: 1 | -1) => void;
  readonly onZoom: (zoom: "width" | "page" | number) => void;
  readonly onRotate: () => void;
  readonly onSidebar: () => void;
  readonly onFind: () => void;
}

export function PdfToolbar(props: PdfToolbarProps): ReactNode {
  const { page, pages, zoom, scale, sidebar, finding } = props;
  const { viewer, locale } = useStrings();
  const percent = (value: number): string =>
    new Intl.NumberFormat(locale, { style: "percent" }).format(value);
  return (
    <div role="toolbar" aria-label={viewer.toolbar} className={styles["toolbar"]}>
      <IconButton
        icon={PanelLeft}
        label={viewer.toggleSidebar}
        pressed={sidebar}
        onClick={props.onSidebar}
      />
      <span className={styles["group"]}>
        <span className={styles["steps"]}>
          <IconButton
            icon={ChevronUp}
            label={viewer.previousPage}
            disabled={page <= 1}
            onClick={() => props.onPage(page - 1)}
          />
          <IconButton
            icon={ChevronDown}
            label={viewer.nextPage}
            disabled={page >= pages}
            onClick={() => props.onPage(page + 1)}
          />
        </span>
        <PageField page={page} pages={pages} onPage={props.onPage} />
      </span>
      <span className={styles["group"]}>
        <IconButton
          icon={Minus}
          label={viewer.zoomOut}
          shortcut={documentShortcut("zoomOut")}
          onClick={() => props.onZoomBy(-1)}
        />
        <Menu
          align="center"
          items={[
            {
              kind: "check",
              id: "width",
              label: viewer.fitWidth,
              checked: zoom.kind === "width",
              onChange: () => props.onZoom("width"),
            },
            {
              kind: "check",
              id: "page",
              label: viewer.fitPage,
              checked: zoom.kind === "page",
              onChange: () => props.onZoom("page"),
            },
            { kind: "separator", id: "presets" },
            ...presets.map((preset) => ({
              kind: "check" as const,
              id: String(preset),
              label: preset === 1 ? viewer.actualSize(percent(1)) : percent(preset),
              checked: zoom.kind === "scale" && zoom.scale === preset,
              onChange: () => props.onZoom(preset),
            })),
          ]}
        >
          <Button variant="quiet" aria-label={viewer.zoom(percent(scale))}>
            <span className={styles["percent"]}>{percent(scale)}</span>
          </Button>
        </Menu>
        <IconButton
          icon={Plus}
          label={viewer.zoomIn}
          shortcut={documentShortcut("zoomIn")}
          onClick={() => props.onZoomBy(1)}
        />
      </span>
      <span className={styles["group"]}>
        <IconButton
          icon={RotateCw}
          label={viewer.rotate}
          shortcut={documentShortcut("rotate")}
          onClick={props.onRotate}
        />
        <IconButton
          icon={TextSearch}
          label={viewer.find}
          shortcut={documentShortcut("findInDocument")}
          pressed={finding}
          onClick={props.onFind}
        />
      </span>
    </div>
  );
}

/** The page that is read; another number and Enter goes there. */
function PageField({
  page,
  pages,
  onPage,
}: {
  readonly page: number;
  readonly pages: number;
  readonly onPage: (page: number) => void;
}): ReactNode {
  const { viewer } = useStrings();
  const [typed, setTyped] = useState<string | null>(null);
  const go = (): void => {
    const wanted = Number.parseInt(typed ?? "", 10);
    setTyped(null);
    if (Number.isFinite(wanted)) onPage(Math.min(pages, Math.max(1, wanted)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") go();
    else if (event.key === "Escape" && typed !== null) {
      event.preventDefault();
      setTyped(null);
    }
  };
  return (
    <span className={styles["place"]}>
      <input
        className={styles["page"]}
        aria-label={viewer.page}
        inputMode="numeric"
        autoComplete="off"
        style={{ width: `calc(${String(pages).length}ch + 18px)` }}
        value={typed ?? page}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value.replace(/\D/g, ""))}
        onBlur={() => setTyped(null)}
        onKeyDown={onKeyDown}
      />
      <span className={styles["pages"]}>{viewer.ofPages(String(pages))}</span>
    </span>
  );
}
