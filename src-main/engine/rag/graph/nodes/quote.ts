import { CitationList, oneLine } from "../../citations.ts";
import { unpackEvidence } from "../packEvidence.ts";
import { say, type AnswerNode } from "../runNode.ts";

const evidenceCards = 4;
/** Places are what was asked for, so more of them are shown. */
const placeCards = 12;
/** A sentence is shown as evidence from this part of the best one's score on. */
const evidenceShare = 0.5;

/** Opens the answer with the best sentence, word for word, after the evidence was shown. */
export const quote: AnswerNode = async (run, { found, evidence: packed, route }) => {
  const evidence = unpackEvidence(packed, await run.box.load(found));
  const cited = new CitationList(run.box.get, run.tools.locate);
  const best = evidence.quote ?? evidence.sentences[0]!;
  await cited.add(best);
  const most = route.kind === "where" ? placeCards : evidenceCards;
  for (const sentence of evidence.sentences) {
    const worthShowing = sentence.score >= best.score * evidenceShare;
    if (cited.list.length >= most || !worthShowing) break;
    await cited.add(sentence);
  }
  run.emit({ type: "evidence", citations: [...cited.list] });
  const opening = `> ${oneLine(cited.list[0]!.quote)} [1]`;
  say(run, opening);
  return { citations: cited.list, opening };
};
