import type { TokenBudget } from "../../../../contract/search.ts";
import type { ReadableDocument } from "../../../retrieval/PassageRetriever.ts";
import { countDocumentTokens } from "../../../models/remote/documentsGate.ts";
import { divideContext } from "../../budget.ts";
import { fillPrompt } from "../../prompts/fillPrompt.ts";
import { findChatModel, noteServerFailure } from "../findModel.ts";
import type { AnswerNode } from "../runNode.ts";
import type { Part, Run, WholePlan } from "../types.ts";
import { namedDocuments } from "../whole/namedDocuments.ts";
import { readThrough } from "../whole/readThrough.ts";
import { textOf } from "../whole/sentencesOf.ts";
import { promptProblem } from "./speak.ts";
import { splitParts } from "../whole/splitParts.ts";

/** A note on a part has at most so many tokens. */
export const noteTokens = 112;
/** A part is no larger, however large the context: small models lose what stands in the middle. */
const partLimit = 1600;
/** With more parts than this a model would read for hours; their best sentences are chosen instead. */
const mostModelParts = 400;
/** Where no model counts tokens, they are taken by length. */
const charactersPerToken = 4;
/** A part that no model reads. */
const sectionTokens = 800;

/** Lays out the reading of every passage of the documents, and says how much that is before it begins. */
export const plan: AnswerNode = async (run, { ask, standalone, route }) => {
  const { documents: all, unreadable } = await run.tools.retriever.readable(
    ask.documentIds ?? undefined,
  );
  const remarks: string[] = [];
  if (unreadable.length > 0) {
    remarks.push(
      `Not read, because they are not ready or could not be opened: ${names(unreadable)}.`,
    );
  }
  // A word that is to be listed or counted may be one of a document's name, too.
  const isNamed = route.kind === "whole" && ["summarise", "compare"].includes(route.task);
  const documents = isNamed ? namedDocuments(standalone, all) : all;
  if (documents.length < all.length) {
    remarks.push(
      `Only the documents that the request names were read: ${names(documents.map(({ name }) => name))}.`,
    );
  }
  // Counting words is exact in code, and guessed by a model.
  const exact = route.kind === "whole" && route.task === "count";
  const model = exact ? null : findChatModel(run, ask);
  const sections = await layOut(run, documents, sectionTokens, estimateSizes);
  let { parts } = sections;
  let reader: WholePlan["reader"] = null;
  if (model && sections.chunks > 0) {
    const laying = run.tools.models.use(
      model,
      "chat",
      async (backend) => {
        const budget = await partBudget(run, backend, standalone, ask.maxTokens);
        const laidOut = await layOut(run, documents, budget.evidence, (texts) =>
          countDocumentTokens(model, backend, texts, run.signal),
        );
        return { ...laidOut, budget };
      },
      run.signal,
    );
    const forModel = await laying.catch((error: unknown) => {
      remarks.push(noteServerFailure(run, model, error));
      return null;
    });
    if (forModel && forModel.parts.length <= mostModelParts) {
      ({ parts } = forModel);
      reader = { model: model.name, quantization: model.quantization, budget: forModel.budget };
      for (const id of ["part", "summary"] as const) {
        const { problem } = await run.tools.prompts.get(id);
        if (problem) remarks.push(promptProblem(problem.title));
      }
    } else if (forModel) {
      remarks.push(
        `A model would have had to read ${forModel.parts.length} parts; instead their most telling sentences were chosen.`,
      );
    }
  }
  const { chunks } = sections;
  const byModel = reader !== null;
  run.emit({ type: "plan", documents: documents.length, chunks, parts: parts.length, byModel });
  return {
    plan: { documents, chunks, parts, reader },
    remarks,
    step: { note: `${chunks} passages in ${parts.length} parts` },
  };
};

/** The parts of all documents, one document after the other, so that only one is held at a time. */
async function layOut(
  run: Run,
  documents: readonly ReadableDocument[],
  room: number,
  sizesOf: (texts: readonly string[]) => Promise<number[]>,
): Promise<{ chunks: number; parts: Part[] }> {
  const parts: Part[] = [];
  let count = 0;
  for (const document of documents) {
    run.signal.throwIfAborted();
    const chunks = await run.tools.retriever.chunksOf(document);
    count += chunks.length;
    const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]));
    const pieces = readThrough(chunks);
    const texts = pieces.map((piece) => {
      const chunk = byId.get(piece.chunkId);
      return chunk ? textOf(piece, chunk) : "";
    });
    const sizes = await sizesOf(texts);
    const sized = pieces.map((piece, at) => ({
      piece,
      text: texts[at] ?? "",
      // One for the line's end between two pieces.
      tokens: (sizes[at] ?? 0) + 1,
    }));
    parts.push(...splitParts(document.id, sized, room));
  }
  return { chunks: count, parts };
}

function estimateSizes(texts: readonly string[]): Promise<number[]> {
  return Promise.resolve(texts.map(({ length }) => Math.ceil(length / charactersPerToken)));
}

async function partBudget(
  run: Run,
  backend: Parameters<Parameters<Run["tools"]["models"]["use"]>[2]>[0],
  request: string,
  maxTokens: number | null,
): Promise<TokenBudget> {
  const frame = fillPrompt(await run.tools.prompts.get("part"), "", [
    { document: "x".repeat(40), page: 1000, text: "" },
  ]);
  const [system = 0, around = 0, question = 0] = await backend.countTokens(
    [frame.system, frame.messages.at(-1)?.content ?? "", request],
    { signal: run.signal },
  );
  return divideContext({
    contextTokens: backend.info.contextTokens,
    system: system + around,
    question,
    answer: Math.min(noteTokens, maxTokens ?? noteTokens),
    evidenceLimit: partLimit,
  });
}

const namedAtMost = 20;

function names(all: readonly string[]): string {
  const shown = all.slice(0, namedAtMost).join(", ");
  return all.length > namedAtMost ? `${shown} and ${all.length - namedAtMost} more` : shown;
}
