/** What another program wrote, as long as nothing is known of it. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** The value if it is an object, else an empty one: its fields are then missing. */
export function asRecord(value: unknown): JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is text, cut to a length. */
export function asText(value: unknown, mostCharacters = 10_000): string | null {
  return typeof value === "string" ? value.slice(0, mostCharacters) : null;
}

/** The value if it is a whole number from `least` to `most`. */
export function asCount(value: unknown, least: number, most: number): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
    ? value
    : null;
}
