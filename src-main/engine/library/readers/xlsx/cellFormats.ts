import { child, elements, type XmlNode } from "../xml/XmlNode.ts";

/** How a cell's number is meant. */
export type NumberKind = "number" | "percent" | "date" | "time" | "datetime";

const builtIn: Readonly<Record<number, NumberKind>> = {
  9: "percent",
  10: "percent",
  14: "date",
  15: "date",
  16: "date",
  17: "date",
  18: "time",
  19: "time",
  20: "time",
  21: "time",
  22: "datetime",
  45: "time",
  46: "time",
  47: "time",
};

/** The kinds of a workbook's cell styles, by their index. @param tree of `styles.xml`. */
export function cellKinds(tree: XmlNode | undefined): NumberKind[] {
  const sheet = child(tree, "styleSheet");
  const own = new Map<number, NumberKind>();
  const formats = child(sheet, "numFmts");
  for (const { attributes } of formats ? elements(formats, "numFmt") : []) {
    own.set(Number(attributes["numFmtId"]), kindOf(attributes["formatCode"] ?? ""));
  }
  const styles = child(sheet, "cellXfs");
  return (styles ? elements(styles, "xf") : []).map(({ attributes }) => {
    const id = Number(attributes["numFmtId"] ?? 0);
    return own.get(id) ?? builtIn[id] ?? "number";
  });
}

/** What a number format makes of a number: its first section, without colours, words and locales. */
export function kindOf(format: string): NumberKind {
  const plain = (format.split(";")[0] ?? "")
    .replace(/"[^"]*"|\\.|_.|\*./gu, "")
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/giu, "")
    .toLowerCase();
  if (plain.includes("%")) return "percent";
  if (plain === "general") return "number";
  const time = /[hs]|am\/pm/u.test(plain);
  const date = /[yd]/u.test(plain) || (!time && plain.includes("m"));
  return date ? (time ? "datetime" : "date") : time ? "time" : "number";
}

/** A stored number as it is meant: an ISO date or time, a share, or the number itself. */
export function formatNumber(stored: string, kind: NumberKind, from1904: boolean): string {
  const value = Number(stored);
  if (stored.trim() === "" || !Number.isFinite(value)) return stored;
  if (kind === "number") return shortest(value);
  if (kind === "percent") return `${shortest(value * 100)}%`;
  // Days past the year 9999 or before 1900 are numbers that wear a wrong format.
  if (value < 0 || value > 2_958_466) return shortest(value);
  // Spreadsheets count a 29 February 1900, which never was.
  const days = from1904 ? value + 1462 : value < 60 ? value + 1 : value;
  const moment = new Date(Math.round((days - 25_569) * 86_400) * 1000).toISOString();
  const [day = "", time = ""] = moment.split("T");
  const clock = time.slice(0, time.slice(6, 8) === "00" ? 5 : 8);
  if (kind === "date") return clock === "00:00" ? day : `${day} ${clock}`;
  if (kind === "datetime") return `${day} ${clock}`;
  return value < 1 ? clock : `${Math.floor(value * 24)}:${time.slice(3, 8)}`;
}

/** Without the traces of binary fractions: 0.1 + 0.2 is 0.3. */
function shortest(value: number): string {
  return String(Number(value.toPrecision(15)));
}
