/** A text as a terminal of GBNF. */
export function terminal(text: string): string {
  const escaped = text.replace(/["\\\n\r\t]|[^\P{Cc}\n\r\t]/gu, (character) => {
    const known = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    return known ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `"${escaped}"`;
}
