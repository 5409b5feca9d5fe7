import { useState, type ReactNode } from "react";
import {
  freeableKindSchema,
  type FreeableKind,
  type StorageEntry,
  type StorageReport,
} from "../../../src-main/contract/storage.ts";
import { call } from "../../api/engine.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { showToast } from "../../ui/Toast.tsx";
import styles from "./Storage.module.css";

/** Each kind of thing that takes room, the largest first, and the button that frees it. */
export function RoomList({
  entries,
  onReport,
}: {
  readonly entries: readonly StorageEntry[];
  readonly onReport: (report: StorageReport) => void;
}): ReactNode {
  const { storage: words, locale } = useStrings();
  const [asked, setAsked] = useState<FreeableKind | null>(null);
  const shown = entries
    .filter(({ bytes }) => bytes > 0)
    .toSorted((one, other) => other.bytes - one.bytes);
  return (
    <>
      <ul className={styles["list"]} aria-label={words.room.list}>
        {shown.map((entry) => (
          <Room key={entry.kind} entry={entry} onFree={setAsked} />
        ))}
      </ul>
      {asked !== null && (
        <ConfirmDialog
          title={words.confirm[asked].title}
          text={words.confirm[asked].text}
          confirmLabel={words.confirm[asked].action}
          action={async () => {
            const { freedBytes, report } = await call("storage.free", { kind: asked });
            onReport(report);
            showToast({ text: words.room.freed(formatBytes(freedBytes, locale)) });
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

function Room({
  entry: { kind, bytes, freeableBytes },
  onFree,
}: {
  readonly entry: StorageEntry;
  readonly onFree: (kind: FreeableKind) => void;
}): ReactNode {
  const { storage: words, locale } = useStrings();
  const { name, hint } = words.kinds[kind];
  const freeable = freeableKindSchema.safeParse(kind);
  const free = formatBytes(freeableBytes, locale);
  return (
    <li className={styles["row"]}>
      <div className={styles["what"]}>
        <p className={styles["name"]}>{name}</p>
        <p className={styles["hint"]}>{hint}</p>
      </div>
      <span className={styles["size"]}>{formatBytes(bytes, locale)}</span>
      <span className={styles["action"]}>
        {freeable.success && freeableBytes > 0 && (
          <Button
            aria-label={words.room.freeNamed(name, free)}
            onClick={() => onFree(freeable.data)}
          >
            {words.room.free(free)}
          </Button>
        )}
      </span>
    </li>
  );
}
