import type { Model } from "../../../../contract/models.ts";
import { countDocumentTokens, sentTo } from "../../../models/remote/documentsGate.ts";
import type { Passage } from "../../../retrieval/PassageRetriever.ts";
import { divideContext, fitItems } from "../../budget.ts";
import { fillPrompt, quotePassage, type PromptPassage } from "../../prompts/fillPrompt.ts";
import { choosePassages } from "../choosePassages.ts";
import { findChatModel, noteServerFailure } from "../findModel.ts";
import { generateText } from "../generateText.ts";
import { unpackEvidence } from "../packEvidence.ts";
import type { AnswerNode, NodeResult } from "../runNode.ts";
import { nothingSpoken, type Run, type Spoken } from "../types.ts";

const answerTokens = 192;
/** More evidence makes a small model worse, however large its context is. */
const evidenceLimit = 1200;

/** Has the model write from the chosen passages. Without a chat model the quote is the answer. */
export const speak: AnswerNode = async (run, state) => {
  const { ask, standalone, found, evidence: packed, opening } = state;
  const { models, prompts } = run.tools;
  const passages = await run.box.load(found);
  const { sentences } = unpackEvidence(packed, passages);
  const chosen = choosePassages(passages, sentences, ask.pinned, ask.previous);
  const model = findChatModel(run, ask);
  if (!model) {
    return { spoken: nothingSpoken, used: [], cuts: [], step: { note: "no chat model" } };
  }
  const prompt = await prompts.get("answer");
  const remarks = prompt.problem ? [promptProblem(prompt.problem.title)] : [];
  // An answer that was interrupted goes on behind what it says.
  const begun = run.said.startsWith(opening) ? run.said.slice(opening.length).trimStart() : "";
  let sent: ReturnType<typeof sentTo> = null;
  const write = models.use(
    model,
    "chat",
    async (backend) => {
      const frame = fillPrompt(prompt, "", []);
      const [system = 0, around = 0, question = 0] = await backend.countTokens(
        [frame.system, frame.messages.at(-1)?.content ?? "", standalone],
        { signal: run.signal },
      );
      const budget = divideContext({
        contextTokens: backend.info.contextTokens,
        system: system + around,
        question,
        answer: Math.min(answerTokens, ask.maxTokens ?? answerTokens),
        evidenceLimit,
      });
      const fitted = await fitPassages(
        (texts) => countDocumentTokens(model, backend, texts, run.signal),
        chosen,
        sentences,
        budget.evidence,
      );
      sent = sentTo(
        model,
        fitted.used.map(({ quoted }) => quoted),
      );
      const filled = fillPrompt(
        prompt,
        standalone,
        fitted.used.map(({ quoted }) => quoted),
      );
      const [evidence = 0] = await countDocumentTokens(
        model,
        backend,
        [filled.evidence],
        run.signal,
      );
      const written = await generateText(
        backend,
        { messages: filled.messages, maxTokens: budget.answer, begun, sent },
        run.signal,
        {
          emit: run.emit,
          onText: (text) => {
            const opened = run.said !== opening;
            const more = opened ? text : `\n\n${text.trimStart()}`;
            run.said += more;
            run.emit({ type: "delta", text: more });
          },
        },
      );
      const spoken: Spoken = {
        ...written,
        model: model.name,
        quantization: model.quantization,
        tokens: { system, history: 0, evidence, question },
        budget,
        ...(sent ? { sent } : {}),
      };
      return {
        spoken,
        used: fitted.used.map(({ passage }) => passage.chunk.id),
        cuts: fitted.cuts,
        remarks: [
          ...remarks,
          ...fitted.remarks,
          ...(written.cutOff
            ? [
                `The answer ended at its limit of ${budget.answer} tokens; its last sentence may be missing.`,
              ]
            : []),
        ],
        step: { tokens: written.promptTokens + written.answerTokens },
      };
    },
    run.signal,
  );
  return await write.catch((error: unknown) => withoutServer(run, model, error, sent));
};

/** A server that fails leaves the evidence, which is an answer; what it said is not whole. */
function withoutServer(
  run: Run,
  model: Model,
  error: unknown,
  sent: ReturnType<typeof sentTo>,
): NodeResult {
  const title = noteServerFailure(run, model, error);
  return {
    // It may have been sent all the same.
    spoken: { ...nothingSpoken, ...(sent ? { sent } : {}) },
    used: [],
    cuts: [],
    remarks: [title],
    step: { note: "the server failed" },
  };
}

export function promptProblem(title: string): string {
  return `${title} Hearth's own was used instead.`;
}

interface Fitted {
  used: { passage: Passage; quoted: PromptPassage }[];
  cuts: { chunkId: Passage["chunk"]["id"]; reason: string }[];
  remarks: string[];
}

/** The chosen passages that fit. Where not even the first does, it goes in with its best sentences. */
async function fitPassages(
  count: (texts: readonly string[]) => Promise<number[]>,
  chosen: readonly Passage[],
  sentences: readonly { chunkId: string; start: number; end: number }[],
  room: number,
): Promise<Fitted> {
  const quoted = chosen.map((passage) => ({ passage, quoted: toPrompt(passage) }));
  const counts = await count(quoted.map((one) => quotePassage(one.quoted)));
  const sizes = new Map(quoted.map((one, at) => [one, (counts[at] ?? 0) + 2]));
  const { fitting, left } = fitItems(quoted, (one) => sizes.get(one) ?? 0, room);
  const cuts = left.map(({ passage }) => ({
    chunkId: passage.chunk.id,
    reason: `did not fit into the ${room} tokens for evidence`,
  }));
  const [first] = quoted;
  if (fitting.length > 0 || !first) return { used: fitting, cuts, remarks: [] };
  const { chunk, document } = first.passage;
  const best = sentences.filter(({ chunkId }) => chunkId === chunk.id);
  const size = sizes.get(first) ?? room;
  // By length: the parts of one text are about as dense.
  const characters = Math.max(1, Math.floor((chunk.text.length * room * 0.8) / size));
  const from = Math.min(best[0]?.start ?? 0, Math.max(0, chunk.text.length - characters));
  const text = chunk.text.slice(from, from + characters);
  return {
    used: [{ passage: first.passage, quoted: { ...first.quoted, text } }],
    cuts: cuts.filter(({ chunkId }) => chunkId !== chunk.id),
    remarks: [
      `Of the passage from ${document} only ${characters} of ${chunk.text.length} characters fitted into the model's context.`,
    ],
  };
}

function toPrompt({ chunk, document }: Passage): PromptPassage {
  return { document, page: chunk.page, text: chunk.text };
}
