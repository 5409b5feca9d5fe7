import type { MoveProgress, StoredModel } from "../../../src-main/contract/storage.ts";
import { describeTransfer } from "../../lib/describeTransfer.ts";
import { formatRelativeDay } from "../../lib/formatRelativeDay.ts";
import type { Strings } from "../../lib/strings/index.ts";

/** When a model was used last, and whose it is. */
export function describeStoredModel(
  { bytes, lastUsedAt, place, reachable }: StoredModel,
  { storage, locale }: Strings,
  now = new Date(),
): string {
  const { models: words } = storage;
  const day =
    lastUsedAt === null ? null : formatRelativeDay(new Date(lastUsedAt), now, locale).toLowerCase();
  return [
    reachable ? "" : words.away,
    day === null ? words.neverUsed : words.used(day),
    words.places[place],
    reachable && bytes === 0 ? words.link : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

/** How far a move is: what goes on, the share of it, and the amounts. */
export function describeMove(
  { stage, doneBytes, totalBytes, file }: MoveProgress,
  strings: Strings,
): { readonly label: string; readonly fraction: number | null; readonly detail?: string } {
  const label = strings.storage.move.stages[stage](file);
  if (stage === "removing" || totalBytes === 0) return { label, fraction: null };
  const detail = describeTransfer({ doneBytes, totalBytes }, strings);
  return { label, fraction: doneBytes / totalBytes, detail };
}
