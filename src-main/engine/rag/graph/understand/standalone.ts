import { fold, termsOf, uniqueTerms, type Term } from "../../evidence/terms.ts";

/** A turn of the conversation before the question, oldest first. */
export interface Turn {
  readonly question: string;
  readonly answer: string;
}

export interface Standalone {
  readonly text: string;
  /** False where the question needed nothing of the conversation. */
  readonly changed: boolean;
}

/** Terms that are carried over at most, and how far back they are looked for. */
const carriedTerms = 6;
const turnsBack = 3;

const opens =
  /^(?:and|or|but|also|what about|how about|und|oder|aber|auch|sowie|was ist mit|wie (?:sieht es|steht es|ist es|ist das) (?:mit|bei|in)?|(?:and |und )?(?:why|how so|since when|warum|wieso|weshalb|seit wann)\s*\??$)\b\s*/iu;

/** Words that stand for something said before. */
const pointing =
  /\b(?:it|its|itself|they|them|their|theirs|he|him|his|she|her|hers|this|these|those|there|the (?:same|former|latter|others?)|(?:which|the|that) ones?|er|sie|es|ihn|ihm|ihnen|ihre?\p{L}?|seine\p{L}?|dies\p{L}{0,2}|jene\p{L}?|dort|dabei|davon|dafür|dagegen|daran|darin|darüber|damit|dazu|deren|dessen|derselbe|dieselbe\p{L}?|dasselbe|(?:does|is|was|did|do|will|can|would|about|of|for|after|before|than|like) that|(?:that|das)(?=\s*[?.!]|$))\b/iu;

/** Such words where they only fill a place, are polite, or point to the documents that are asked. */
const fillers = [
  /\b(?:is|are|was|were|will|does) there\b|\bthere (?:is|are|was|were)\b|\bit (?:is|was) (?:\p{L}+ )?(?:that|to)\b|\b(?:is|was) it (?:\p{L}+ )?(?:to|that)\b|\bgibt es\b|\bes gibt\b|\bist es\b|\b(?:this|these|those|dies\p{L}*) (?:\p{L}+ )?(?:documents?|files?|papers?|texts?|reports?|books?|articles?|contracts?|dokument\p{L}*|datei\p{L}*|text\p{L}*|bericht\p{L}*|vertr\p{L}*|artikel\p{L}*)/giu,
  /(?<=\p{L} )(?:Sie|Ihnen|Ihre?[mnrs]?)\b/gu,
];

const preposition =
  /^(?:in|on|at|of|for|by|from|to|with|under|during|since|between|im|am|an|auf|aus|bei|beim|für|mit|nach|seit|von|vom|während|zu|zum|zur|unter)$/iu;

/** Fewer words than these say too little by themselves. */
const fewTerms = 2;
/** With so many words before it, a pronoun most likely means one of them. */
const antecedentTerms = 3;

/**
 * A question made to stand alone, in code: what it leans on is put into it from the conversation. Where
 * it is a piece such as "and in 2021?", it takes the place of the like piece of the question before;
 * otherwise the names and words of that question are written behind it.
 */
export function standalone(question: string, history: readonly Turn[]): Standalone {
  const alone: Standalone = { text: question, changed: false };
  const before = history.slice(-turnsBack).toReversed();
  const [last] = before;
  if (!last) return alone;
  const text = question.replace(/\s+/g, " ").trim();
  const opening = opens.exec(text)?.[0] ?? "";
  const rest = text.slice(opening.length).replace(/[?.!\s]+$/u, "");
  const points = pointsBack(text);
  const own = speakingTerms(text);
  const elliptic = opening !== "" && !hasVerbOfItsOwn(rest);
  if (!elliptic && !points && own.length >= fewTerms) return alone;
  if (elliptic && rest !== "") {
    const replaced = replacePiece(last.question, rest);
    if (replaced !== null) return { text: replaced, changed: true };
  }
  const carried = carriedOver(own, before, points);
  if (carried.length === 0) return alone;
  return { text: `${text} (${carried.join(" ")})`, changed: true };
}

/** Whether a word stands for something that the question itself has not named before it. */
function pointsBack(text: string): boolean {
  const plain = fillers.reduce((left, filler) => left.replaceAll(filler, " "), text);
  const match = pointing.exec(plain);
  if (!match) return false;
  const named = speakingTerms(plain.slice(0, match.index));
  return named.length < antecedentTerms && named.every((term) => term.kind !== "name");
}

