import { quotableSentences } from "../../evidence/contentsEntries.ts";
import { gradeEvidence } from "../../evidence/gradeEvidence.ts";
import { packEvidence } from "../packEvidence.ts";
import { strengthNeeded } from "../rewriteQuery.ts";
import type { AnswerNode } from "../runNode.ts";

/** Judges the evidence, always against the question itself: a query that was widened proves nothing. */
export const grade: AnswerNode = async (
  run,
  { standalone, found, strengths, evidence: before },
) => {
  const threshold = strengthNeeded(strengths.length);
  const newest = Math.max(0, ...found.map(({ byQuery }) => byQuery));
  if (before && newest < strengths.length) {
    return { strengths: [before.strength], threshold, step: { note: "nothing new was found" } };
  }
  const passages = await run.box.load(found);
  const evidence = await gradeEvidence(
    standalone,
    passages
      .map(({ chunk }) => ({
        chunkId: chunk.id,
        text: chunk.text,
        context: chunk.context,
        sentences: quotableSentences(chunk),
      }))
      .filter(({ sentences }) => sentences.length > 0),
    (texts) => run.tools.passages.embed(texts, { signal: run.signal, priority: "chat" }),
  );
  return {
    evidence: packEvidence(evidence),
    strengths: [evidence.strength],
    threshold,
    step: { note: `${evidence.strength.toFixed(2)} of ${threshold.toFixed(2)}` },
  };
};
