import { daysBetween, formatRelativeDay } from "../../lib/formatRelativeDay.ts";

/** When a key was used or made, as part of a sentence: "today at 14:03", "yesterday", "on 12 March". */
export function describeUse(at: number, locale: string, now: Date = new Date()): string {
  const date = new Date(at);
  const day = formatRelativeDay(date, now, locale);
  const days = daysBetween(date, now);
  if (days === 0) {
    const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
    return `${day.toLocaleLowerCase(locale)} at ${time.format(date)}`;
  }
  return days === 1 ? day.toLocaleLowerCase(locale) : `on ${day}`;
}
