/**
 * Forms of German words for keyword search. The index cuts endings as in English; German ones are cut
 * here, and what remains is indexed beside the words themselves.
 */

const words = /\p{L}[\p{L}\p{M}]*/gu;

const germanWords = new Set(
  (
    "der die das den dem des ein eine einen einem einer eines und oder aber nicht ist sind war waren wird werden wurde " +
    "wurden hat haben hatte sich mit von vom zu zum zur bei beim nach aus auf für über unter zwischen durch gegen ohne um " +
    "als wie wenn dass daß weil ob auch noch nur schon sehr mehr es er sie wir ihr ihre sein seine man im am ins kann " +
    "können welche welcher welches welchen welchem wer wen wem wann warum wieso wo wohin woher wofür womit"
  ).split(" "),
);
const englishWords = new Set(
  (
    "the of and to a is are were be been by for with that this these those it its from at as or not which who whom whose " +
    "what when where why how do does did has have had can could would should on into than then there their they he she"
  ).split(" "),
);
/** A shorter word has no ending worth cutting. */
const shortest = 4;

/** Whether a text is in German rather than in English, by the words that build sentences. */
export function isGerman(text: string): boolean {
  return germanLead(text) > 0;
}

/**
 * What to look for in addition to a query's own words: the stems of German ones. A query that is
 * surely in English has none; one that could be either, such as a name, has them.
 */
export function germanQueryStems(query: string): string[] {
  return germanLead(query) < 0 ? [] : [...new Set(germanStems(query))];
}

/** The stem of each word that has another form than its stem, in order; function words are left out. */
export function germanStems(text: string): string[] {
  const stems: string[] = [];
  for (const [word] of text.matchAll(words)) {
    if (word.length < shortest || germanWords.has(word.toLowerCase())) continue;
    const stem = stemGerman(word);
    if (stem !== foldGerman(word)) stems.push(stem);
  }
  return stems;
}

/**
 * The CISTEM stemmer, without regard to case (Weißweiler, Fraser, "Developing a Stemmer for German
 * Based on a Comparative Analysis of Publicly Available Stemmers", GSCL 2017).
 */
export function stemGerman(word: string): string {
  let stem = foldGerman(word)
    .replace(/^ge(?=.{4})/, "")
    // One sign for what sounds as one, so that cutting does not part it.
    .replaceAll("sch", "$")
    .replaceAll("ei", "%")
    .replaceAll("ie", "&")
    .replace(/(.)\1/g, "$1*");
  while (stem.length > 3) {
    const shorter =
      stem.length > 5 && /(?:em|er|nd)$/.test(stem)
        ? stem.slice(0, -2)
        : stem.replace(/[tesn]$/, "");
    if (shorter === stem) break;
    stem = shorter;
  }
  return stem
    .replace(/(.)\*/g, "$1$1")
    .replaceAll("%", "ei")
    .replaceAll("&", "ie")
    .replaceAll("$", "sch");
}

/** Lower case, umlauts and accents without their marks, "ß" as "ss": as the index folds words. */
function foldGerman(word: string): string {
  return word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");
}

/** By how many there are more German than English function words. */
function germanLead(text: string): number {
  let lead = 0;
  for (const [word] of text.normalize("NFC").matchAll(words)) {
    const lower = word.toLowerCase();
    if (germanWords.has(lower)) lead += 1;
    if (englishWords.has(lower)) lead -= 1;
  }
  return lead;
}
