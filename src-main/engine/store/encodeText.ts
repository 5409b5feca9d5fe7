/** Marks a stored text that had to be escaped. No text that people write begins with it. */
const escaped = "\u0001";

/**
 * A text as SQLite can hold it. SQLite keeps well-formed UTF-8 and its functions stop at NUL, but
 * models, PDFs and file names bring lone surrogates and NULs, and what was saved must come back as
 * it was. Such a text is stored as JSON behind a mark; any other text is stored as it is, so that
 * the database can be read and searched with common tools.
 */
export function encodeText(text: string): string {
  return text.isWellFormed() && !text.includes("\0") && !text.startsWith(escaped)
    ? text
    : escaped + JSON.stringify(text);
}

/** The text that {@link encodeText} was given. */
export function decodeText(stored: string): string {
  return stored.startsWith(escaped) ? (JSON.parse(stored.slice(1)) as string) : stored;
}
