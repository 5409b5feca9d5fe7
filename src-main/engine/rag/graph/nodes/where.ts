import { wordForWord } from "../../checkSentences.ts";
import { oneLine, withMarks } from "../../citations.ts";
import { say, type AnswerNode } from "../runNode.ts";

/** Only the places: every sentence is quoted, so nothing has to be checked. */
export const where: AnswerNode = (run, { citations, opening }) => {
  const sentences = citations.map(({ n, quote }) => wordForWord(oneLine(quote), n));
  const more = sentences.slice(1).map((sentence) => `- ${withMarks(sentence)}`);
  const answer = more.length === 0 ? opening : `${opening}\n\nAlso here:\n\n${more.join("\n")}`;
  say(run, answer);
  return {
    outcome: { answer, abstained: false, sentences, citations, nearest: [] },
  };
};
