import type { ChunkId } from "../../contract/ids.ts";
import type { Receipt, TokenBudget } from "../../contract/search.ts";
import type { PassageBox } from "./graph/PassageBox.ts";
import type { PartNote, Spoken } from "./graph/types.ts";
import type { State } from "./graph/state.ts";

/** What was done for an answer, from what its graph ended with. */
export async function receiptOf(
  state: State,
  box: PassageBox,
  time: { wholeMs: number; firstTextMs: number },
): Promise<Receipt> {
  const { ask, standalone, found, route, plan, strengths, queries, spoken, notes } = state;
  const used = new Set<ChunkId>(state.used);
  const cuts = new Map(state.cuts.map(({ chunkId, reason }) => [chunkId, reason]));
  // What lies between the steps is the last of them, so that they add up to the whole.
  const timed = state.steps.reduce((sum, { ms }) => sum + ms, 0);
  const other = { name: "other", ms: Math.max(0, time.wholeMs - timed), note: "", tokens: 0 };
  const steps = [...joinRuns(state.steps), other];
  const passages = await box.load(found);
  return {
    route: route.kind,
    standalone: standalone === ask.question ? null : standalone,
    rewrites: queries
      .slice(1)
      .map((query, at) => ({ query, evidence: strengths[at + 1] ?? 0 }))
      .slice(0, Math.max(0, strengths.length - 1)),
    budget: spoken.budget ?? plan?.reader?.budget ?? null,
    read: plan
      ? { documents: plan.documents.length, chunks: plan.chunks, parts: plan.parts.length }
      : null,
    notes: [...state.remarks],
    usedChunkIds: [...used],
    retrieved: passages.length,
    used: used.size,
    promptTokens: spoken.promptTokens + tokensOf(notes, "promptTokens"),
    answerTokens: spoken.answerTokens + tokensOf(notes, "answerTokens"),
    retrieveMs: state.steps.reduce((sum, { name, ms }) => sum + (name === "retrieve" ? ms : 0), 0),
    firstTokenMs: time.firstTextMs,
    totalMs: steps.reduce((sum, { ms }) => sum + ms, 0),
    model: spoken.model || (plan?.reader?.model ?? ""),
    quantization: spoken.quantization || (plan?.reader?.quantization ?? ""),
    evidence: state.evidence?.strength ?? 0,
    threshold: state.threshold,
    query: standalone,
    tokens: plan?.reader ? tokensOfParts(spoken, plan.reader.budget, notes) : spoken.tokens,
    steps,
    passages: passages.map(({ chunk, document, score, explain }) => ({
      chunkId: chunk.id,
      document,
      page: chunk.page,
      score,
      contributions: explain.contributions,
      used: used.has(chunk.id),
      reason: used.has(chunk.id) ? "" : (cuts.get(chunk.id) ?? "ranked below those used"),
    })),
  };
}

function tokensOf(notes: readonly PartNote[], field: "promptTokens" | "answerTokens"): number {
  return notes.reduce((total, note) => total + note[field], 0);
}

/** The prompts of all parts with that of the summary: what is not frame or question is what was read. */
function tokensOfParts(
  { tokens }: Spoken,
  { system, question }: TokenBudget,
  notes: readonly PartNote[],
): Receipt["tokens"] {
  const asked = notes.filter(({ promptTokens }) => promptTokens > 0).length;
  const read = tokensOf(notes, "promptTokens") - asked * (system + question);
  return {
    system: tokens.system + asked * system,
    history: 0,
    evidence: tokens.evidence + Math.max(0, read),
    question: tokens.question + asked * question,
  };
}

/** Steps of one name in a row as one: a long document is read in hundreds. */
function joinRuns(steps: Receipt["steps"] | State["steps"]): Receipt["steps"] {
  const joined: Receipt["steps"] = [];
  let length = 1;
  for (const step of steps) {
    const last = joined.at(-1);
    if (last?.name !== step.name) {
      joined.push({ ...step });
      length = 1;
      continue;
    }
    length += 1;
    last.ms += step.ms;
    last.tokens += step.tokens;
    last.note = `${length} times`;
  }
  return joined;
}
