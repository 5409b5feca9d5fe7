import { sentTo } from "../../../models/remote/documentsGate.ts";
import { checkSentences, saidSentences } from "../../checkSentences.ts";
import type { Citable } from "../../citations.ts";
import { fillPrompt, type PromptPassage } from "../../prompts/fillPrompt.ts";
import { findChatModel, noteServerFailure } from "../findModel.ts";
import { generateText } from "../generateText.ts";
import type { AnswerNode } from "../runNode.ts";
import type { State } from "../state.ts";
import type { PartNote, Piece, Run } from "../types.ts";
import { bestSentences } from "../whole/bestSentences.ts";
import { sentencesOf, textOf } from "../whole/sentencesOf.ts";
import { topicOf } from "../whole/mentions.ts";
import { noteTokens } from "./plan.ts";

/** Sentences that a part is represented by where no model reads it. */
const chosenSentences = 2;

/**
 * Reads the next part: a model writes what it says for the request, and each sentence is set beside
 * the part's own. One part is one step of the graph, so that a reading that was cut off goes on with
 * the next part. Without a model the most telling sentences stand for a part; that is quick, and all
 * parts are read in one step.
 */
export const readPart: AnswerNode = async (run, state) => {
  const { ask, standalone, plan, notes } = state;
  const begun = performance.now();
  const total = plan.parts.length;
  const tell = (done: number): void => {
    const spent = (performance.now() - begun) / (done - notes.length);
    run.emit({ type: "progress", done, total, leftMs: spent * (total - done) });
  };
  const model = plan.reader ? findChatModel(run, ask) : null;
  if (!model) {
    const made: PartNote[] = [];
    for (const at of plan.parts.keys().drop(notes.length)) {
      run.signal.throwIfAborted();
      const { sentences } = await openPart(run, state, at);
      made.push(unread(state, sentences));
      tell(at + 1);
    }
    return { notes: made, step: { note: `${made.length} parts` } };
  }
  const { sentences, passage } = await openPart(run, state, notes.length);
  const filled = fillPrompt(await run.tools.prompts.get("part"), standalone, [passage]);
  const sent = sentTo(model, [passage]);
  const maxTokens = Math.min(noteTokens, ask.maxTokens ?? noteTokens);
  const reading = run.tools.models.use(
    model,
    "chat",
    (backend) =>
      generateText(backend, { messages: filled.messages, maxTokens, sent }, run.signal, {
        emit: (event) => {
          if (event.type === "queued") run.emit(event);
        },
      }),
    run.signal,
  );
  let failure = "";
  const written = await reading.catch((error: unknown) => {
    failure = noteServerFailure(run, model, error);
    return null;
  });
  if (!written) {
    const note = { ...unread(state, sentences), ...(sent ? { sent } : {}) };
    const remark = `From part ${notes.length + 1} on the most telling sentences were chosen. ${failure}`;
    return { notes: [note], remarks: [remark], step: { note: "the server failed" } };
  }
  const from: Piece[] = [];
  const add = (sentence: Citable): Promise<{ n: number }> =>
    Promise.resolve({ n: from.push(toPiece(sentence)) });
  const checked = await checkSentences(saidSentences(written.text), sentences, { add }, (some) =>
    run.tools.passages.embed(some, { signal: run.signal, priority: "chat" }),
  );
  const said = checked
    .filter(({ supported }) => supported !== "unsupported")
    .map(({ citations: [n], ...sentence }) => ({
      ...sentence,
      from: n === undefined ? null : (from[n - 1] ?? null),
    }));
  // A part that the model left empty, or wrote about without ground, is represented by itself.
  const grounded = said.some(({ supported, from: place }) => supported === "supported" && place);
  const note: PartNote = {
    sentences: grounded ? said : [...said, ...extract(state, sentences).slice(0, 1)],
    leftOut: checked.length - said.length,
    promptTokens: written.promptTokens,
    answerTokens: written.answerTokens,
    ...(sent ? { sent } : {}),
  };
  tell(notes.length + 1);
  return {
    notes: [note],
    step: { note: "1 part", tokens: written.promptTokens + written.answerTokens },
  };
};

async function openPart(
  run: Run,
  { plan }: State,
  at: number,
): Promise<{ sentences: Citable[]; passage: PromptPassage }> {
  const part = plan.parts[at]!;
  const document = plan.documents.find(({ id }) => id === part.documentId)!;
  const sentences: Citable[] = [];
  const texts: string[] = [];
  let page: number | null = null;
  for (const piece of part.pieces) {
    const chunk = await run.box.chunk(document, piece.chunkId);
    page ??= chunk.page;
    sentences.push(...sentencesOf(piece, chunk));
    texts.push(textOf(piece, chunk));
  }
  return { sentences, passage: { document: document.name, page, text: texts.join("\n") } };
}

/** A part that no model has read. */
function unread(state: State, sentences: readonly Citable[]): PartNote {
  return { sentences: extract(state, sentences), leftOut: 0, promptTokens: 0, answerTokens: 0 };
}

function extract({ standalone, route }: State, sentences: readonly Citable[]) {
  const topic = route.kind === "whole" && route.task === "list" ? topicOf(standalone).terms : [];
  return bestSentences(sentences, chosenSentences, topic).map((sentence) => ({
    text: sentence.text,
    supported: "supported" as const,
    missing: [],
    claims: true,
    from: toPiece(sentence),
  }));
}

function toPiece({ chunkId, start, end }: Citable): Piece {
  return { chunkId, start, end };
}
