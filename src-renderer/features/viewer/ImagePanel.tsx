import { Minus, MoveHorizontal, Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { DocumentRow } from "../../../src-main/contract/documents.ts";
import type { Location } from "../../../src-main/contract/locations.ts";
import { documentShortcut } from "../../lib/shortcuts/registry.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import styles from "./ImagePanel.module.css";
import { ImageView } from "./ImageView.tsx";
import { OcrNote } from "./OcrNote.tsx";
import { usePicture } from "./usePicture.ts";
import { handleViewerKey } from "./viewerKeys.ts";

const zoomStep = 1.2;
const zoomRange = [0.1, 5] as const;

/** A picture beside the chat, with the cited words lit. */
export function ImagePanel({
  row,
  location,
  onClose,
}: {
  readonly row: DocumentRow;
  readonly location: Location | null;
  readonly onClose: () => void;
}): ReactNode {
  const { library, viewer } = useStrings();
  const { url, error } = usePicture(row.id, row.mediaType);
  const [zoom, setZoom] = useState<number | null>(null);
  const [fitting, setFitting] = useState(1);
  const scaleBy = (factor: number): void =>
    setZoom((now) => Math.min(zoomRange[1], Math.max(zoomRange[0], (now ?? fitting) * factor)));
  const zoomIn = (): void => scaleBy(zoomStep);
  const zoomOut = (): void => scaleBy(1 / zoomStep);
  const fitWidth = (): void => setZoom(null);
  return (
    <PanelFrame
      label={library.viewer}
      title={row.name}
      titleHint={row.path}
      closeLabel={library.closeViewer}
      onClose={onClose}
      onKeyDown={(event) => handleViewerKey(event, { zoomIn, zoomOut, fitWidth })}
      actions={
        <>
          <IconButton
            icon={Minus}
            label={viewer.zoomOut}
            shortcut={documentShortcut("zoomOut")}
            onClick={zoomOut}
          />
          <IconButton
            icon={Plus}
            label={viewer.zoomIn}
            shortcut={documentShortcut("zoomIn")}
            onClick={zoomIn}
          />
          <IconButton
            icon={MoveHorizontal}
            label={viewer.fitWidth}
            shortcut={documentShortcut("fitWidth")}
            pressed={zoom === null}
            onClick={fitWidth}
          />
        </>
      }
    >
      <OcrNote row={row} page={1} />
      {error && (
        <div className={styles["message"]}>
          <InlineError error={error} />
        </div>
      )}
      {url === null && !error && (
        <div className={styles["message"]}>
          <Skeleton label={library.loading} />
        </div>
      )}
      {url !== null && (
        <ImageView
          url={url}
          name={row.name}
          location={location}
          zoom={zoom}
          onFitting={setFitting}
        />
      )}
    </PanelFrame>
  );
}
