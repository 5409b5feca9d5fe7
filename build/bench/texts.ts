export { seededRandom, wordText } from "../../src-main/cli/commands/benchTexts.ts";

let lastSeed = Date.now() % 1_000_000;

/** A seed that this process has not used: no prefix of its text can be in a cache. */
export function freshSeed(): number {
  return ++lastSeed;
}
