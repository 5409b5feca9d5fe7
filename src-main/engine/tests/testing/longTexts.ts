import fs from "node:fs/promises";
import path from "node:path";
import { seededRandom } from "../../core/seededRandom.ts";

const words =
  "amber basin candle delta ember fallow granite harbour inlet juniper kettle lantern meadow " +
  "nettle orchard pebble quarry river saddle timber umber valley willow yarrow zephyr anchor " +
  "bramble copper drizzle estuary furrow gravel hollow island jetty kiln ledger marsh needle";

/** Texts that take the embedder seconds, the same in every run. @returns their paths */
export async function writeLongTexts(
  folder: string,
  count: number,
  sentences: number,
): Promise<string[]> {
  const random = seededRandom(7);
  const vocabulary = words.split(" ");
  const pick = (): string => vocabulary[Math.floor(random() * vocabulary.length)]!;
  await fs.mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (let number = 1; number <= count; number++) {
    const lines: string[] = [];
    for (let at = 0; at < sentences; at++) {
      const said = Array.from({ length: 12 }, pick).join(" ");
      lines.push(`In note ${number}-${at} the ${said}.${at % 6 === 5 ? "\n" : ""}`);
    }
    const file = path.join(folder, `notes-${number}.txt`);
    await fs.writeFile(file, lines.join("\n"));
    paths.push(file);
  }
  return paths;
}
