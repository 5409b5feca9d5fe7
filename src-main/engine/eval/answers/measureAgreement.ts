import { z } from "zod";
import type { Agreement } from "../../../contract/evals.ts";
import { alignSentence } from "../../rag/evidence/alignSentence.ts";
import judged from "../../rag/evidence/fixtures/judgedSentences.json" with { type: "json" };
import type { EmbedTexts } from "../../rag/evidence/gradeEvidence.ts";
import { agreementOf } from "./agreementOf.ts";
import ownCases from "./judgedAnswers.json" with { type: "json" };

const judgedSchema = z.object({
  /** What passages say, sentence by sentence. */
  evidence: z.array(z.string()).min(1),
  /** What an answer says. */
  sentence: z.string(),
  judgement: z.enum(["supported", "partly", "unsupported", "none"]),
});

/** Judged by reading: the cases that the check was written and tested with, and real answers. */
export const judgedSentences = z
  .array(judgedSchema)
  .min(50)
  .parse([...judged.cases, ...ownCases.cases]);

/**
 * How far the rule behind faithfulness agrees with a reader on whether a sentence is supported, on the
 * same cases each time: with another embedder the rule judges otherwise.
 */
export async function measureAgreement(embed: EmbedTexts): Promise<Agreement> {
  const pairs: [boolean, boolean][] = [];
  for (const { evidence, sentence, judgement } of judgedSentences) {
    let start = 0;
    const placed = evidence.map((text) => {
      const one = { text, chunkId: "judged", start };
      start += text.length + 1;
      return one;
    });
    const { support, claims } = await alignSentence(sentence, placed, embed);
    pairs.push([claims && support === "supported", judgement === "supported"]);
  }
  return agreementOf(pairs);
}
