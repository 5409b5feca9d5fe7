import { fold, termsOf, uniqueTerms, type Term } from "../../evidence/terms.ts";

const dressing = new Set(
  (
    "mention mentioned mentions occur occurs occurrence occurrences appear appears come comes named used said written " +
    "count counted often many times time word words term phrase expression document documents text texts file files " +
    "report report's list name find give show extract collect every complete all wort worter begriff ausdruck kommt " +
    "vor oft haufig wird werden erwahnt erwahnung erwahnungen genannt verwendet benutzt steht zahle zahl liste nenne " +
    "finde zeige mir alle alles aller jede jeden jedes samtliche das der die den dem im in auf wie viele male mal dokument " +
    "dokumenten und oder please bitte me"
  ).split(" "),
);

/** What is to be counted or listed: a quoted phrase as it is, else the request's words that say something. */
export function topicOf(request: string): { terms: Term[]; words: string } {
  const quoted = /["“„”«»']([^"“„”«»']{2,})["“”«»']/u.exec(request)?.[1];
  const text = quoted ?? request;
  const terms = uniqueTerms(termsOf(text)).filter(
    ({ start, end }) => quoted !== undefined || !dressing.has(fold(text.slice(start, end))),
  );
  const words = terms.map(({ start, end }) => text.slice(start, end)).join(" ");
  return { terms, words: quoted ?? words };
}

/** How often the words stand together in a text, in their order; forms of a word count as the word. */
export function countMentions(topic: readonly Term[], text: string): number {
  if (topic.length === 0) return 0;
  const stems = termsOf(text).map(({ stem }) => stem);
  let count = 0;
  for (let at = 0; at + topic.length <= stems.length; at += 1) {
    if (topic.every(({ stem }, offset) => stems[at + offset] === stem)) {
      count += 1;
      at += topic.length - 1;
    }
  }
  return count;
}
