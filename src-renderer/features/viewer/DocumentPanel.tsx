import { useState, type ReactNode } from "react";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import type { Location } from "../../../src-main/contract/locations.ts";
import { isPictureType } from "../../../src-main/contract/pictures.ts";
import { documentList, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { PanelFrame } from "../../ui/PanelFrame.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { pinToShownChat } from "../chat/pins.ts";
import { PasswordDialog } from "../library/PasswordDialog.tsx";
import { askAbout } from "./askAbout.ts";
import { ImagePanel } from "./ImagePanel.tsx";
import { PdfViewer } from "./PdfViewer.tsx";
import { plainQuote } from "./selectionText.ts";
import { TextView } from "./TextView.tsx";
import { usePdf } from "./usePdf.ts";
import styles from "./Viewer.module.css";

export interface DocumentPanelProps {
  readonly documentId: DocumentId;
  readonly location: Location | null;
  readonly quote: string;
  readonly onClose: () => void;
}

/** A document beside the chat, open at the cited place. */
export function DocumentPanel(props: DocumentPanelProps): ReactNode {
  const { documentId, location, quote, onClose } = props;
  const { library } = useStrings();
  const row = useMirror(documentList, (state) =>
    state.documents.find((candidate) => candidate.id === documentId),
  );
  const isPdf = row?.mediaType === "application/pdf";
  const { pdf, error, unlock } = usePdf(isPdf ? documentId : null);
  const [unlocking, setUnlocking] = useState(false);
  const name = row?.name ?? library.viewer;
  const onAsk = (selected: string, place: string): void =>
    askAbout(documentId, selected, place === "" ? name : `${name}, ${place}`);
  const onPin = (selected: string, place: Location): void =>
    void pinToShownChat({
      documentId,
      document: name,
      location: place,
      quote: plainQuote(selected),
    });
  if (row && isPictureType(row.mediaType)) {
    return <ImagePanel row={row} location={location} onClose={onClose} />;
  }
  return (
    <PanelFrame
      label={library.viewer}
      title={name}
      titleHint={row?.path}
      closeLabel={library.closeViewer}
      onClose={onClose}
    >
      {error && (
        <div className={styles["error"]}>
          <InlineError
            error={error}
            actions={
              error.code === "file-encrypted" && (
                <Button onClick={() => setUnlocking(true)}>{library.enterPassword}</Button>
              )
            }
          />
        </div>
      )}
      {unlocking && (
        <PasswordDialog name={row?.name ?? ""} onTry={unlock} onClose={() => setUnlocking(false)} />
      )}
      {isPdf && !pdf && !error && (
        <div className={styles["message"]}>
          <Skeleton label={library.loading} />
        </div>
      )}
      {row && pdf && (
        <PdfViewer pdf={pdf} location={location} recognition={row} onAsk={onAsk} onPin={onPin} />
      )}
      {row && !isPdf && (
        <TextView
          documentId={documentId}
          location={location}
          quote={quote}
          onAsk={onAsk}
          onPin={onPin}
        />
      )}
    </PanelFrame>
  );
}
