import { readFile, type ReadFileOptions } from "../library/readers/readFile.ts";

/** Times of a PDF that is read again and again, in milliseconds. */
export interface ReadingTimes {
  pages: number;
  /** Read as the library does: pages with their text in order and the rectangle of each word. */
  oursMs: number[];
  /** The parser's own text content of each page, and nothing made of it. */
  bareMs: number[];
}

/**
 * Measures reading beside what the parser alone takes, in the same kind of thread, in turns, so that
 * whatever else the machine does meets both. One round before them warms both up.
 *
 * @throws HearthError as `readFile`
 */
export async function measureReading(
  path: string,
  rounds: number,
  options: ReadFileOptions,
): Promise<ReadingTimes> {
  const times: ReadingTimes = { pages: 0, oursMs: [], bareMs: [] };
  for (let round = 0; round <= rounds; round++) {
    const bare = await timed(path, { ...options, bareText: true });
    const ours = await timed(path, options);
    times.pages = ours.pages;
    if (round === 0) continue;
    times.bareMs.push(bare.ms);
    times.oursMs.push(ours.ms);
  }
  return times;
}

async function timed(
  path: string,
  options: ReadFileOptions,
): Promise<{ ms: number; pages: number }> {
  const begun = performance.now();
  const { pageCount } = await readFile(path, () => undefined, options);
  return { ms: performance.now() - begun, pages: pageCount };
}
