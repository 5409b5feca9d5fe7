import type { Row } from "../Row.ts";
import { chatsAtOnceRows } from "./chatsAtOnce.ts";
import { decode, decodeDepths } from "./decode.ts";
import { embeddings } from "./embeddings.ts";
import { guessingRows } from "./guessing.ts";
import { httpRows } from "./http.ts";
import { turnAfterHistory, turnFromDisk } from "./history.ts";
import { painted } from "./painted.ts";
import { prefills } from "./prefill.ts";

/** All rows, in the order of the table. */
export const rows: readonly Row[] = [
  decode,
  painted,
  ...decodeDepths,
  ...prefills,
  ...chatsAtOnceRows,
  ...httpRows,
  turnAfterHistory,
  turnFromDisk,
  ...guessingRows,
  embeddings,
];

/**
 * The rows of a list of keys, together with those that they are judged by.
 * @param keys "decode,chats-2"; all rows when left out
 * @throws Error that names the rows there are
 */
export function chooseRows(keys: string | undefined, all: readonly Row[] = rows): Row[] {
  if (keys === undefined) return [...all];
  const wanted = new Set(keys.split(",").map((key) => key.trim()));
  for (const key of wanted) {
    const row = all.find((candidate) => candidate.key === key);
    if (!row) {
      throw new Error(
        `There is no row “${key}”. There are: ${all.map((one) => one.key).join(", ")}.`,
      );
    }
    if (row.reach.kind === "within") wanted.add(row.reach.of);
  }
  return all.filter((row) => wanted.has(row.key));
}
