import { numberWord, timeWord, wantedBy, type AnswerType, type Wanted } from "./answerType.ts";
import { isUnit } from "./numbers.ts";
import { questionForm, type QuestionForm } from "./questionForm.ts";
import { spanWords, type SpanWord } from "./spanWords.ts";
import { termsOf, uniqueTerms } from "./terms.ts";

/** A stretch of a sentence that could be the answer, as words `from` to `to`, both included. */
export interface SpanCandidate {
  readonly from: number;
  readonly to: number;
  readonly features: SpanFeatures;
}

/** What speaks for a stretch, or against it. All about 0 to 1. */
export const spanFeatureNames = [
  "asked",
  "numberWanted",
  "numberLacking",
  "numberUnwanted",
  "timeWanted",
  "timeLacking",
  "nameWanted",
  "nameLacking",
  "nameAny",
  "near",
  "touching",
  "focusBeside",
  "focusInside",
  "leftEdge",
  "rightEdge",
  "cutsName",
  "cutsAmount",
  "startsWithArticle",
  "functionInside",
  "markInside",
  "joins",
  "afterBy",
  "afterBecause",
  "afterPlace",
  "length",
  "lengthSquared",
  "fromReason",
  "opens",
  "closes",
  "single",
  "timePure",
  "numberPure",
  "unitInside",
  "unitCut",
  "nameWhole",
  "nameMixed",
  "personPlaced",
  "cutsUnit",
  "behindAmount",
  "afterCalled",
  "calledWanted",
  "focusBefore",
  "quoted",
  "afterArticle",
  "beforeOf",
  "afterOf",
  "verbish",
  "objectAfter",
  "objectBefore",
  "subjectAfter",
  "subjectBefore",
  "beingAfter",
  "beingBefore",
  "objectVerb",
  "subjectVerb",
  "amidst",
] as const;
type SpanFeature = (typeof spanFeatureNames)[number];
export type SpanFeatures = Readonly<Record<SpanFeature, number>>;

const longestSpan = 12;
const reasonWords = /^(?:because|due|since|for|to|weil|wegen|da|um|denn|aufgrund)$/;
const placeWords = /^(?:in|at|near|from|on|into|im|am|bei|aus|nach|an)$/;
const agentWords = /^(?:by|von|vom|durch)$/;
const articles = /^(?:a|an|the|der|die|das|den|dem|des|ein|eine|einen|einem|einer|eines)$/;
const ofWords = /^(?:of|von|de|des|der)$/;
const calledWords =
  /^(?:called|named|termed|titled|dubbed|nicknamed|heisst|heißt|heissen|heißen|hiess|hieß|genannt|namens|nennt|nannte)$/;
const monthWords =
  /^(?:january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|marz|mai|juni|juli|oktober|dezember|century|centuries|jahrhundert|early|late|mid)$/;

/** Every stretch of a sentence that could answer the question. */
export function spanCandidates(
  question: string,
  sentence: string,
): { words: SpanWord[]; type: AnswerType; candidates: SpanCandidate[] } {
  const asked = uniqueTerms(termsOf(question));
  const stems = new Set(asked.map(({ stem }) => stem));
  const words = spanWords(sentence, stems);
  const wanted = wantedBy(question);
  const { type } = wanted;
  const matched = words.flatMap(({ inQuestion, isFunction }, at) =>
    inQuestion && !isFunction ? [at] : [],
  );
  const context: Context = {
    words,
    wanted,
    form: questionForm(question),
    firstMatched: matched[0] ?? null,
    lastMatched: matched.at(-1) ?? null,
    weightOf: new Map(asked.map(({ stem, weight }) => [stem, weight])),
    total: asked.reduce((sum, { weight }) => sum + weight, 0),
  };
  const candidates: SpanCandidate[] = [];
  for (let from = 0; from < words.length; from += 1) {
    const first = words[from]!;
    if (first.isFunction && !articles.test(first.folded)) continue;
    for (let to = from; to < Math.min(words.length, from + longestSpan); to += 1) {
      const last = words[to]!;
      if (to > from && last.afterWall) break;
      if (last.isFunction) continue;
      // What the question says is not what it asks for.
      if (words.slice(from, to + 1).every((word) => word.isFunction || word.inQuestion)) continue;
      candidates.push({ from, to, features: featuresOf(from, to, context) });
    }
  }
  return { words, type, candidates };
}

interface Context {
  readonly words: readonly SpanWord[];
  readonly wanted: Wanted;
  readonly form: QuestionForm;
  /** Places of the question's words in the sentence. */
  readonly firstMatched: number | null;
  readonly lastMatched: number | null;
  readonly weightOf: ReadonlyMap<string, number>;
  readonly total: number;
}

