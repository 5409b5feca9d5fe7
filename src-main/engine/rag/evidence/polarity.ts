import { fold } from "./terms.ts";

const denials = new Set(
  (
    "not no never none neither nor nobody nothing nowhere without cannot refuse refused refuses fail failed fails " +
    "deny denied denies lack lacks lacked unable forbidden prohibited closed " +
    "nicht nie niemals kein keine keinen keiner keinem keines niemand nichts weder ohne verweigert verweigerte " +
    "verboten untersagt geschlossen"
  ).split(" "),
);
/** "Not only" affirms. */
const affirming =
  /\bnot only\b|\bnicht nur\b|\bno longer than\b|\bno more than\b|\bno less than\b/gu;

/** True where a clause denies: "not" makes the contrary of the same words, and "not … without" undoes it. */
export function denies(clause: string): boolean {
  const words =
    fold(clause)
      .replace(affirming, " ")
      .match(/\p{L}+(?:'t)?/gu) ?? [];
  return words.filter((word) => denials.has(word) || word.endsWith("n't")).length % 2 === 1;
}

const opposites = (
  "rise fall,rose fell,rises falls,increase decrease,increased decreased,grow shrink,grew shrank,win lose,won lost,open closed," +
  "higher lower,above below,more fewer,longer shorter,older younger,before after,first last,north south,east west,left right," +
  "largest smallest,highest lowest,begin end,began ended,start stop,allowed forbidden," +
  "steigen sinken,stieg sank,stiegen sanken,gewann verlor,gewannen verloren,offen geschlossen,hoher niedriger,uber unter," +
  "vor nach,erste letzte,grosste kleinste,begann endete,erlaubt verboten,nord sud,ost west"
)
  .split(",")
  .map((pair) => pair.split(" "));

/** True where one says a word and the other its contrary, and neither says both. */
export function areOpposed(one: string, other: string): boolean {
  const a = wordsOf(one);
  const b = wordsOf(other);
  const says = (words: ReadonlySet<string>, yes = "", no = ""): boolean =>
    words.has(yes) && !words.has(no);
  return opposites.some(
    ([x, y]) => (says(a, x, y) && says(b, y, x)) || (says(a, y, x) && says(b, x, y)),
  );
}

function wordsOf(text: string): Set<string> {
  return new Set(
    fold(text)
      .replaceAll("ß", "ss")
      .match(/\p{L}+/gu),
  );
}
