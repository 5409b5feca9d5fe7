import { seededRandom } from "./benchTexts.ts";

/** A section about a place that exists nowhere, and a question that it answers. */
export interface BenchSection {
  readonly text: string;
  readonly question: string;
}

const kinds = [
  "harbour",
  "mill",
  "library",
  "bridge",
  "garden",
  "school",
  "tower",
  "market",
  "theatre",
  "quarry",
];
const goods = [
  "boats",
  "books",
  "barrels",
  "lamps",
  "horses",
  "sacks",
  "bells",
  "carts",
  "statues",
  "ropes",
];
const reasons = [
  "a flood",
  "a fire",
  "a long drought",
  "a quarrel of its owners",
  "the great frost",
  "a lack of timber",
];
const syllables =
  "bar den fol gim hur jas kel lom mar nev ost pir quen ras sul tor ulm ver wen yst zor".split(" ");

/** The section of a number: the same in every run, with names that no other section has. */
export function benchSection(number: number): BenchSection {
  const random = seededRandom(number);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? "";
  const kind = kinds[number % kinds.length] ?? "harbour";
  const place = capital(nameOf(number));
  const founder = `${capital(pick(syllables) + pick(syllables))} ${capital(nameOf(number + 7_919))}`;
  const year = 1500 + Math.floor(random() * 480);
  const count = 3 + Math.floor(random() * 900);
  const good = pick(goods);
  const reason = pick(reasons);
  const questions = [
    `Who founded the ${kind} of ${place}?`,
    `When was the ${kind} of ${place} founded?`,
    `How many ${good} does the ${kind} of ${place} hold?`,
    `Why was the ${kind} of ${place} closed for a year?`,
  ];
  return {
    text:
      `## The ${kind} of ${place}\n\n` +
      `The ${kind} of ${place} was founded in ${year} by ${founder}, who had come from the coast. ` +
      `It holds ${count} ${good} and is open to visitors from spring to autumn. ` +
      `After ${reason} in ${year + 31} it was closed for a year. ` +
      `Today the town of ${place} pays for its upkeep, and a keeper lives beside the gate.\n`,
    question: questions[Math.floor(number / kinds.length) % questions.length] ?? "",
  };
}

function nameOf(number: number): string {
  let rest = number + syllables.length;
  let name = "";
  for (; rest > 0; rest = Math.floor(rest / syllables.length)) {
    name += syllables[rest % syllables.length];
  }
  return name;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
