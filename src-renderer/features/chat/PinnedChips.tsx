import { Pin, PinOff } from "lucide-react";
import type { ReactNode } from "react";
import type { PinnedPassage } from "../../../src-main/contract/chat.ts";
import type { ChatId } from "../../../src-main/contract/ids.ts";
import { describePlace } from "../../lib/describePlace.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Chip } from "./Chip.tsx";
import { openCitation } from "./EvidenceCards.tsx";
import { unpin } from "./pins.ts";
import styles from "./Composer.module.css";

/** The passages that go with every question of the chat: opened by their name, taken off again. */
export function PinnedChips({
  chatId,
  pinned,
}: {
  readonly chatId: ChatId | null;
  readonly pinned: readonly PinnedPassage[];
}): ReactNode {
  const strings = useStrings();
  const { pins } = strings;
  if (pinned.length === 0) return null;
  return (
    <ul className={styles["attached"]} aria-label={pins.pinnedList}>
      {pinned.map((pin) => {
        const place = describePlace(pin.location, strings);
        const source = place === "" ? pin.document : `${pin.document}, ${place}`;
        return (
          <Chip
            key={`${pin.documentId} ${pin.quote}`}
            icon={pin.gone ? PinOff : Pin}
            name={source}
            hint={pin.gone ? pins.goneHint(pin.quote) : pins.hint(pin.quote)}
            tone={pin.gone ? "bad" : "plain"}
            action={pin.gone && <span className={styles["chipNote"]}>{pins.gone}</span>}
            openLabel={pins.open(source)}
            onOpen={pin.gone ? undefined : () => openCitation(pin)}
            removeLabel={pins.remove(source)}
            onRemove={() => void unpin(chatId, pin)}
          />
        );
      })}
    </ul>
  );
}
