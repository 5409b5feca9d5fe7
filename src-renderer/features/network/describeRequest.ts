import type { NetworkRequest } from "../../../src-main/contract/system.ts";
import { formatRelativeDay } from "../../lib/formatRelativeDay.ts";

/** When something happened, to the second: "Today", "14:03:22". */
export function describeMoment(
  at: number,
  locale: string,
  now: Date = new Date(),
): { readonly day: string; readonly time: string } {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return { day: "–", time: "" };
  const time = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(date);
  return { day: formatRelativeDay(date, now, locale), time };
}

/** Newest first; of those made in the same millisecond the one recorded later. */
export function newestFirst(requests: readonly NetworkRequest[]): NetworkRequest[] {
  return requests.slice().sort((one, other) => other.at - one.at || other.id - one.id);
}
