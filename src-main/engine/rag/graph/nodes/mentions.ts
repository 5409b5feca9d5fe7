import { wordForWord } from "../../checkSentences.ts";
import { CitationList, oneLine, withMarks, type Citable } from "../../citations.ts";
import { coverage, stemSet } from "../../evidence/terms.ts";
import { say, type AnswerNode } from "../runNode.ts";
import type { Run, WholePlan } from "../types.ts";
import { countMentions, topicOf, type Topic } from "../whole/mentions.ts";
import { sentencesOf } from "../whole/sentencesOf.ts";

/** Places that an answer shows; how many there are is said in any case. */
const shownPlaces = 40;
/** Where no sentence has all words of the request, those with this part of them are listed. */
const partOfWords = 0.5;

interface Mention {
  readonly sentence: Citable;
  readonly document: string;
  readonly times: number;
  readonly covered: number;
}

/** Counts or lists in code, over every passage: what a model would guess is exact here. */
export const mentions: AnswerNode = async (run, { standalone, route, plan }) => {
  const topic = topicOf(standalone);
  const { words } = topic;
  const counting = route.kind === "whole" && route.task === "count";
  const found = await findAll(run, plan, topic);
  const exact = found.filter(({ times }) => times > 0);
  const best = Math.max(0, ...found.map(({ covered }) => covered));
  const listed =
    counting || exact.length > 0
      ? exact
      : found.filter(({ covered }) => covered === best && covered >= partOfWords);
  const total = listed.reduce((sum, { times }) => sum + times, 0);
  const read = `${plural(plan.chunks, "passage")} of ${plural(plan.documents.length, "document")}`;
  const unnamed = topic.sequence.length === 0;
  if (unnamed || listed.length === 0) {
    const answer = unnamed
      ? "The request does not name what to look for. Put the words in quotation marks."
      : `“${words}” is not mentioned. I read ${read}, all there is.`;
    say(run, answer);
    const abstained = unnamed || !counting;
    return { outcome: { answer, abstained, sentences: [], citations: [], nearest: [] } };
  }
  const shown = listed.slice(0, shownPlaces);
  run.box.put(
    await run.tools.retriever.byIds([...new Set(shown.map(({ sentence }) => sentence.chunkId))]),
  );
  const cited = new CitationList(run.box.get, run.tools.locate);
  const sentences = [];
  for (const { sentence } of shown) {
    const citation = await cited.add(sentence);
    if (!citation) continue;
    sentences.push(wordForWord(oneLine(citation.quote), citation.n));
  }
  run.emit({ type: "evidence", citations: [...cited.list] });
  const opening = `> ${oneLine(cited.list[0]?.quote ?? "")} [1]`;
  const perDocument = new Map<string, number>();
  for (const { document, times } of listed) {
    perDocument.set(document, (perDocument.get(document) ?? 0) + (counting ? times : 1));
  }
  const where = [...perDocument].map(([name, times]) => `${name}: ${times}`).join(", ");
  const sum = counting
    ? `“${words}” is mentioned ${plural(total, "time")} in ${plural(listed.length, "sentence")} (${where}).`
    : `${plural(listed.length, "sentence")} ${listed.length === 1 ? "speaks" : "speak"} of “${words}” (${where}).`;
  const left = listed.length - shown.length;
  const rest = left > 0 ? ` The first ${shown.length} are below; ${left} more are not shown.` : "";
  const lines = sentences.map((sentence) => `- ${withMarks(sentence)}`);
  const answer = [opening, `${sum}${rest} I read ${read}, all there is.`, lines.join("\n")].join(
    "\n\n",
  );
  say(run, answer);
  return {
    citations: cited.list,
    opening,
    remarks: left > 0 ? [`${left} more places are not shown.`] : [],
    outcome: { answer, abstained: false, sentences, citations: cited.list, nearest: [] },
  };
};

async function findAll(run: Run, plan: WholePlan, topic: Topic): Promise<Mention[]> {
  const found: Mention[] = [];
  if (topic.sequence.length === 0) return found;
  const begun = performance.now();
  let done = 0;
  for (const part of plan.parts) {
    run.signal.throwIfAborted();
    const document = plan.documents.find(({ id }) => id === part.documentId)!;
    for (const piece of part.pieces) {
      const chunk = await run.box.chunk(document, piece.chunkId);
      for (const sentence of sentencesOf(piece, chunk)) {
        const times = countMentions(topic, sentence.text);
        const covered = coverage(topic.terms, stemSet(sentence.text));
        if (times > 0 || covered > 0)
          found.push({ sentence, document: document.name, times, covered });
      }
    }
    done += 1;
    const total = plan.parts.length;
    const leftMs = ((performance.now() - begun) / done) * (total - done);
    run.emit({ type: "progress", done, total, leftMs });
  }
  return found;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
