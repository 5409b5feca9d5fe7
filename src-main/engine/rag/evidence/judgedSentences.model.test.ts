import { afterAll, beforeAll, expect, it } from "vitest";
import { startModel, testModelPath } from "../../llama/fixtures/testModels.ts";
import type { LlamaProcess } from "../../llama/LlamaProcess.ts";
import { alignSentence } from "./alignSentence.ts";
import judged from "./fixtures/judgedSentences.json" with { type: "json" };

let llama: LlamaProcess;

beforeAll(async () => {
  llama = await startModel({ modelPath: testModelPath("embedQ8"), purpose: "embedding" });
});
afterAll(async () => llama[Symbol.asyncDispose]());

/** The verdict of the code in the words of the judge. */
async function verdictOn(evidence: readonly string[], sentence: string): Promise<string> {
  let start = 0;
  const placed = evidence.map((text) => {
    const one = { text, chunkId: "chunk", start };
    start += text.length + 1;
    return one;
  });
  const { support, claims } = await alignSentence(
    sentence,
    placed,
    async (texts) => (await llama.embed(texts)).vectors,
  );
  return claims ? support : "none";
}

/** Share of equal verdicts, and Cohen's kappa: what is left of it beyond chance. */
function agreement(pairs: readonly (readonly [string, string])[]) {
  const share = (test: (pair: readonly [string, string]) => boolean) =>
    pairs.filter(test).length / pairs.length;
  const labels = [...new Set(pairs.flat())];
  const observed = share(([a, b]) => a === b);
  const chance = labels.reduce(
    (sum, label) => sum + share(([a]) => a === label) * share(([, b]) => b === label),
    0,
  );
  return { accuracy: observed, kappa: (observed - chance) / (1 - chance) };
}

it.each(["develop", "report"])("agrees with a person's judgements: half %s", async (half) => {
  const pairs: [string, string][] = [];
  const lines: string[] = [];
  for (const { evidence, sentence, judgement } of judged.cases.filter((one) => one.half === half)) {
    const verdict = await verdictOn(evidence, sentence);
    pairs.push([judgement, verdict]);
    if (verdict !== judgement) lines.push(`  ${judgement}, by code ${verdict}: ${sentence}`);
  }
  const { accuracy, kappa } = agreement(pairs);
  console.log(
    [`${half}: accuracy ${accuracy.toFixed(2)}, kappa ${kappa.toFixed(2)}`, ...lines].join("\n"),
  );
  expect(accuracy).toBeGreaterThanOrEqual(0.7);
  expect(kappa).toBeGreaterThanOrEqual(0.55);
});
