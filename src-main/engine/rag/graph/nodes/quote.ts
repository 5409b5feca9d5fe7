import { CitationList, oneLine, type Citable } from "../../citations.ts";
import { extractSpan } from "../../evidence/extractSpan.ts";
import type { EvidenceSentence } from "../../evidence/gradeEvidence.ts";
import type { Stretch } from "../../../store/records.ts";
import { unpackEvidence } from "../packEvidence.ts";
import type { PassageBox } from "../PassageBox.ts";
import { say, type AnswerNode } from "../runNode.ts";

const evidenceCards = 4;
/** Places are what was asked for, so more of them are shown. */
const placeCards = 12;
/** A sentence is shown as evidence from this part of the best one's score on. */
const evidenceShare = 0.5;
/** An answer is marked within a quote from this likelihood on, among all stretches of the quote. */
const surelyFrom = 0.2;

/** Opens the answer with the best sentence, word for word, after the evidence was shown. */
export const quote: AnswerNode = async (run, { found, evidence: packed, route, standalone }) => {
  const evidence = unpackEvidence(packed, await run.box.load(found));
  const cited = new CitationList(run.box.get, run.tools.locate);
  const best = evidence.quote ?? evidence.sentences[0]!;
  const asksWhere = route.kind === "where";
  const answer = asksWhere ? undefined : answerIn(standalone, best.text);
  await cited.add({ ...best, ...(answer && { answer }) });
  const most = asksWhere ? placeCards : evidenceCards;
  for (const sentence of evidence.sentences) {
    const worthShowing = sentence.score >= best.score * evidenceShare;
    if (cited.list.length >= most || !worthShowing) break;
    const isQuoted =
      sentence.chunkId === best.chunkId && sentence.start >= best.start && sentence.end <= best.end;
    const others = asksWhere ? placesOf(sentence, run.box.get) : [];
    for (const place of isQuoted ? others : [sentence, ...others]) {
      if (cited.list.length < most) await cited.add(place);
    }
  }
  run.emit({ type: "evidence", citations: [...cited.list] });
  const opening = `> ${oneLine(cited.list[0]!.quote)} [1]`;
  say(run, opening);
  return { citations: cited.list, opening };
};

/** The stretch of a quote that answers; undefined where it is hardly likelier than others. */
function answerIn(question: string, text: string): Stretch | undefined {
  const span = extractSpan(question, text);
  if (!span || span.confidence < surelyFrom) return undefined;
  return { start: span.start, end: span.end };
}

/** Wherever else the words of a sentence stand: who asks where wants every place. */
function placesOf(sentence: EvidenceSentence, passageOf: PassageBox["get"]): Citable[] {
  return (sentence.elsewhere ?? []).flatMap(({ chunkId, start, end }): Citable[] => {
    const text = passageOf(chunkId)?.chunk.text.slice(start, end);
    return text === undefined ? [] : [{ chunkId, start, end, text }];
  });
}
