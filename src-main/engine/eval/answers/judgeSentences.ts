import type { EvalCase } from "../../../contract/evals.ts";
import { splitSentences } from "../../library/chunks/splitSentences.ts";
import { alignSentence, type EvidenceText } from "../../rag/evidence/alignSentence.ts";
import type { EmbedTexts } from "../../rag/evidence/gradeEvidence.ts";
import type { Passage } from "../../retrieval/PassageRetriever.ts";

export type JudgedSentences = EvalCase["sentences"];

/** Passages whose sentences count as evidence. The same for every way of answering a question. */
const judgedPassages = 12;

/**
 * Judges by rule, sentence by sentence, whether passages support what an answer says: by the product's
 * own check of citations ({@link alignSentence}), with all sentences of the best passages as evidence.
 */
export async function judgeSentences(
  answer: string,
  passages: readonly Pick<Passage, "chunk">[],
  embed: EmbedTexts,
): Promise<JudgedSentences> {
  const evidence = passages.slice(0, judgedPassages).flatMap(({ chunk }) =>
    chunk.sentences.map(({ start, end }) => ({
      text: chunk.text.slice(start, end),
      chunkId: chunk.id,
      start,
    })),
  );
  return await judgeAgainst(answer, evidence, embed);
}

/** As {@link judgeSentences}, against given sentences. */
export async function judgeAgainst(
  answer: string,
  evidence: readonly EvidenceText[],
  embed: EmbedTexts,
): Promise<JudgedSentences> {
  const judged: JudgedSentences = [];
  for (const { start, end } of splitSentences(answer)) {
    const text = answer.slice(start, end).trim();
    // A number of a list, or a row of dots, says nothing that could be supported.
    if (!/\p{L}/u.test(text)) continue;
    const { support, claims } = await alignSentence(text, evidence, embed);
    // Neither does an offer of help.
    if (claims) judged.push({ text, support });
  }
  return judged;
}

/** Remembers vectors: sentences of evidence are compared with each sentence of an answer anew. */
export function rememberVectors(embed: EmbedTexts): EmbedTexts {
  const known = new Map<string, Float32Array>();
  return async (texts) => {
    const missing = [...new Set(texts.filter((text) => !known.has(text)))];
    const vectors = missing.length === 0 ? [] : await embed(missing);
    for (const [at, text] of missing.entries()) {
      const vector = vectors[at];
      if (vector) known.set(text, vector);
    }
    return texts.map((text) => known.get(text) ?? new Float32Array());
  };
}
