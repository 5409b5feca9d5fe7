import { z } from "zod";
import type { Agreement } from "../../../contract/evals.ts";
import { splitSentences } from "../../library/chunks/splitSentences.ts";
import type { EmbedTexts } from "../../rag/evidence/gradeEvidence.ts";
import { agreementOf } from "./agreementOf.ts";
import data from "./judgedSentences.json" with { type: "json" };
import { judgeAgainst } from "./judgeSentences.ts";

const judgedSchema = z.object({
  /** What the passages say. */
  evidence: z.string(),
  /** What an answer says. */
  sentence: z.string(),
  /** Whether a reader finds it said by the evidence. */
  supported: z.boolean(),
});

/** Sentences of real answers, judged by reading. */
export const judgedSentences = z.array(judgedSchema).parse(data.cases);

/**
 * How far the rule behind faithfulness agrees with a reader, on the same cases each time: with another
 * embedder the rule judges otherwise.
 */
export async function measureAgreement(embed: EmbedTexts): Promise<Agreement> {
  const pairs: [boolean, boolean][] = [];
  for (const { evidence, sentence, supported } of judgedSentences) {
    const sentences = splitSentences(evidence).map(({ start, end }) => ({
      text: evidence.slice(start, end),
      chunkId: "judged",
      start,
    }));
    const judged = await judgeAgainst(sentence, sentences, embed);
    const bySentence = judged.map(({ support }) => support === "supported");
    pairs.push([bySentence.length > 0 && bySentence.every(Boolean), supported]);
  }
  return agreementOf(pairs);
}
