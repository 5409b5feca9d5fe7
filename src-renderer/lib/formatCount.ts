/** Making a formatter takes longer than a hundred uses of it. */
const formatters = new Map<string, Intl.NumberFormat>();

/** A count in full: "12,340". */
export function formatCount(count: number, locale = "en"): string {
  if (!Number.isFinite(count)) return "–";
  let formatter = formatters.get(locale);
  if (!formatter) {
    formatter = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    formatters.set(locale, formatter);
  }
  return formatter.format(count);
}

/** A count where room is short: "940", "1.9k", "8k", "1.2M". */
export function formatCompactCount(count: number, locale = "en"): string {
  if (!Number.isFinite(count)) return "–";
  return new Intl.NumberFormat(locale, {
    notation: "compact",
    maximumFractionDigits: Math.abs(count) < 100_000 || Math.abs(count) >= 1_000_000 ? 1 : 0,
  })
    .format(count)
    .replace("K", "k");
}