/** A piece has no verb: it is a few words, with a number, a name or a preposition at its head. */
function hasVerbOfItsOwn(rest: string): boolean {
  return (
    /\b(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|ist|sind|war|waren|hat|haben|hatte|wird|werden|kann|können|soll|muss)\b/iu.test(
      rest,
    ) || rest.split(" ").length > 6
  );
}

/**
 * The question before with one piece exchanged: a number for its only number, a name for its only name,
 * or what the same preposition leads.
 */
function replacePiece(question: string, piece: string): string | null {
  const words = piece.split(" ");
  const head = words[0] ?? "";
  const numbers = numbersOf(piece);
  const old = numbersOf(question);
  const [number] = numbers;
  const [oldNumber] = old;
  if (number && oldNumber && numbers.length === 1 && old.length === 1 && words.length <= 2) {
    return question.slice(0, oldNumber.start) + number.text + question.slice(oldNumber.end);
  }
  const [name, ...otherNames] = namesOf(question);
  if (
    name &&
    otherNames.length === 0 &&
    /^(?:\p{Lu}[\p{L}\p{M}\p{N}.&-]*(?: |$)){1,3}$/u.test(piece)
  ) {
    return question.slice(0, name.start) + piece + question.slice(name.end);
  }
  if (!preposition.test(head)) return null;
  // Up to the next preposition or the end: "of France in 2020" has two pieces.
  const parts = question.replace(/[?.!\s]+$/u, "").split(" ");
  const at = parts.findLastIndex((word) => fold(word) === fold(head));
  if (at < 0) return null;
  const length = parts.slice(at + 1).findIndex((word) => preposition.test(word));
  const end = length < 0 ? parts.length : at + 1 + length;
  return `${[...parts.slice(0, at), ...words, ...parts.slice(end)].join(" ")}?`;
}

/** Names, those side by side as one. */
function namesOf(text: string): { start: number; end: number }[] {
  const names: { start: number; end: number }[] = [];
  for (const { kind, start, end } of termsOf(text)) {
    if (kind !== "name") continue;
    const last = names.at(-1);
    if (last && text.slice(last.end, start).trim() === "") last.end = end;
    else names.push({ start, end });
  }
  return names;
}

function numbersOf(text: string): { text: string; start: number; end: number }[] {
  return termsOf(text)
    .filter(({ kind }) => kind === "number")
    .map(({ start, end }) => ({ text: text.slice(start, end), start, end }));
}

/** What the conversation was about, as it is written there: names first where they are all there is room for. */
function carriedOver(own: readonly Term[], before: readonly Turn[], points: boolean): string[] {
  const known = new Set(own.map(({ stem }) => stem));
  for (const { question, answer } of before) {
    const asked = speakingTerms(question).filter(({ stem }) => !known.has(stem));
    const taken = asked.map((term) => ({ term, text: question.slice(term.start, term.end) }));
    if (points && taken.every(({ term }) => term.kind !== "name")) {
      const names = uniqueTerms(termsOf(answer)).filter(
        (term) => term.kind === "name" && !known.has(term.stem),
      );
      const fresh = names.filter(({ stem }) => asked.every((other) => other.stem !== stem));
      const more = fresh.slice(0, 2);
      taken.push(...more.map((term) => ({ term, text: answer.slice(term.start, term.end) })));
    }
    if (taken.length === 0) continue;
    const best = taken.toSorted((a, b) => b.term.weight - a.term.weight).slice(0, carriedTerms);
    return taken.filter((one) => best.includes(one)).map(({ text }) => text);
  }
  return [];
}

const germanFunctionWords = new Set(
  (
    "wer wen wem wessen was wann wo wohin woher warum wieso weshalb wie welche welcher welches welchem welchen " +
    "der die das den dem des ein eine einer eines einem einen kein keine keinen keiner und oder aber auch denn doch " +
    "nur schon noch nicht ist sind war waren wird werden wurde wurden hat haben hatte hatten kann konnen konnte soll " +
    "sollen muss mussen darf durfen ich du wir ihr mir dir uns euch mich dich sich man es er sie seit bis von vom zu " +
    "zum zur in im ins an am auf aus bei beim fur mit nach uber unter vor hinter neben zwischen durch gegen ohne um als " +
    "wenn dass ob weil da dann so sehr mehr viel viele gibt geht steht dokument text datei"
  ).split(" "),
);

/** The words of a text that say what it is about; those that questions are dressed with do not. */
function speakingTerms(text: string): Term[] {
  return uniqueTerms(termsOf(text)).filter(
    ({ weight, start, end }) =>
      weight > 0.5 && !germanFunctionWords.has(fold(text.slice(start, end))),
  );
}
