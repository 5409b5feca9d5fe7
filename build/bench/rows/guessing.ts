import fs from "node:fs/promises";
import path from "node:path";
import type { BenchEngine } from "../BenchEngine.ts";
import { nothingToDispose, type Row } from "../Row.ts";
import { decodeRate } from "./decode.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const system = "You answer briefly.";
const passageCount = 4;
const leastWords = 40;
/** Longer ones are cut: their answer would not be written to the end anyway. */
const mostWords = 100;

const freePrompts = [
  "Tell a long story about a lighthouse keeper.",
  "Explain how bread is made, step by step.",
  "Write a letter to a friend about your new garden.",
  "What should one know before buying a bicycle?",
];

/** Prompts that ask for a passage of this project's own prose word for word. */
async function quotingPrompts(): Promise<string[]> {
  const text = await fs.readFile(path.join(root, "ARCHITECTURE.md"), "utf8");
  const passages = text
    .split(/\n{2,}|\n(?=- )/)
    .map((passage) => passage.replace(/^- /, "").replaceAll(/\s+/g, " ").trim())
    .filter((passage) => /^[A-Z]/.test(passage) && passage.split(" ").length >= leastWords)
    .map((passage) => passage.split(" ").slice(0, mostWords).join(" "))
    .slice(0, passageCount);
  if (passages.length < passageCount) throw new Error("ARCHITECTURE.md has too few passages.");
  return passages.map((passage) => `${passage}\n\nRepeat the text above word for word.`);
}

/** Tokens per second over all prompts: as many tokens of each. */
async function rateOver(
  engine: BenchEngine,
  prompts: readonly string[],
  guessAhead: boolean,
): Promise<number> {
  let secondsPerToken = 0;
  for (const prompt of prompts) {
    secondsPerToken += 1 / (await decodeRate(engine, { system, prompt, guessAhead }));
  }
  return prompts.length / secondsPerToken;
}

/** With guessing ahead beside without it: the same model, prompts and greedy tokens. */
function guessingRow(
  row: Pick<Row, "key" | "name" | "reach">,
  promptsOf: () => Promise<readonly string[]>,
): Row {
  return {
    ...row,
    unit: "tokens/s",
    open: async ({ engine }) => {
      const prompts = await promptsOf();
      return {
        ours: () => rateOver(engine, prompts, true),
        theirs: () => rateOver(engine, prompts, false),
        [Symbol.asyncDispose]: nothingToDispose,
      };
    },
  };
}

export const guessingRows: readonly Row[] = [
  guessingRow(
    {
      key: "guess-quotes",
      name: "guessing ahead where sources are quoted ÷ without",
      reach: { kind: "at-least", value: 1.15 },
    },
    quotingPrompts,
  ),
  guessingRow(
    {
      key: "guess-free",
      name: "guessing ahead in free text ÷ without",
      reach: { kind: "at-least", value: 0.97 },
    },
    async () => freePrompts,
  ),
];
