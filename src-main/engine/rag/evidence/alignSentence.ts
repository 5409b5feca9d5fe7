import { cosine, type EmbedTexts, type EvidenceSentence } from "./gradeEvidence.ts";

export interface Alignment {
  /** Place of the best evidence in the given list; null where nothing supports the sentence. */
  index: number | null;
  support: "supported" | "partly" | "unsupported";
}

/** The evidence that a sentence of an answer stands on. */
export async function alignSentence(
  sentence: string,
  evidence: readonly EvidenceSentence[],
  embed: EmbedTexts,
): Promise<Alignment> {
  const [own, ...vectors] = await embed([sentence, ...evidence.map((entry) => entry.text)]);
  let index: number | null = null;
  let best = 0;
  for (const [at, vector] of vectors.entries()) {
    const score = cosine(own, vector);
    if (score > best) [best, index] = [score, at];
  }
  return { index, support: best > 0.7 ? "supported" : best > 0.5 ? "partly" : "unsupported" };
}
