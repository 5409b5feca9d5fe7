import type { ChunkId } from "../../../contract/ids.ts";
import type { Hit } from "../../../contract/search.ts";
import type { Stretch } from "../../store/protocol.ts";

/** A passage as grading sees it. Sentences are relative to `text`. */
export interface EvidenceSource {
  chunkId: ChunkId;
  text: string;
  context: string;
  sentences: readonly Stretch[];
  explain: Hit["explain"];
}

/** A sentence that may answer the question; its place is relative to its chunk's text. */
export interface EvidenceSentence extends Stretch {
  chunkId: ChunkId;
  text: string;
  /** 0 to 1. */
  score: number;
}

export interface Evidence {
  /** How strongly the passages answer the question, 0 to 1. */
  strength: number;
  /** The sentence to open the answer with; null where there is none. */
  quote: EvidenceSentence | null;
  /** Best first. */
  sentences: EvidenceSentence[];
}

export type EmbedTexts = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

const candidates = 30;

/** Grades evidence in code: nearness of each sentence to the question, by meaning. */
export async function gradeEvidence(
  question: string,
  sources: readonly EvidenceSource[],
  embed: EmbedTexts,
): Promise<Evidence> {
  const all = sources
    .flatMap((source) =>
      source.sentences.map(({ start, end }) => ({
        chunkId: source.chunkId,
        start,
        end,
        text: source.text.slice(start, end),
        score: 0,
      })),
    )
    .slice(0, candidates);
  if (all.length === 0) return { strength: 0, quote: null, sentences: [] };
  const [asked, ...vectors] = await embed([question, ...all.map((sentence) => sentence.text)]);
  const sentences = all
    .map((sentence, at) => ({ ...sentence, score: cosine(asked, vectors[at]) }))
    .toSorted((a, b) => b.score - a.score);
  const best = sentences[0] ?? null;
  return { strength: best?.score ?? 0, quote: best, sentences };
}

export function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b) return 0;
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
