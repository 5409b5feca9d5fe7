const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

function unit(
  value: number,
  name: "second" | "minute" | "hour",
  locale: string,
  digits = 0,
): string {
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: name,
    unitDisplay: name === "second" || name === "hour" ? "narrow" : "short",
    maximumFractionDigits: digits,
  })
    .format(value)
    .replace(/(\d)([a-z])/i, "$1\u00a0$2");
}

/**
 * A stretch of time with the precision that matters at its size: "0.4 s", "12 s", "1 min 12 s",
 * "6 min", "2 h 5 min".
 */
export function formatDuration(durationMs: number, locale = "en"): string {
  if (!Number.isFinite(durationMs) || durationMs < 0) return "–";
  if (durationMs < 9.95 * second) {
    return unit(durationMs / second, "second", locale, durationMs < 3 * second ? 1 : 0);
  }
  if (Math.round(durationMs / second) < 60)
    return unit(Math.round(durationMs / second), "second", locale);
  if (durationMs < 5 * minute) {
    const seconds = Math.round(durationMs / second);
    const rest = seconds % 60;
    const minutes = unit(Math.floor(seconds / 60), "minute", locale);
    return rest === 0 ? minutes : `${minutes} ${unit(rest, "second", locale)}`;
  }
  const minutes = Math.round(durationMs / minute);
  if (minutes < 60) return unit(minutes, "minute", locale);
  const rest = minutes % 60;
  const hours = unit(Math.floor(minutes / 60), "hour", locale);
  return rest === 0 || durationMs >= 10 * hour ? hours : `${hours} ${unit(rest, "minute", locale)}`;
}
