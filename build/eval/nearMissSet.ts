import { SeededRandom } from "../../src-main/engine/eval/answers/sets/SeededRandom.ts";
import things from "./nearMissThings.json" with { type: "json" };

interface ThingProperty {
  readonly says: string;
  readonly asks: string;
  readonly value: string;
}

/** See the data: what a thing is called and what is told of it. */
interface ThingKind {
  readonly thing: string;
  readonly inside?: string;
  readonly again: string;
  readonly opens: string;
  readonly properties: readonly ThingProperty[];
}

export interface NearMissDocument {
  readonly id: string;
  text: string;
}

/** A question about a thing of the library, about one that is not, or about what is not told of it. */
export interface NearMissQuestion {
  readonly text: string;
  readonly kind: "answerable" | "property" | "thing";
  readonly language: "en" | "de";
  readonly half: 0 | 1;
  /** The right answer as the document has it, and its sentence; empty where there is none. */
  readonly answer: string;
  readonly sentence: string;
}

const thingsOfKind = 6;
/** Of a thing's five properties; the others are told of other things. */
const toldProperties = 3;

/**
 * A library about things that exist nowhere. Of each thing some properties are told; questions ask for
 * those, for those that are told of other things alone, and about things that are not in the library.
 */
export function nearMissSet(seed: number): {
  documents: NearMissDocument[];
  questions: NearMissQuestion[];
} {
  const random = new SeededRandom(seed);
  const documents: NearMissDocument[] = [];
  const questions: NearMissQuestion[] = [];
  things.kinds.forEach((both, at) => {
    (["en", "de"] as const).forEach((language) => {
      const kind: ThingKind = both[language];
      for (let n = 0; n < thingsOfKind; n += 1) {
        const id = `${language} ${at} ${n}`;
        const told = random.shuffled(kind.properties);
        const said = told.slice(0, toldProperties);
        const { text, names: own, facts } = tell(kind, said, language, random);
        const last = documents.at(-1);
        // Of some kinds two things share a document.
        if (last && n % 2 === 1 && random.next() < 0.5) last.text += ` ${text}`;
        else documents.push({ id, text });
        const base = { language, half: at % 2 === 0 ? 0 : 1 } as const;
        for (const fact of facts) {
          questions.push({
            ...base,
            kind: "answerable",
            text: ask(kind, fact.property, own, random),
            answer: fact.value,
            sentence: fact.sentence,
          });
        }
        const none = { ...base, answer: "", sentence: "" };
        for (const property of told.slice(toldProperties)) {
          questions.push({ ...none, kind: "property", text: ask(kind, property, own, random) });
        }
        for (const property of said.slice(0, 2)) {
          const other = ask(kind, property, invent(random), random);
          questions.push({ ...none, kind: "thing", text: other });
        }
      }
    });
  });
  return { documents, questions };
}

interface Names {
  readonly n: string;
  readonly p: string;
}

function tell(
  kind: ThingKind,
  said: readonly ThingProperty[],
  language: "en" | "de",
  random: SeededRandom,
) {
  const names = invent(random);
  const full = fill(kind.thing, names);
  const inside = fill(kind.inside ?? kind.thing, names);
  const sentences = [put(kind.opens, full, inside, "", names)];
  const facts = said.map((property) => {
    const value = valueOf(property.value, random);
    const way = random.pick(property.says.split("|"));
    // Half of what begins with the thing only points back to it.
    const subject = random.next() < 0.5 ? kind.again : full;
    const sentence = put(way, subject, inside, value, names);
    sentences.push(sentence);
    if (random.next() < 0.4) sentences.push(random.pick(asides[language]));
    return { property, value, sentence };
  });
  return { text: sentences.join(" "), names, facts };
}

function ask(kind: ThingKind, property: ThingProperty, names: Names, random: SeededRandom): string {
  const inside = fill(kind.inside ?? kind.thing, names);
  return put(random.pick(property.asks.split("|")), inside, inside, "", names);
}

function put(way: string, full: string, inside: string, value: string, names: Names): string {
  const text = fill(way, names)
    .replaceAll("{S}", full)
    .replaceAll("{s}", inside)
    .replaceAll("{v}", value);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function fill(pattern: string, { n, p }: Names): string {
  return pattern.replaceAll("{n}", n).replaceAll("{p}", p);
}

const asides = {
  en: [
    "Several visitors asked about this last year.",
    "Nothing else of importance was noted.",
    "Rain kept many people away that week.",
  ],
  de: [
    "Danach wurde im vergangenen Jahr oft gefragt.",
    "Sonst wurde nichts Wichtiges vermerkt.",
    "Der Regen hielt in jener Woche viele fern.",
  ],
} as const;

const begins =
  "Al Bor Cas Dor El Far Gal Hin Ist Kor Lav Mir Nol Ost Pan Rill Sor Tam Und Var Wis".split(" ");
const middles = "a e i o u an er il".split(" ");
const ends = "by dran gren holm ka len mar nau rin sund tal vik zer".split(" ");
const first =
  "Anke Bodil Carla Dorte Edna Frieda Greta Hilde Ines Jette Karin Lotte Marit Nora".split(" ");
const last = "Aldinger Brask Corvey Dahlen Eskil Fintz Gorlan Hest Ivers Jansky Kolm Lurs".split(
  " ",
);

function invent(random: SeededRandom): Names {
  return { n: place(random), p: person(random) };
}

function place(random: SeededRandom): string {
  return random.pick(begins) + random.pick(middles) + random.pick(ends);
}

function person(random: SeededRandom): string {
  return `${random.pick(first)} ${random.pick(last)}`;
}

function valueOf(value: string, random: SeededRandom): string {
  if (value === "year") return String(random.whole(1703, 2019));
  if (value === "person") return person(random);
  if (value === "place") return place(random);
  if (value === "company")
    return `${place(random)} ${random.pick(["Works", "AG", "Brothers", "Ltd"])}`;
  if (value === "hour") return `${random.whole(7, 11)}:${random.pick(["00", "15", "30"])}`;
  const range = /^(\d+)-(\d+)(.*)$/.exec(value);
  if (range) return `${random.whole(Number(range[1]), Number(range[2]))}${range[3] ?? ""}`;
  return random.pick(value.split("/"));
}
