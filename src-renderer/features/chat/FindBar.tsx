import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { useStrings } from "../../lib/strings/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import styles from "./FindBar.module.css";

export interface FindBarProps {
  readonly content: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

/** Finds a text in what is shown, and goes from one place to the next. */
export function FindBar({ content, onClose }: FindBarProps): ReactNode {
  const { chat, common } = useStrings();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const [count, setCount] = useState(0);
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    const ranges = content.current ? findRanges(content.current, query) : [];
    setCount(ranges.length);
    const range = ranges[Math.min(at, ranges.length - 1)];
    const selection = getSelection();
    selection?.removeAllRanges();
    if (!range) return;
    selection?.addRange(range);
    range.startContainer.parentElement?.scrollIntoView({ block: "center" });
  }, [query, at, content]);

  const step = (by: number): void => setAt((now) => (count === 0 ? 0 : (now + by + count) % count));
  return (
    <search className={styles["bar"]}>
      <input
        ref={input}
        className={styles["input"]}
        aria-label={chat.find}
        placeholder={chat.find}
        value={query}
        onChange={(event) => {
          setAt(0);
          setQuery(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
          if (event.key === "Escape") {
            event.stopPropagation();
            onClose();
          }
        }}
      />
      <span className={styles["count"]} role="status">
        {query !== "" && chat.findCount(count === 0 ? 0 : at + 1, count)}
      </span>
      <IconButton icon={ChevronUp} label={chat.findPrevious} onClick={() => step(-1)} />
      <IconButton icon={ChevronDown} label={chat.findNext} onClick={() => step(1)} />
      <IconButton icon={X} label={common.close} onClick={onClose} />
    </search>
  );
}

/** Places of a text within single text nodes, without regard to case. */
function findRanges(root: HTMLElement, query: string): Range[] {
  if (query === "") return [];
  const wanted = query.toLowerCase();
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = (node.nodeValue ?? "").toLowerCase();
    for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + 1)) {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, Math.min(from + wanted.length, node.nodeValue?.length ?? 0));
      ranges.push(range);
    }
  }
  return ranges;
}
