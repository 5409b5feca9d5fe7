const formatters = new Map<string, Intl.DateTimeFormat>();

/** A calendar day, short: "3 Mar 2025"; "" for a time that is unknown (0). */
export function formatDay(atMs: number, locale = "en"): string {
  if (!(atMs > 0)) return "";
  let formatter = formatters.get(locale);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
    formatters.set(locale, formatter);
  }
  return formatter.format(atMs);
}
