export { seededRandom, wordText } from "../../src-main/cli/commands/benchTexts.ts";

let lastSeed = 0;

/**
 * A seed that this process has not used: on a fresh home no prefix of its text can be in a cache. The
 * same in every run, so that two runs do the same work.
 */
export function freshSeed(): number {
  return ++lastSeed;
}
