import type { Citation } from "../../../../contract/search.ts";
import { CitationList } from "../../citations.ts";
import { unpackEvidence } from "../packEvidence.ts";
import { say, type AnswerNode } from "../runNode.ts";

/** Passages that are shown as the nearest. */
const nearestPassages = 3;

/** Says that the documents do not answer, what was searched and what came nearest. No model is asked. */
export const decline: AnswerNode = async (run, { ask, found, evidence, queries }) => {
  const where = ask.documentIds ? "the chosen documents" : "your documents";
  const nearest = await nearestOf(run, found, evidence);
  const tries =
    queries.length > 1 ? ` I searched with ${queries.length} queries; the receipt lists them.` : "";
  const answer =
    found.length === 0
      ? `I found nothing about this in ${where}.`
      : `I could not find an answer to this in ${where}.${tries}`;
  const ways =
    nearest.length > 0
      ? "The nearest passages do not answer it. Ask with the words that the documents may use, or add a document that says it."
      : "Ask with other words, choose other documents, or add a document that says it.";
  const text = `${answer}\n\n${ways}`;
  say(run, text);
  return {
    outcome: { answer: text, abstained: true, sentences: [], citations: [], nearest },
  };
};

const nearestOf = async (
  run: Parameters<AnswerNode>[0],
  found: Parameters<AnswerNode>[1]["found"],
  packed: Parameters<AnswerNode>[1]["evidence"],
): Promise<readonly Citation[]> => {
  const passages = await run.box.load(found);
  const { sentences } = unpackEvidence(packed, passages);
  const cited = new CitationList(run.box.get, run.tools.locate);
  const seen = new Set<string>();
  for (const sentence of sentences) {
    if (cited.list.length >= nearestPassages) break;
    if (seen.has(sentence.chunkId)) continue;
    seen.add(sentence.chunkId);
    await cited.add(sentence);
  }
  return cited.list;
};
