import type { EvalQuestion } from "../../../../contract/evals.ts";
import type { BeirDataset } from "../../loadBeir.ts";
import type { BuiltSet } from "./BuiltSet.ts";
import { factKinds, type FactKind } from "./factKinds.ts";
import { InventedNames } from "./inventedNames.ts";
import { SeededRandom } from "./SeededRandom.ts";
import { textPdf, type TextPage } from "./textPdf.ts";

/** Parts of the set, in the order of its questions. */
export const inventedCounts = { documents: 50, facts: 100, unanswerable: 20, elsewhere: 20 };

/** What has nothing to do with any of the documents. */
const elsewhere = [
  "Which composer wrote the opera Tosca?",
  "What is the boiling point of ethanol?",
  "Who painted The Night Watch?",
  "How many chromosomes does a human cell have?",
  "What is the capital of Mongolia?",
  "Which planet has the most moons?",
  "Who was the first woman to win a Nobel Prize?",
  "In which year did the Berlin Wall fall?",
  "What does a barometer measure?",
  "Who wrote the novel Middlemarch?",
  "How do bees tell each other where flowers are?",
  "Which language is spoken in Brazil?",
  "What is the square root of 1764?",
  "How long does light take from the Sun to the Earth?",
  "What is photosynthesis?",
  "Who invented the printing press in Europe?",
  "Which vitamin does sunlight help the skin to make?",
  "How is sourdough bread raised?",
  "What is the offside rule in football?",
  "Which metal is liquid at room temperature?",
];

interface Planned {
  readonly kind: FactKind;
  readonly subject: string;
  readonly sentence: string;
  readonly question: string;
  readonly answers: readonly string[];
}

/** A report as it is before it becomes a file. */
interface Report {
  readonly name: string;
  readonly pages: readonly TextPage[];
}

/**
 * A library of 50 PDFs about places, people and things that exist nowhere, with 100 facts of which a
 * model cannot know any. For each fact another document says the same kind of thing about a name that
 * looks alike. Some questions ask what is said of nothing, and some what is not in the library at all.
 */
export function inventedFacts(seed: number): BuiltSet {
  const { reports, questions } = invent(seed);
  return {
    id: "invented",
    name: "Invented facts",
    kind: "invented",
    questions,
    files: reports.map(({ name, pages }) => ({ name, bytes: textPdf(pages) })),
  };
}

/** The same library as a collection for search: a document for each page, judged by what it answers. */
export function inventedPages(seed: number): BeirDataset {
  const { reports, questions } = invent(seed);
  const asked = questions.filter(({ answerable }) => answerable);
  return {
    name: "invented reports",
    documents: reports.flatMap(({ name, pages }) =>
      pages.map(({ title, paragraphs }, at) => ({
        id: `${name}#${at + 1}`,
        title: title ?? "",
        text: paragraphs.join("\n\n"),
      })),
    ),
    queries: asked.map(({ question, answers }, at) => ({
      id: String(at),
      text: question,
      answers,
    })),
    judgements: new Map(
      asked.map(({ goldDocument, goldPages }, at) => [
        String(at),
        new Map(goldPages.map((page) => [`${goldDocument}#${page}`, 1])),
      ]),
    ),
  };
}

function invent(seed: number): { reports: Report[]; questions: EvalQuestion[] } {
  const random = new SeededRandom(seed);
  const names = new InventedNames(random);
  const { documents, facts } = inventedCounts;
  const plan = Array.from({ length: facts }, (_, at) =>
    planFact(factKinds[at % factKinds.length]!, names.place(), names, random),
  );
  const alike = plan.map(({ kind, subject }) =>
    planFact(kind, names.lookAlike(subject), names, random),
  );
  const questions: EvalQuestion[] = [];
  const reports: Report[] = [];
  for (let at = 0; at < documents; at++) {
    // Facts of other kinds share a document, and what looks like them stands in another one.
    const own = [plan[at]!, plan[documents + ((at + 3) % documents)]!];
    const others = [alike[(at + 7) % documents]!, alike[documents + ((at + 19) % documents)]!];
    const name = `report-${String(at + 1).padStart(2, "0")}-${own[0]!.subject.toLowerCase()}.pdf`;
    const { pages, placed } = layOut(own, others, names, random);
    reports.push({ name, pages });
    for (const { fact, page } of placed) {
      questions.push({
        question: fact.question,
        answers: [...fact.answers],
        goldDocument: name,
        goldPages: [page],
        goldText: fact.answers[0] ?? null,
        answerable: true,
        order: null,
      });
    }
  }
  return {
    reports,
    questions: [...random.shuffled(questions), ...unanswerable(plan, names, random)],
  };
}

