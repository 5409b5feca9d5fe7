import { countDocumentTokens, sentTo } from "../../../models/remote/documentsGate.ts";
import { divideContext } from "../../budget.ts";
import { fillPrompt, quotePassage, type PromptPassage } from "../../prompts/fillPrompt.ts";
import { findChatModel, noteServerFailure } from "../findModel.ts";
import { generateText } from "../generateText.ts";
import type { State } from "../state.ts";
import type { Run, Spoken } from "../types.ts";

const summaryTokens = 224;
/** More notes at once than this many tokens small models lose. */
const notesLimit = 2400;

export interface JoinedNotes {
  spoken: Spoken;
  remarks: string[];
  /** Of all rounds together. */
  tokens: number;
}

/**
 * One text from the notes on all parts, by the model. Notes that do not fit into one prompt are joined
 * in groups first, and these again, until they do.
 */
export async function joinNotes(
  run: Run,
  { ask, standalone, plan, notes }: State,
  opening: string,
): Promise<JoinedNotes | null> {
  const model = findChatModel(run, ask);
  if (!model) return null;
  const prompt = await run.tools.prompts.get("summary");
  const begun = run.said.startsWith(opening) ? run.said.slice(opening.length).trimStart() : "";
  const joining = run.tools.models.use(
    model,
    "chat",
    async (backend) => {
      const { signal } = run;
      const frame = fillPrompt(prompt, "", []);
      const [system = 0, around = 0, question = 0] = await backend.countTokens(
        [frame.system, frame.messages.at(-1)?.content ?? "", standalone],
        { signal },
      );
      const budget = divideContext({
        contextTokens: backend.info.contextTokens,
        system: system + around,
        question,
        answer: Math.min(summaryTokens, ask.maxTokens ?? summaryTokens),
        evidenceLimit: notesLimit,
      });
      let tokens = 0;
      let items: PromptPassage[] = notes.map(({ sentences }, at) => ({
        document: plan.documents.find(({ id }) => id === plan.parts[at]?.documentId)?.name ?? "",
        page: null,
        text: sentences.map(({ text }) => text).join(" "),
      }));
      let sent = sentTo(model, []);
      const addSent = (passages: readonly PromptPassage[]): void => {
        const more = sentTo(model, passages);
        if (!sent || !more) return;
        sent = {
          server: sent.server,
          passages: sent.passages + more.passages,
          characters: sent.characters + more.characters,
        };
      };
      for (;;) {
        const counts = await countDocumentTokens(model, backend, items.map(quotePassage), signal);
        const groups = group(items, counts, budget.evidence);
        if (groups.length === 1) break;
        if (groups.length === items.length) {
          const remark = "The model's context is too small to join the notes on the parts.";
          return { spoken: { ...toSpoken(model, budget), text: "" }, remarks: [remark], tokens };
        }
        const joined: PromptPassage[] = [];
        for (const members of groups) {
          const { messages } = fillPrompt(prompt, standalone, members);
          addSent(members);
          const part = await generateText(
            backend,
            { messages, maxTokens: budget.answer, sent: sentTo(model, members) },
            signal,
          );
          tokens += part.promptTokens + part.answerTokens;
          const [first] = members;
          joined.push({ document: first?.document ?? "", page: null, text: part.text.trim() });
        }
        items = joined;
      }
      const filled = fillPrompt(prompt, standalone, items);
      const [evidence = 0] = await countDocumentTokens(model, backend, [filled.evidence], signal);
      addSent(items);
      const written = await generateText(
        backend,
        {
          messages: filled.messages,
          maxTokens: budget.answer,
          begun,
          sent: sentTo(model, items),
        },
        signal,
        {
          emit: run.emit,
          onText: (text) => {
            const more = run.said === opening ? `\n\n${text.trimStart()}` : text;
            run.said += more;
            run.emit({ type: "delta", text: more });
          },
        },
      );
      tokens += written.promptTokens + written.answerTokens;
      const counted = { system, history: 0, evidence, question };
      const spoken = {
        ...toSpoken(model, budget),
        ...written,
        tokens: counted,
        ...(sent ? { sent } : {}),
      };
      return { spoken, remarks: [], tokens };
    },
    run.signal,
  );
  return await joining.catch((error: unknown) => {
    const remarks = [noteServerFailure(run, model, error)];
    return { spoken: { ...toSpoken(model, null), text: "" }, remarks, tokens: 0 };
  });
}

function toSpoken(
  { name, quantization }: { name: string; quantization: string },
  budget: Spoken["budget"],
): Spoken {
  return {
    text: "",
    model: name,
    quantization,
    promptTokens: 0,
    answerTokens: 0,
    cutOff: false,
    tokens: { system: 0, history: 0, evidence: 0, question: 0 },
    budget,
  };
}

/** Consecutive items whose sizes together fit into the room. */
function group<T>(items: readonly T[], sizes: readonly number[], room: number): T[][] {
  const groups: T[][] = [];
  let filled = Infinity;
  items.forEach((item, at) => {
    const size = (sizes[at] ?? 0) + 2;
    if (filled + size > room) {
      groups.push([]);
      filled = 0;
    }
    groups.at(-1)?.push(item);
    filled += size;
  });
  return groups;
}
