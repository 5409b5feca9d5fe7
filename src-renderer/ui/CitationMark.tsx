import { HoverCard } from "radix-ui";
import { type ReactNode, useRef, useState } from "react";
import { cx } from "../lib/cx.ts";
import styles from "./CitationMark.module.css";
import popup from "./popup.module.css";

export interface CitationMarkProps {
  readonly number: number;
  /** Document and place, for those who listen: "Citation 2: report.pdf, page 12". */
  readonly label: string;
  /** The quote, for those who listen. */
  readonly description?: string | undefined;
  /** Opens the document there. Click and Enter. */
  readonly onOpen: () => void;
  /** The quote with its document and page, shown on hover and focus. */
  readonly preview?: ReactNode;
  /** Its place is open in the side panel. */
  readonly current?: boolean | undefined;
}

/** A raised number in the text that leads to where a sentence comes from. */
export function CitationMark({
  number,
  label,
  description,
  onOpen,
  preview,
  current = false,
}: CitationMarkProps): ReactNode {
  const [previewing, setPreviewing] = useState(false);
  // From opening the place, or from Escape, until the mark is left: no preview comes by itself.
  const isUnwanted = useRef(false);
  const onLeave = (): void => {
    isUnwanted.current = false;
  };
  const mark = (
    <button
      type="button"
      className={cx(styles["mark"], current && styles["current"])}
      aria-label={label}
      aria-description={description}
      aria-current={current ? "true" : undefined}
      onBlur={onLeave}
      onPointerLeave={onLeave}
      onClick={() => {
        isUnwanted.current = true;
        setPreviewing(false);
        onOpen();
      }}
    >
      {number}
    </button>
  );
  if (preview === undefined) return mark;
  return (
    <HoverCard.Root
      open={previewing}
      onOpenChange={(open) => setPreviewing(open && !isUnwanted.current)}
      openDelay={150}
      closeDelay={100}
    >
      <HoverCard.Trigger asChild>{mark}</HoverCard.Trigger>
      <HoverCard.Portal>
        <HoverCard.Content
          className={cx(popup["panel"], styles["preview"])}
          side="top"
          sideOffset={6}
          collisionPadding={8}
          onEscapeKeyDown={() => {
            isUnwanted.current = true;
          }}
        >
          {preview}
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  );
}
