import { randomUUID } from "node:crypto";
import path from "node:path";
import type { CaseScores, EvalArm, EvalRun } from "../../src-main/contract/evals.ts";
import type { ModelId } from "../../src-main/contract/ids.ts";
import { Store } from "../../src-main/engine/store/Store.ts";

/** Invented numbers of one model, without and with documents. */
const invented = [
  { quantization: "Q4_1", plain: 0.58, rag: 0.81, contained: 0.41 },
  { quantization: "Q8_0", plain: 0.61, rag: 0.76, contained: 0.47 },
] as const;

/** Puts a few runs of other days into the history of a home whose engine is not running. */
export async function writeEvalHistory(home: string): Promise<void> {
  const store = await Store.open({ path: path.join(home, "hearth.sqlite") });
  const arms = invented.flatMap(({ quantization, plain, rag, contained }) => [
    toArm("plain", quantization, plain, 0),
    toArm("rag", quantization, rag, contained),
  ]);
  await store.evals.saveRun(toRun([toArm("extractive", "", null, 0.9), ...arms], 1));
  const own = { setId: "own", setName: "Ferry questions", setKind: "own", documents: 12 } as const;
  await store.evals.saveRun({ ...toRun(arms.slice(0, 2), 4), ...own, status: "stopped" });
  await store.close();
}

function toArm(
  mode: EvalArm["mode"],
  quantization: string,
  faithfulness: number | null,
  contained: number,
): EvalArm {
  const placed = mode === "plain" ? null : 0.98;
  const scores: CaseScores = {
    recallAt1: placed === null ? null : 0.9,
    recallAt5: placed,
    recallAt10: placed === null ? null : 1,
    mrrAt10: placed === null ? null : 0.94,
    ndcgAt10: placed === null ? null : 0.95,
    citationPrecision: placed === null ? null : 0.91,
    citationRecall: placed,
    pageCorrect: placed === null ? null : 1,
    goldInQuote: placed,
    exactMatch: contained / 2,
    f1: contained * 0.8,
    contained,
    faithfulness,
    obeyed: null,
    repeatedOrder: null,
  };
  return {
    mode,
    modelId: mode === "extractive" ? null : (`invented-${quantization}` as ModelId),
    model: mode === "extractive" ? "" : "SmolLM2-135M-Instruct",
    quantization,
    done: 140,
    scores,
    sentences: mode === "extractive" ? 0 : 262,
    abstention: { answered: 97, wronglyDeclined: 3, wronglyAnswered: 12, declined: 28 },
    medianMs: mode === "extractive" ? 240 : 2_400,
  };
}

function toRun(arms: EvalArm[], day: number): EvalRun {
  return {
    id: randomUUID(),
    at: new Date(2026, 9, 12 + 3 * day, 9, 30 + 7 * day).getTime(),
    hearthVersion: "0.1.0",
    status: "complete",
    setId: "invented",
    setName: "Invented facts",
    setKind: "invented",
    dataDir: null,
    setHash: "0",
    seed: 1,
    questions: 140,
    documents: 50,
    embedder: "all-MiniLM-L6-v2 Q8_0",
    requests: 0,
    agreement: { cases: 50, agreed: 43, kappa: 0.72 },
    arms,
  };
}
