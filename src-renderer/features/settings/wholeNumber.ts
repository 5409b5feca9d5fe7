/**
 * A whole number as people type it: "8192", "8,192", "8 192", "8k" (1024 times 8).
 * @returns the number, or null when it is none or outside the bounds
 */
export function parseWholeNumber(text: string, least: number, most: number): number | null {
  const match = /^(\d+)(k?)$/iu.exec(text.replaceAll(/[\s,.'_]/gu, ""));
  if (!match) return null;
  const number = Number(match[1]) * (match[2] === "" ? 1 : 1024);
  return number >= least && number <= most ? number : null;
}