function planFact(
  kind: FactKind,
  subject: string,
  names: InventedNames,
  random: SeededRandom,
): Planned {
  const { value, answers } = kind.value(names, random);
  return {
    kind,
    subject,
    sentence: random.pick(kind.sentences)(subject, value),
    question: random.pick(kind.questions)(subject),
    answers,
  };
}

/** Pages of one report: its own facts on different pages, those of look-alikes anywhere. */
function layOut(
  own: readonly Planned[],
  others: readonly Planned[],
  names: InventedNames,
  random: SeededRandom,
): { pages: TextPage[]; placed: { fact: Planned; page: number }[] } {
  const count = random.whole(3, 5);
  const numbers = random.shuffled(Array.from({ length: count }, (_, at) => at + 1));
  const placed = own.map((fact, at) => ({ fact, page: numbers[at]! }));
  const extra = others.map((fact) => ({ fact, page: random.whole(1, count) }));
  const pages = Array.from({ length: count }, (_, at): TextPage => {
    const told = [...placed, ...extra]
      .filter(({ page }) => page === at + 1)
      .map(({ fact }) => fact.sentence);
    const paragraphs = random.shuffled([
      ...told.map((sentence) => `${filler(names, random)} ${sentence} ${filler(names, random)}`),
      ...Array.from({ length: 4 - told.length }, () =>
        Array.from({ length: 3 }, () => filler(names, random)).join(" "),
      ),
    ]);
    return {
      title: at === 0 ? `Report on ${own[0]!.subject}` : `${random.pick(headings)}, part ${at + 1}`,
      paragraphs,
    };
  });
  return { pages, placed };
}

const headings = ["Observations", "Proceedings", "Correspondence", "Inspections", "Remarks"];

/** What is asked of a known subject, but told of nobody; then what no document speaks of. */
function unanswerable(
  plan: readonly Planned[],
  names: InventedNames,
  random: SeededRandom,
): EvalQuestion[] {
  const asked = Array.from({ length: inventedCounts.unanswerable }, (_, at) => {
    // Half ask something else about a subject, half the same about a subject that is nowhere.
    const fact = plan[(at * 7) % plan.length]!;
    const other = factKinds[(factKinds.indexOf(fact.kind) + 3) % factKinds.length]!;
    const [kind, subject] = at % 2 === 0 ? [other, fact.subject] : [fact.kind, names.place()];
    return random.pick(kind.questions)(subject);
  });
  return [...asked, ...elsewhere].map((question) => ({
    question,
    answers: [],
    goldDocument: null,
    goldPages: [],
    goldText: null,
    answerable: false,
    order: null,
  }));
}

const fillers: readonly ((names: InventedNames, random: SeededRandom) => string)[] = [
  (_, random) =>
    `The weather was ${random.pick(["mild", "rough", "dry", "foggy"])} for most of the season.`,
  (names) =>
    `A letter from ${names.person()} was read aloud and put on file without further remark.`,
  (_, random) =>
    `The committee met ${random.pick(["twice", "three times", "once"])} and adjourned early.`,
  (names) => `Visitors came from ${names.place()} and asked to see the workshops.`,
  (_, random) =>
    `Paint and ${random.pick(["timber", "rope", "canvas", "nails"])} were ordered for repairs.`,
  () => "The clerk noted that nothing else of importance had been brought forward.",
  (names) => `The road to ${names.place()} was closed for some weeks after heavy rain.`,
  (_, random) =>
    `Several members asked for better ${random.pick(["lighting", "heating", "signs", "benches"])}.`,
  (names) => `Thanks were given to ${names.person()} for looking after the garden.`,
  () => "An inventory of the storeroom was taken, and damaged items were set aside.",
];

function filler(names: InventedNames, random: SeededRandom): string {
  return random.pick(fillers)(names, random);
}
