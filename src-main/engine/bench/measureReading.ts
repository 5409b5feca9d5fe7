import { readFile, type ReadFileOptions } from "../library/readers/readFile.ts";
import { median } from "./median.ts";

/** How fast a PDF is read, by the medians of all rounds. */
export interface ReadingSpeed {
  pages: number;
  /** Read as the library does: pages with their text in order and the rectangle of each word. */
  pagesPerSecond: number;
  /** The parser's own text content of each page, and nothing made of it. */
  barePagesPerSecond: number;
  /** The first by the second, in rounds of both. */
  ratio: number;
}

/**
 * Measures reading beside what the parser alone takes, in the same kind of thread, in turns, so that
 * whatever else the machine does meets both. One round before them warms both up.
 *
 * @param rounds 1 at least
 * @throws HearthError as `readFile`
 */
export async function measureReading(
  path: string,
  rounds: number,
  options: ReadFileOptions,
): Promise<ReadingSpeed> {
  const oursMs: number[] = [];
  const bareMs: number[] = [];
  const ratios: number[] = [];
  let pages = 0;
  for (let round = 0; round <= rounds; round++) {
    const bare = await timed(path, { ...options, bareText: true });
    const ours = await timed(path, options);
    pages = ours.pages;
    if (round === 0) continue;
    bareMs.push(bare.ms);
    oursMs.push(ours.ms);
    ratios.push(bare.ms / ours.ms);
  }
  return {
    pages,
    pagesPerSecond: (1000 * pages) / median(oursMs),
    barePagesPerSecond: (1000 * pages) / median(bareMs),
    ratio: median(ratios),
  };
}

async function timed(
  path: string,
  options: ReadFileOptions,
): Promise<{ ms: number; pages: number }> {
  const begun = performance.now();
  const { pageCount } = await readFile(path, () => undefined, options);
  return { ms: performance.now() - begun, pages: pageCount };
}
