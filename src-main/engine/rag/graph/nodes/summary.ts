import type { ChunkId } from "../../../../contract/ids.ts";
import type { AnswerSentence } from "../../../../contract/search.ts";
import { checkSentences, saidSentences, wordForWord } from "../../checkSentences.ts";
import { CitationList, oneLine, withMarks, type Citable } from "../../citations.ts";
import { say, type AnswerNode, type NodeResult } from "../runNode.ts";
import type { State } from "../state.ts";
import type { Run, Spoken } from "../types.ts";
import { bestSentences } from "../whole/bestSentences.ts";
import { joinNotes } from "../whole/joinNotes.ts";

/** Sentences that are shown where no model made them fewer. */
const shownSentences = 24;

/** Makes one answer of the notes on all parts: a summary over all, then each part with its citations. */
export const summary: AnswerNode = async (run, state) => {
  const { plan, notes, route } = state;
  if (plan.parts.length === 0) return nothingToRead(run);
  const ids = notes.flatMap(({ sentences }) =>
    sentences.flatMap(({ from }) => from?.chunkId ?? []),
  );
  run.box.put(await run.tools.retriever.byIds([...new Set<ChunkId>(ids)]));
  const cited = new CitationList(run.box.get, run.tools.locate);
  const sources = sourcesOf(run, state);
  const [central] = bestSentences(sources, 1);
  if (!central) return nothingToRead(run);
  await cited.add(central);
  const { groups, remarks } = await citeParts(run, state, cited);
  run.emit({ type: "evidence", citations: [...cited.list] });
  const opening = `> ${oneLine(central.text)} [1]`;
  say(run, opening);

  const joins =
    plan.reader !== null && groups.length > 1 && route.kind === "whole" && route.task !== "list";
  const joined = joins ? await joinNotes(run, state, opening) : null;
  const spoken: Spoken | null = joined?.spoken ?? null;
  const whole = await checkSentences(saidSentences(spoken?.text ?? ""), sources, cited, (texts) =>
    run.tools.passages.embed(texts, { signal: run.signal, priority: "chat" }),
  );
  const parts = groups.map(({ heading, sentences }) => {
    const text = sentences.map(withMarks).join(" ");
    return groups.length === 1 ? text : `**${heading}**\n\n${text}`;
  });
  const answer = [opening, whole.map(withMarks).join(" "), ...parts]
    .filter((text) => text !== "")
    .join("\n\n");
  const tail = `\n\n${parts.join("\n\n")}`;
  run.said += tail;
  run.emit({ type: "delta", text: tail });
  const quoted = wordForWord(oneLine(central.text), 1);
  return {
    citations: cited.list,
    opening,
    ...(spoken ? { spoken } : {}),
    remarks: [...remarks, ...(joined?.remarks ?? [])],
    outcome: {
      answer,
      abstained: false,
      sentences: [quoted, ...whole, ...groups.flatMap(({ sentences }) => sentences)],
      citations: cited.list,
      nearest: [],
    },
    step: { tokens: joined?.tokens ?? 0 },
  };
};

interface Group {
  heading: string;
  sentences: AnswerSentence[];
}

/** What each part says, with numbers; without a model the most telling sentences of all parts. */
async function citeParts(
  run: Run,
  { plan, notes }: State,
  cited: CitationList,
): Promise<{ groups: Group[]; remarks: string[] }> {
  const all = notes.flatMap(({ sentences }, at) => sentences.map((one) => ({ ...one, at })));
  const kept = plan.reader ? all : bestSentences(all, shownSentences);
  const remarks: string[] = [];
  if (kept.length < all.length) {
    remarks.push(`Of ${all.length} telling sentences the ${kept.length} that say most are shown.`);
  }
  const leftOut = notes.reduce((sum, note) => sum + note.leftOut, 0);
  if (leftOut > 0) {
    remarks.push(
      `The model wrote ${leftOut} sentences about parts that these do not carry; they were left out.`,
    );
  }
  const groups: Group[] = [];
  for (const [at] of plan.parts.entries()) {
    const sentences: AnswerSentence[] = [];
    const pages: number[] = [];
    for (const { text, supported, missing, claims, from } of kept.filter((one) => one.at === at)) {
      const source = from && toCitable(run, from);
      const citation = source ? await cited.add(source) : undefined;
      if (citation?.page != null) pages.push(citation.page);
      const citations = citation ? [citation.n] : [];
      sentences.push({ text: oneLine(text), supported, citations, missing: [...missing], claims });
    }
    if (sentences.length > 0) groups.push({ heading: headingOf(plan, at, pages), sentences });
  }
  return { groups, remarks };
}

function headingOf({ documents, parts }: State["plan"], at: number, pages: number[]): string {
  const name = documents.find(({ id }) => id === parts[at]?.documentId)?.name ?? "";
  const escaped = name.replaceAll(/[\\*_`[\]<>#|]/g, "\\$&");
  if (pages.length === 0) return escaped;
  const [first, last] = [Math.min(...pages), Math.max(...pages)];
  return `${escaped}, ${first === last ? `page ${first}` : `pages ${first}–${last}`}`;
}

/** The sentences of the documents that carry the notes. */
function sourcesOf(run: Run, { notes }: State): Citable[] {
  return notes.flatMap(({ sentences }) =>
    sentences.flatMap(({ from }) => (from && toCitable(run, from)) ?? []),
  );
}

function toCitable(
  run: Run,
  from: { chunkId: ChunkId; start: number; end: number },
): Citable | null {
  const passage = run.box.get(from.chunkId);
  return passage ? { ...from, text: passage.chunk.text.slice(from.start, from.end) } : null;
}

function nothingToRead(run: Run): NodeResult {
  const answer = "There is no text to read in these documents.";
  say(run, answer);
  return { outcome: { answer, abstained: true, sentences: [], citations: [], nearest: [] } };
}
