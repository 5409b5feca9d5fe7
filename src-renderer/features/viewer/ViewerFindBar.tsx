import { CaseSensitive, ChevronDown, ChevronUp, WholeWord, X } from "lucide-react";
import { useEffect, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import type { DocumentFind } from "./useDocumentFind.ts";
import styles from "./ViewerFindBar.module.css";

/** Finds a text in the document that is shown, and goes from one place to the next. */
export function ViewerFindBar({
  find,
  input,
  onClose,
}: {
  readonly find: DocumentFind;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onClose: () => void;
}): ReactNode {
  const { viewer, common, locale } = useStrings();
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, [input]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.preventDefault();
      onClose();
    } else if (event.key === "Enter" && event.target === input.current) {
      event.preventDefault();
      find.step(event.shiftKey ? -1 : 1);
    }
  };
  const { query, options, total, at, running } = find;
  const count = (number: number): string => formatCount(number, locale);
  const status =
    query.trim() === ""
      ? ""
      : running
        ? viewer.finding(count(total))
        : total === 0
          ? viewer.foundNone
          : viewer.found(count(at), count(total));
  return (
    <search className={styles["bar"]} aria-label={viewer.find} onKeyDown={onKeyDown}>
      <span className={styles["field"]}>
        <input
          ref={input}
          className={styles["input"]}
          aria-label={viewer.find}
          placeholder={viewer.find}
          spellCheck={false}
          autoComplete="off"
          value={query}
          onChange={(event) => find.setQuery(event.target.value)}
        />
        <span className={styles["status"]} role="status">
          {status}
        </span>
      </span>
      <IconButton
        icon={CaseSensitive}
        label={viewer.matchCase}
        pressed={options.matchCase}
        onClick={() => find.setOptions({ ...options, matchCase: !options.matchCase })}
      />
      <IconButton
        icon={WholeWord}
        label={viewer.wholeWords}
        pressed={options.wholeWords}
        onClick={() => find.setOptions({ ...options, wholeWords: !options.wholeWords })}
      />
      <IconButton
        icon={ChevronUp}
        label={viewer.findPrevious}
        shortcut="Shift+Enter"
        disabled={total === 0}
        onClick={() => find.step(-1)}
      />
      <IconButton
        icon={ChevronDown}
        label={viewer.findNext}
        shortcut="Enter"
        disabled={total === 0}
        onClick={() => find.step(1)}
      />
      <IconButton icon={X} label={common.close} shortcut="Escape" onClick={onClose} />
    </search>
  );
}
