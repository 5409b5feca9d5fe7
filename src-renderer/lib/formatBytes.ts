const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Making a formatter takes longer than a hundred uses of it. */
const formatters = new Map<string, Intl.NumberFormat>();

/** A size in decimal units, as disks and downloads are sold: "512 byte", "4.7 GB", "145 MB". */
export function formatBytes(bytes: number, locale = "en"): string {
  if (!Number.isFinite(bytes) || bytes < 0) return "–";
  let power = 0;
  let value = bytes;
  while (power < units.length - 1 && Number(value.toFixed(digits(value, power))) >= 1000) {
    value /= 1000;
    power += 1;
  }
  const decimals = digits(value, power);
  const key = `${locale} ${power} ${decimals}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.NumberFormat(locale, {
      style: "unit",
      unit: units[power] ?? "byte",
      unitDisplay: power === 0 ? "long" : "short",
      maximumFractionDigits: decimals,
    });
    formatters.set(key, formatter);
  }
  return formatter.format(value);
}

/** One decimal where it tells something: below 10, and for gigabytes below 100. */
function digits(value: number, power: number): number {
  if (power === 0) return 0;
  return value < (power >= 3 ? 100 : 10) ? 1 : 0;
}
