import type { ChunkId } from "../../contract/ids.ts";
import type { Receipt } from "../../contract/search.ts";
import type { PassageBox } from "./graph/PassageBox.ts";
import type { State } from "./graph/state.ts";

/** What was done for an answer, from what its graph ended with. */
export async function receiptOf(
  state: State,
  box: PassageBox,
  time: { wholeMs: number; firstTextMs: number },
): Promise<Receipt> {
  const { ask, standalone, found, route, plan, strengths, queries, spoken } = state;
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
    budget: spoken.budget,
    read: plan
      ? { documents: plan.documents.length, chunks: plan.chunks, parts: plan.parts.length }
      : null,
    notes: [...state.remarks],
    usedChunkIds: [...used],
    retrieved: passages.length,
    used: used.size,
    promptTokens: spoken.promptTokens,
    answerTokens: spoken.answerTokens,
    retrieveMs: state.steps.reduce((sum, { name, ms }) => sum + (name === "retrieve" ? ms : 0), 0),
    firstTokenMs: time.firstTextMs,
    totalMs: steps.reduce((sum, { ms }) => sum + ms, 0),
    model: spoken.model,
    quantization: spoken.quantization,
    evidence: state.evidence?.strength ?? 0,
    threshold: state.threshold,
    query: standalone,
    tokens: spoken.tokens,
    steps,
    passages: passages.map(({ chunk, document, score }) => ({
      chunkId: chunk.id,
      document,
      page: chunk.page,
      score,
      used: used.has(chunk.id),
      reason: used.has(chunk.id) ? "" : (cuts.get(chunk.id) ?? "ranked below those used"),
    })),
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