function featuresOf(from: number, to: number, context: Context): SpanFeatures {
  const { words, form } = context;
  const { type, name } = context.wanted;
  const { focus } = form;
  // What something is called may be any word.
  const asksWho = type === "name" && name !== "any";
  const inside = words.slice(from, to + 1);
  const content = inside.filter((word) => !word.isFunction);
  const before = words[from - 1];
  const after = words[to + 1];
  const number = content.some((word) => word.isNumber || numberWord.test(word.raw));
  const time = content.some(
    (word) =>
      /^(?:1\d|20)\d\d/u.test(word.raw) || /\d0s$/u.test(word.raw) || timeWord.test(word.raw),
  );
  const names = content.filter((word) => word.isName).length / content.length;
  const openLeft = !before || words[from]!.afterMark;
  const openRight = !after || after.afterMark;
  const size = inside.length;
  return {
    asked: content.filter((word) => word.inQuestion).length / content.length,
    numberWanted: Number(type === "number" && number),
    numberLacking: Number(type === "number" && !number),
    numberUnwanted: Number(type !== "number" && type !== "time" && number),
    timeWanted: Number(type === "time" && time),
    timeLacking: Number(type === "time" && !time && !number),
    nameWanted: asksWho ? names : 0,
    nameLacking: Number(asksWho && names === 0),
    nameAny: type === "any" || (type === "name" && !asksWho) ? names : 0,
    near: nearness(from, to, context),
    touching: Number(before?.inQuestion === true) + Number(after?.inQuestion === true),
    focusBeside: Number(focus !== null && (before?.stem === focus || after?.stem === focus)),
    focusInside: Number(focus !== null && inside.at(-1)?.stem === focus),
    leftEdge: Number(openLeft || before.isFunction),
    rightEdge: Number(openRight || after.isFunction),
    cutsName:
      Number(!openLeft && before.isName && words[from]!.isName) +
      Number(!openRight && after.isName && words[to]!.isName),
    cutsAmount:
      Number(!openLeft && isAmount(before) && !words[from]!.isFunction) +
      Number(!openRight && isAmount(words[to]!) && isAmount(after)),
    startsWithArticle: Number(articles.test(words[from]!.folded)),
    functionInside: inside.slice(1).filter((word) => word.isFunction).length / size,
    markInside: Number(inside.slice(1).some((word) => word.afterMark)),
    joins: Number(inside.some((word) => /^(?:and|or|und|oder)$/.test(word.folded))),
    afterBy: Number(type === "name" && before !== undefined && agentWords.test(before.folded)),
    afterBecause: Number(
      type === "reason" && before !== undefined && reasonWords.test(before.folded),
    ),
    afterPlace: Number(form.asksWhere && before !== undefined && placeWords.test(before.folded)),
    length: Math.min(1, size / longestSpan),
    lengthSquared: Math.min(1, size / longestSpan) ** 2,
    fromReason: type === "reason" ? Math.min(1, size / longestSpan) : 0,
    opens: Number(from === 0),
    ...shapeOf(content, { before, after, openLeft, openRight, type }),
    personPlaced: Number(
      name === "person" && before !== undefined && placeWords.test(before.folded),
    ),
    ...calledFeatures(from, to, context),
    ...orderFeatures(from, to, context),
  };
}

type Some<K extends SpanFeature> = Readonly<Record<K, number>>;

/** Whether the stretch is a date, an amount or a name as a whole, and nothing beside it. */
function shapeOf(
  content: readonly SpanWord[],
  around: {
    before: SpanWord | undefined;
    after: SpanWord | undefined;
    openLeft: boolean;
    openRight: boolean;
    type: AnswerType;
  },
): Some<
  | "closes"
  | "single"
  | "timePure"
  | "numberPure"
  | "unitInside"
  | "unitCut"
  | "nameWhole"
  | "nameMixed"
  | "cutsUnit"
  | "behindAmount"
  | "afterArticle"
  | "beforeOf"
  | "afterOf"
  | "verbish"
