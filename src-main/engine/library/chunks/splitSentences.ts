/** A stretch of text, in UTF-16 units, end excluded. */
export interface TextRange {
  start: number;
  end: number;
}

const abbreviations = new Set(
  (
    "mr mrs ms dr prof st sr jr rev hon gen col lt sgt capt gov sen rep pres messrs mme mlle " +
    "vs cf al e.g i.e eg ie viz ca approx resp incl excl est max min avg " +
    "fig figs eq eqs sec secs ch chap no nos nr vol vols pp p par art ed eds trans ref refs app tab " +
    "inc ltd co corp bros dept univ assn gmbh " +
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur fri sat sun " +
    "ave blvd rd mt ft sq u.s u.k u.n e.u a.m p.m d.c ph.d m.d b.a m.a b.sc m.sc " +
    "z.b d.h u.a bzw usw ggf vgl s.o hr fr str bd abs nr"
  ).split(" "),
);
/** These end a sentence when a capital follows, and go on within one otherwise. */
const mayEnd = new Set([
  "etc",
  "inc",
  "ltd",
  "co",
  "corp",
  "jr",
  "sr",
  "a.m",
  "p.m",
  "u.s",
  "u.k",
  "ph.d",
  "d.c",
  "e.u",
]);
const sentenceStarters =
  /^(?:The|This|That|These|Those|It|He|She|They|We|You|In|On|At|For|From|With|An|A|But|And|However|When|If|As|There|Its|His|Her|Their|Our|After|Before|Since|While|Although|Thus|Therefore|To|By|No|Not|One|Some|Most|All|Each|Both)\b/u;
const lastToken = /(?:^|[\s("'“‘[])([^\s("'“‘[]+?)\.["'”’)\]]*\s*$/u;
const listMarker = /^\s*(?:[•‣▪●○◦∙*+\-–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)])\s+$/u;
const startsItem = /^[ \t]*(?:[•‣▪●○◦∙]|[*+\-–—][ \t]|\(?(?:\d{1,3}|[a-zA-Z])[.)][ \t])/u;
const cjkEnd = /[。！？｡…]["'”’」』）]*\s*$/u;

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
/** Segmenters slow down on very long input; longer texts are taken in pieces cut at blanks. */
const longestPiece = 50_000;

/**
 * The sentences of a text, without the blanks around them, in order. Abbreviations, initials,
 * decimals, addresses and quotes do not end a sentence; empty lines and list items do. A single
 * line's end does not, unless the line before has ended or the next begins an item.
 */
export function splitSentences(text: string): TextRange[] {
  const ranges: TextRange[] = [];
  for (const paragraph of paragraphs(text)) {
    const source = text.slice(paragraph.start, paragraph.end).replace(/[\n\t]/gu, " ");
    for (const sentence of splitParagraph(source)) {
      ranges.push({ start: paragraph.start + sentence.start, end: paragraph.start + sentence.end });
    }
  }
  return ranges;
}

/** Stretches between empty lines and at list items. */
function paragraphs(text: string): TextRange[] {
  const ranges: TextRange[] = [];
  let start = 0;
  let at = text.indexOf("\n");
  while (at !== -1) {
    const next = text.indexOf("\n", at + 1);
    const following = text.slice(at + 1, Math.min(next === -1 ? text.length : next, at + 80));
    if (following.trim() === "" || startsItem.test(following)) {
      if (at > start) ranges.push({ start, end: at });
      start = at + 1;
    }
    at = next;
  }
  if (text.length > start) ranges.push({ start, end: text.length });
  return ranges;
}

function splitParagraph(text: string): TextRange[] {
  const ranges: TextRange[] = [];
  let open: TextRange | null = null;
  for (const segment of segments(text)) {
    const range: TextRange = { start: segment.start, end: segment.end };
    if (open && belongsTogether(text, open, range)) open.end = range.end;
    else {
      if (open) pushTrimmed(ranges, text, open);
      open = range;
    }
  }
  if (open) pushTrimmed(ranges, text, open);
  return ranges;
}

function* segments(text: string): Generator<TextRange> {
  let at = 0;
  while (at < text.length) {
    let end = Math.min(text.length, at + longestPiece);
    if (end < text.length) {
      const blank = text.lastIndexOf(" ", end);
      if (blank > at) end = blank + 1;
    }
    const found: TextRange[] = [];
    for (const { index, segment } of segmenter.segment(text.slice(at, end))) {
      found.push({ start: at + index, end: at + index + segment.length });
    }
    // The last may go on behind the cut, so the next piece begins with it.
    const last = end < text.length && found.length > 1 ? found.pop() : undefined;
    yield* found;
    at = last ? last.start : end;
  }
}

/** Whether what the segmenter parted is one sentence after all. */
function belongsTogether(text: string, before: TextRange, after: TextRange): boolean {
  // Only the last words decide; a long stretch must not be searched again for each next one.
  const left = text.slice(Math.max(before.start, before.end - 200), before.end);
  const right = text.slice(after.start, Math.min(after.end, after.start + 40));
  if (before.end - before.start < 12 && listMarker.test(left)) return true;
  if (cjkEnd.test(left)) return false;
  // A stop without a blank behind it is part of an address, a number or a name.
  if (!/\s$/u.test(left))
    return (
      !/^["'“‘(]?\p{Lu}\p{Ll}/u.test(right) ||
      !/[.!?]["'”’)\]]*$/u.test(left) ||
      /\S{40}$/u.test(left)
    );
  if (/^["'“‘([]*\p{Ll}/u.test(right)) return true;
  const token = lastToken.exec(left)?.[1];
  if (token === undefined) return false;
  const word = token.toLowerCase();
  if (abbreviations.has(word) || word === "etc") {
    if (mayEnd.has(word))
      return /^\d/u.test(right) || !(word === "etc" || sentenceStarters.test(right));
    return true;
  }
  // Initials: one capital, or several with stops between them.
  if (/^(?:\p{Lu}\.)*\p{Lu}$/u.test(token))
    return /^\p{Lu}/u.test(right) && !sentenceStarters.test(right);
  return false;
}

function pushTrimmed(ranges: TextRange[], text: string, range: TextRange): void {
  let { start, end } = range;
  while (start < end && /\s/u.test(text.charAt(start))) start++;
  while (end > start && /\s/u.test(text.charAt(end - 1))) end--;
  if (end > start) ranges.push({ start, end });
}
