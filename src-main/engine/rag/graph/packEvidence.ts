import type { Passage } from "../../retrieval/PassageRetriever.ts";
import type { Evidence, EvidenceSentence } from "../evidence/gradeEvidence.ts";
import type { PackedEvidence } from "./types.ts";

/** Evidence without the texts of documents: what is removed from the library must not stay in a checkpoint. */
export function packEvidence(evidence: Evidence): PackedEvidence {
  const bare = (sentence: EvidenceSentence): EvidenceSentence => ({ ...sentence, text: "" });
  return {
    ...evidence,
    sentences: evidence.sentences.map(bare),
    quote: evidence.quote && bare(evidence.quote),
  };
}

/** The same with its texts; sentences of passages that are gone are left out. */
export function unpackEvidence(packed: PackedEvidence, passages: readonly Passage[]): Evidence {
  const texts = new Map(passages.map(({ chunk }) => [chunk.id, chunk.text]));
  const whole = (sentence: EvidenceSentence): EvidenceSentence[] => {
    const text = texts.get(sentence.chunkId);
    return text === undefined
      ? []
      : [{ ...sentence, text: text.slice(sentence.start, sentence.end) }];
  };
  return {
    ...packed,
    sentences: packed.sentences.flatMap(whole),
    quote: packed.quote && (whole(packed.quote)[0] ?? null),
  };
}
