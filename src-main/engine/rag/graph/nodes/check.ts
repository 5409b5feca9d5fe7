import { checkSentences, saidSentences, wordForWord } from "../../checkSentences.ts";
import { CitationList, oneLine, withMarks } from "../../citations.ts";
import { unpackEvidence } from "../packEvidence.ts";
import type { AnswerNode } from "../runNode.ts";

/** Sets each sentence of the model beside the evidence, and marks those that nothing carries. */
export const check: AnswerNode = async (run, state) => {
  const { found, evidence, citations, opening, spoken } = state;
  const { sentences: said } = unpackEvidence(evidence, await run.box.load(found));
  const cited = new CitationList(run.box.get, run.tools.locate, citations);
  const sentences = await checkSentences(saidSentences(spoken.text), said, cited, (texts) =>
    run.tools.passages.embed(texts, { signal: run.signal, priority: "chat" }),
  );
  const body = sentences.map(withMarks).join(" ");
  const quoted = oneLine(cited.list[0]?.quote ?? "");
  return {
    outcome: {
      answer: body === "" ? opening : `${opening}\n\n${body}`,
      abstained: false,
      sentences: [wordForWord(quoted, 1), ...sentences],
      citations: cited.list,
      nearest: [],
    },
  };
};
