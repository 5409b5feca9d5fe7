import type { InventedNames } from "./inventedNames.ts";
import type { SeededRandom } from "./SeededRandom.ts";

/** A kind of fact about a subject with an invented name: how it is told, and how it is asked for. */
export interface FactKind {
  readonly name: string;
  readonly sentences: readonly ((subject: string, value: string) => string)[];
  readonly questions: readonly ((subject: string) => string)[];
  /** A value as the sentence has it, and everything that counts as the right answer. */
  value(names: InventedNames, random: SeededRandom): { value: string; answers: string[] };
}

function person(names: InventedNames): { value: string; answers: string[] } {
  const value = names.person();
  return { value, answers: [value] };
}

function measured(unit: string, from: number, to: number) {
  return (_: InventedNames, random: SeededRandom): { value: string; answers: string[] } => {
    const number = String(random.whole(from, to));
    return { value: `${number} ${unit}`, answers: [`${number} ${unit}`, number] };
  };
}

function year(_: InventedNames, random: SeededRandom): { value: string; answers: string[] } {
  const value = String(random.whole(1612, 1948));
  return { value, answers: [value] };
}

/** Questions use other words than the sentences where people would. */
export const factKinds: readonly FactKind[] = [
  {
    name: "founder",
    sentences: [
      (subject, value) => `The ${subject} Glassworks was founded by ${value} with borrowed money.`,
      (subject, value) => `It was ${value} who established the ${subject} Glassworks.`,
    ],
    questions: [
      (subject) => `Who founded the ${subject} Glassworks?`,
      (subject) => `Who set up the ${subject} Glassworks?`,
    ],
    value: person,
  },
  {
    name: "bridge",
    sentences: [
      (subject, value) => `From bank to bank the ${subject} Bridge measures ${value}.`,
      (subject, value) => `The ${subject} Bridge is ${value} long and carries one track.`,
    ],
    questions: [
      (subject) => `How long is the ${subject} Bridge?`,
      (subject) => `What is the length of the ${subject} Bridge?`,
    ],
    value: measured("metres", 112, 989),
  },
  {
    name: "opening",
    sentences: [
      (subject, value) => `The ${subject} Observatory opened its doors in ${value}.`,
      (subject, value) => `In ${value} the ${subject} Observatory was opened to the public.`,
    ],
    questions: [
      (subject) => `When was the ${subject} Observatory opened?`,
      (subject) => `In which year did the ${subject} Observatory open?`,
    ],
    value: year,
  },
  {
    name: "staff",
    sentences: [
      (subject, value) => `The ${subject} Foundry employs ${value} in two shifts.`,
      (subject, value) => `By its own count ${value} work at the ${subject} Foundry.`,
    ],
    questions: [
      (subject) => `How many people work at the ${subject} Foundry?`,
      (subject) => `How many people does the ${subject} Foundry employ?`,
    ],
    value: measured("people", 131, 998),
  },
  {
    name: "archive",
    sentences: [
      (subject, value) => `The archive of the ${subject} Guild is kept in ${value}.`,
      (subject, value) =>
        `Since the fire, ${value} has housed the archive of the ${subject} Guild.`,
    ],
    questions: [
      (subject) => `Where is the archive of the ${subject} Guild kept?`,
      (subject) => `In which town is the archive of the ${subject} Guild?`,
    ],
    value: (names) => {
      const value = names.place();
      return { value, answers: [value] };
    },
  },
  {
    name: "leader",
    sentences: [
      (subject, value) => `${value} leads the ${subject} Harbour Board.`,
      (subject, value) => `The ${subject} Harbour Board is chaired by ${value}.`,
    ],
    questions: [
      (subject) => `Who leads the ${subject} Harbour Board?`,
      (subject) => `Who is the chair of the ${subject} Harbour Board?`,
    ],
    value: person,
  },
  {
    name: "fare",
    sentences: [
      (subject, value) => `A single ticket for the ${subject} Ferry costs ${value}.`,
      (subject, value) => `Passengers of the ${subject} Ferry pay ${value} for a single ticket.`,
    ],
    questions: [
      (subject) => `How much is a single ticket for the ${subject} Ferry?`,
      (subject) => `What does a single ticket for the ${subject} Ferry cost?`,
    ],
    value: measured("crowns", 12, 97),
  },
  {
    name: "discovery",
    sentences: [
      (subject, value) => `The ${subject} Spring was discovered by ${value} while digging a well.`,
      (subject, value) => `It was ${value} who first came upon the ${subject} Spring.`,
    ],
    questions: [
      (subject) => `Who discovered the ${subject} Spring?`,
      (subject) => `Who found the ${subject} Spring?`,
    ],
    value: person,
  },
  {
    name: "mineral",
    sentences: [
      (subject, value) => `The mineral that is mined at ${subject} Quarry is called ${value}.`,
      (subject, value) => `${subject} Quarry yields a grey mineral named ${value}.`,
    ],
    questions: [
      (subject) => `Which mineral is mined at ${subject} Quarry?`,
      (subject) => `What is the mineral from ${subject} Quarry called?`,
    ],
    value: (names) => {
      const value = names.thing("ite");
      return { value, answers: [value] };
    },
  },
  {
    name: "depth",
    sentences: [
      (subject, value) => `Divers found the bottom of Lake ${subject} at a depth of ${value}.`,
      (subject, value) => `Lake ${subject} is ${value} deep at its deepest point.`,
    ],
    questions: [
      (subject) => `How deep is Lake ${subject}?`,
      (subject) => `What is the depth of Lake ${subject}?`,
    ],
    value: measured("fathoms", 21, 316),
  },
];
