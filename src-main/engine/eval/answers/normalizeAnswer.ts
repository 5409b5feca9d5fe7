/** Articles of English and German; they say nothing about whether an answer is right. */
const articles = new Set(
  "a an the der die das des dem den ein eine einer eines einem einen".split(" "),
);

/**
 * The words of an answer as SQuAD compares them: without case, punctuation and articles. Beyond it,
 * full forms of letters are one (NFKC), and German articles and quotation marks go too. An answer made
 * of articles alone keeps them.
 */
export function answerWords(text: string): string[] {
  const words = text
    .normalize("NFKC")
    .toLowerCase()
    // SQuAD takes punctuation out without a gap: "1,250" is "1250", "well-known" is "wellknown".
    .replace(/[\p{P}$+<=>^`|~]/gu, "")
    .split(/\s+/u)
    .filter((word) => word !== "");
  const telling = words.filter((word) => !articles.has(word));
  return telling.length > 0 ? telling : words;
}
