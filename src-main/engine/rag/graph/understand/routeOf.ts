import type { AnswerRoute } from "../../../../contract/search.ts";

/** What is asked of whole documents. */
export type WholeTask = "summarise" | "compare" | "list" | "count";

export type Route =
  | { readonly kind: Exclude<AnswerRoute, "whole"> }
  | { readonly kind: "whole"; readonly task: WholeTask };

/**
 * Words that ask for work on whole documents, in English and German. They have to open the request (but
 * for politeness) or be unmistakable: "What does the summary say?" is a question like any other.
 */
const polite =
  "^(?:(?:please|can you|could you|would you|will you|bitte|kannst du|könntest du|können sie|könnten sie|i want you to|i would like you to|i'd like you to|ich möchte, dass du)[,\\s]+)*(?:(?:mir|uns|me|us|nun|now|then|also|once)\\s+)*";

const wholeTasks: readonly (readonly [WholeTask, readonly RegExp[]])[] = [
  [
    "count",
    [
      /\bhow (?:many times|often)\b.*\bmention\w*/,
      // Floods occur, too: only words and phrases are counted.
      /\bhow (?:many times|often)\b.*(?:\b(?:words?|terms?|phrases?|names?|expressions?)\b|["“„«']).*\b(?:occurs?|appears?|used|said|written|comes? up|stands?|found)\b/,
      /\bhow (?:many times|often)\b.*\b(?:occurs?|appears?|used|comes? up|found) in (?:the|this|these|my|all) (?:\w+ )?(?:documents?|files?|texts?|papers?|reports?|pdfs?)\b/,
      /\bcount (?:all|every|each|how often|the (?:occurrences|mentions|times))\b/,
      /\b(?:wie oft|wie viele male|wie häufig)\b.*\b(?:erwähnt|genannt)\b/,
      /\b(?:wie oft|wie viele male|wie häufig)\b.*(?:\b(?:wort|wörter|begriff|ausdruck|name|satz)\b|["“„«']).*\b(?:vor|auf|verwendet|benutzt|steht|gesagt)\b/,
      /\b(?:wie oft|wie viele male|wie häufig)\b.* (?:im|in diese[mn]|in den|in allen) (?:\p{L}+ )?(?:dokument\p{L}*|text\p{L}*|bericht\p{L}*|datei\p{L}*) (?:vor|auf)\b/u,
      /\bzähl\p{L}* (?:alle|jede\p{L}*|wie oft)\b(?!.*\bauf\b)/u,
    ],
  ],
  [
    "compare",
    [
      // Two things within a text are compared by a question like any other.
      start(
        "(?:compare|contrast)\\b.*\\b(?:documents?|files?|papers?|texts?|reports?|contracts?|versions?|articles?|books?|studies|study|handbooks?|manuals?|offers?|drafts?|pdfs?|both|them|these|all)\\b",
      ),
      start(
        "(?:vergleich\\p{L}*|stell\\p{L}* .+ gegenüber).*?(?:dokument|datei|text|bericht|vertr[aä]g|version|artikel|b[uü]ch|studie|handb[uü]ch|anleitung|angebot|entw[uü]rf|\\bbeide|\\bsie\\b|\\balle)",
      ),
      /\bwhat (?:is|are) the (?:main |key |biggest )?differences? between (?:the|these|those|both|all|my) (?:\w+ )?(?:documents?|files?|papers?|texts?|reports?|contracts?|versions?)\b/,
      /\bhow do (?:the|these|those|both|my) (?:\w+ )?(?:documents|files|papers|texts|reports|contracts|versions) differ\b/,
      /\bunterschiede? zwischen (?:den|diesen|beiden|meinen) (?:\p{L}+ )?(?:dokument\p{L}*|dateien|texten|berichten|verträgen|versionen|artikeln)/u,
      /\bworin unterscheiden sich (?:die|diese|beide|meine) (?:\p{L}+ )?(?:dokumente|dateien|texte|berichte|verträge|versionen|artikel)/u,
    ],
  ],
  [
    "list",
    [
      start(
        "(?:list|enumerate|name|find|give me|show me|extract|collect)\\s+(?:me\\s+)?(?:a (?:complete |full )?list of|all|every|each)\\b",
      ),
      start("make a (?:complete |full )?list of\\b"),
      start(
        "(?:liste|nenne|finde|zeige?|sammle|gib|zähle?)\\s+(?:mir\\s+)?(?:alle|jede\\p{L}*|sämtliche)\\b",
      ),
      start("(?:erstelle|mach|mache|schreibe?) (?:mir )?eine (?:vollständige )?liste\\b"),
      /^(?:what|which) (?:are )?all (?:the )?\p{L}+/u,
    ],
  ],
  [
    "summarise",
    [
      start("(?:summari[sz]e|sum up|recap|outline|condense)\\b"),
      start(
        "(?:give|write|make|create|provide|show|i need|i want)\\s+(?:me\\s+|us\\s+)?an?\\s+(?:\\w+\\s+)?(?:summary|overview|abstract|outline|recap|synopsis)\\b",
      ),
      /^(?:a |the )?(?:\w+ )?(?:summary|overview|tl;?dr)(?: of\b.*|\s*[.?!]?)$/,
      /\bwhat (?:is|are) (?:this|these|the|my|all) (?:\w+ )?(?:documents?|files?|papers?|texts?|reports?|books?|articles?|pdfs?) (?:all )?about\b/,
      start("fass\\p{L}* .*\\bzusammen\\b|fass\\p{L}* zusammen|resümier\\p{L}*"),
      start(
        "(?:gib|schreib\\p{L}*|mach\\p{L}*|erstell\\p{L}*)\\s+(?:mir\\s+|uns\\s+)?(?:eine\\p{L}*|einen)\\s+(?:\\p{L}+\\s+)?(?:zusammenfassung|überblick|übersicht|kurzfassung|abriss)",
      ),
      /^(?:eine |die )?(?:\p{L}+ )?(?:zusammenfassung|überblick|kurzfassung)(?: (?:von|des|der|über)\b.*|\s*[.?!]?)$/u,
      /\bworum geht es in (?:diese\p{L}*|de[mnr]|all\p{L}*|meine\p{L}*) (?:\p{L}+ )?(?:dokument\p{L}*|datei\p{L}*|text\p{L}*|bericht\p{L}*|buch|büchern|artikel\p{L}*|pdfs?)/u,
    ],
  ],
];

const where: readonly RegExp[] = [
  start(
    "(?:show|find|point)\\s+(?:me\\s+|us\\s+)?(?:to\\s+)?(?:the (?:place|places|passage|passages|page|pages|section|spot)|where)\\b",
  ),
  start("(?:take|bring|jump|go) (?:me )?to (?:the (?:place|passage|page|section|spot)|where)\\b"),
  /^(?:where|on (?:which|what) pages?|in (?:which|what) (?:sections?|chapters?|documents?|files?)) (?:exactly )?(?:does|do|did|is|are|can i (?:find|read)|in the \w+)\b.*\b(?:say|says|said|mention\w*|describe[sd]?|written|stated?|discuss\w*|explain\w*|talk(?:s|ed)? about|find|read|defined)\b/,
  start(
    "(?:zeig\\p{L}*|nenn\\p{L}*|find\\p{L}*)\\s+(?:mir\\s+|uns\\s+)?(?:die (?:stelle|stellen|seite|seiten|passage|passagen)|wo)\\b",
  ),
  /^(?:wo|auf welcher seite|auf welchen seiten|an welcher stelle|in welchem (?:abschnitt|kapitel|dokument)) .*\b(?:steht|stehen|erwähnt|beschrieben|geschrieben|genannt|erklärt|behandelt|finde ich)\b/,
];

/**
 * Which way an answer is made. A table of words, never a model: the way must not depend on chance, and
 * it is known before anything is loaded.
 *
 * @param request as it stands alone
 */
export function routeOf(request: string): Route {
  const text = request
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/\s+/g, " ")
    .trim();
  for (const [task, patterns] of wholeTasks) {
    if (patterns.some((pattern) => pattern.test(text))) return { kind: "whole", task };
  }
  return { kind: where.some((pattern) => pattern.test(text)) ? "where" : "question" };
}

function start(words: string): RegExp {
  return new RegExp(`${polite}(?:${words})`, "u");
}
