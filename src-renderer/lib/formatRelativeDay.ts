/** Whole calendar days from `date` to `now`, in local time; negative when `date` is ahead. */
export function daysBetween(date: Date, now: Date): number {
  // Counted in UTC from local calendar dates: a day of 23 or 25 hours is still one day.
  const day = (d: Date): number => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
  return Math.round((day(now) - day(date)) / 86_400_000);
}

function capitalise(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

/**
 * The day of `date` as people say it: "Today", "Yesterday", "Monday" within the week, then
 * "12 March", with the year when it is another one.
 */
export function formatRelativeDay(date: Date, now: Date = new Date(), locale = "en"): string {
  if (Number.isNaN(date.getTime())) return "–";
  const days = daysBetween(date, now);
  if (days === 0 || days === 1) {
    const word = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-days, "day");
    return capitalise(word, locale);
  }
  if (days > 1 && days < 7)
    return new Intl.DateTimeFormat(locale, { weekday: "long" }).format(date);
  const sameYear = date.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(date);
}

/** The heading under which a list of dated things files `date`; see {@link dayGroup}. */
export type DayGroup =
  | { readonly kind: "today" | "yesterday" | "week" | "month"; readonly key: string }
  | { readonly kind: "older"; readonly key: string; readonly label: string };

/** Files a date under today, yesterday, the last 7 days, the last 30, or its month and year. */
export function dayGroup(date: Date, now: Date = new Date(), locale = "en"): DayGroup {
  const days = daysBetween(date, now);
  if (days <= 0) return { kind: "today", key: "today" };
  if (days === 1) return { kind: "yesterday", key: "yesterday" };
  if (days <= 7) return { kind: "week", key: "week" };
  if (days <= 30) return { kind: "month", key: "month" };
  const label = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" }).format(date);
  return { kind: "older", key: `${date.getFullYear()}-${date.getMonth()}`, label };
}
