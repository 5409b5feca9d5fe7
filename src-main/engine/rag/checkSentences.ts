import type { AnswerSentence } from "../../contract/search.ts";
import { splitSentences } from "../library/chunks/splitSentences.ts";
import type { Citable } from "./citations.ts";
import { alignSentence } from "./evidence/alignSentence.ts";
import type { EmbedTexts } from "./evidence/gradeEvidence.ts";
import { withoutRepeats, withoutRun } from "./repeats.ts";

/** What a model wrote, as sentences. An answer cut off loses its last stump, and a colon behind which nothing comes. */
export function saidSentences(text: string): string[] {
  const clean = withoutRun(text.trim());
  const stretches = splitSentences(clean);
  const last = stretches.at(-1);
  const ended = last
    ? /[.!?…。！？]["'”’)\]]*$/u.test(clean.slice(last.start, last.end).trim())
    : true;
  const isStump = !ended && (stretches.length > 1 || clean.endsWith(":"));
  const whole = isStump ? stretches.slice(0, -1) : stretches;
  const said = whole.map(({ start, end }) => clean.slice(start, end).trim());
  return withoutRepeats(said.filter((words) => words !== ""));
}

/** A sentence that is its evidence, word for word. */
export function wordForWord(text: string, n: number): AnswerSentence {
  return { text, supported: "supported", citations: [n], missing: [], claims: true };
}

/** Each sentence of a model beside its best evidence, with a citation where that carries it. */
export async function checkSentences(
  said: readonly string[],
  evidence: readonly Citable[],
  cited: { add(sentence: Citable): Promise<{ readonly n: number } | undefined> },
  embed: EmbedTexts,
): Promise<AnswerSentence[]> {
  const sentences: AnswerSentence[] = [];
  for (const text of said) {
    const aligned = await alignSentence(text, evidence, embed);
    const citations: number[] = [];
    for (const index of aligned.support === "unsupported" ? [] : aligned.indexes) {
      const best = evidence[index];
      const citation = best ? await cited.add(best) : undefined;
      if (citation) citations.push(citation.n);
    }
    const { support: supported, missing, claims } = aligned;
    sentences.push({ text, supported, citations, missing, claims });
  }
  return sentences;
}
