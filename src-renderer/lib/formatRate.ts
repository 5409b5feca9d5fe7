import { formatBytes } from "./formatBytes.ts";

/** What is counted per second. Token and page rates have no unit in Intl, so they carry their word. */
export type RateUnit = "bytes" | "tok" | "pages" | "chunks";

/** "12 MB/s", "41 tok/s", "0.8 tok/s". */
export function formatRate(perSecond: number, unit: RateUnit, locale = "en"): string {
  if (!Number.isFinite(perSecond) || perSecond < 0) return "–";
  if (unit === "bytes") return `${formatBytes(perSecond, locale)}/s`;
  const digits = perSecond < 10 ? 1 : 0;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(perSecond);
  return `${number}\u00a0${unit}/s`;
}