> {
  const { before, after, openLeft, openRight, type } = around;
  const every = (test: (word: SpanWord) => boolean): boolean => content.every(test);
  const names = content.filter(({ isName }) => isName).length;
  const edges = [content[0]!, content.at(-1)!];
  const beside = [openLeft ? undefined : before, openRight ? undefined : after];
  const last = content.at(-1)!;
  return {
    closes: Number(after === undefined),
    single: Number(content.length === 1),
    timePure: Number(
      type === "time" &&
        every((word) => isYearWord(word) || monthWords.test(word.folded) || isDay(word)),
    ),
    numberPure: Number(
      type === "number" &&
        isAmount(content[0]!) &&
        (content.length <= 2 || (content.length === 3 && (isUnit(last.raw) || isAmount(last)))),
    ),
    unitInside: Number(content.length > 1 && isUnit(last.raw)),
    unitCut: Number(!openRight && content.some(isAmount) && isUnit(after!.raw)),
    nameWhole: Number(names === content.length && beside.every((word) => word?.isName !== true)),
    nameMixed: Number(names > 0 && edges.some((word) => !word.isName && !isAmount(word))),
    // "412 | metres" loses its unit; the year of a date has none.
    cutsUnit: Number(
      !openRight && type === "number" && isAmount(last) && !after!.isFunction && !after!.inQuestion,
    ),
    behindAmount: Number(!openLeft && isAmount(before!) && !isAmount(content[0]!)),
    afterArticle: Number(!openLeft && articles.test(before!.folded)),
    beforeOf: Number(!openRight && ofWords.test(after!.folded)),
    afterOf: Number(!openLeft && ofWords.test(before!.folded)),
    verbish:
      content.filter((word) => !word.isName && /(?:ed|ing)$/.test(word.folded)).length /
      content.length,
  };
}

/** "called X", "a mineral named X": the name that is asked for. */
function calledFeatures(
  from: number,
  to: number,
  { words, form }: Context,
): Some<"afterCalled" | "calledWanted" | "focusBefore" | "quoted"> {
  const left = words.slice(Math.max(0, from - 3), from);
  const nearest = left.findLast((word) => !articles.test(word.folded));
  const called = Number(
    nearest !== undefined &&
      (calledWords.test(nearest.folded) ||
        (nearest.folded === "as" && left.some(({ folded }) => folded === "known"))),
  );
  return {
    afterCalled: called,
    calledWanted: form.asksName ? called : 0,
    focusBefore: Number(form.focus !== null && left.some(({ stem }) => stem === form.focus)),
    quoted: Number(words[from]!.afterQuote && words[to + 1]?.afterQuote === true),
  };
}

/** On which side of the question's words and of its verb the stretch stands. */
function orderFeatures(
  from: number,
  to: number,
  { words, form, firstMatched, lastMatched }: Context,
): Some<
  | "objectAfter"
  | "objectBefore"
  | "subjectAfter"
  | "subjectBefore"
  | "beingAfter"
  | "beingBefore"
  | "objectVerb"
  | "subjectVerb"
  | "amidst"
> {
  const after = Number(lastMatched !== null && from > lastMatched);
  const before = Number(firstMatched !== null && to < firstMatched);
  const verb = form.verb === null ? -1 : words.findIndex(({ stem }) => stem === form.verb);
  const behindVerb = verb >= 0 && from > verb ? 1 / (from - verb) : 0;
  const beforeVerb = verb >= 0 && to < verb ? 1 / (verb - to) : 0;
  const when = (order: QuestionForm["order"], value: number): number =>
    form.order === order ? value : 0;
  return {
    objectAfter: when("object", after),
    objectBefore: when("object", before),
    subjectAfter: when("subject", after),
    subjectBefore: when("subject", before),
    beingAfter: when("being", after),
    beingBefore: when("being", before),
    objectVerb: when("object", behindVerb),
    subjectVerb: when("subject", beforeVerb),
    amidst: Number(firstMatched !== null && after === 0 && before === 0),
  };
}

function isYearWord(word: SpanWord): boolean {
  return /^(?:1\d|20)\d\d(?:s)?$/u.test(word.raw);
}

function isDay(word: SpanWord): boolean {
  return /^\d{1,2}(?:st|nd|rd|th)?$/u.test(word.raw);
}

/** How near the question's words stand to the stretch, by weight; nearer ones count more. */
function nearness(from: number, to: number, { words, weightOf, total }: Context): number {
  if (total === 0) return 0;
  const best = new Map<string, number>();
  words.forEach((word, at) => {
    const weight = weightOf.get(word.stem);
    if (weight === undefined || (at >= from && at <= to)) return;
    const distance = at < from ? from - at : at - to;
    best.set(word.stem, Math.max(best.get(word.stem) ?? 0, weight / (3 + distance)));
  });
  return (4 * [...best.values()].reduce((sum, value) => sum + value, 0)) / total;
}

function isAmount(word: SpanWord): boolean {
  return word.isNumber || numberWord.test(word.raw);
}
