/**
 * Fits the two models that judge evidence, and reports what they reach on questions whose articles
 * took no part in the fit. Prints the coefficients for `src-main/engine/rag/evidence/strengthModel.ts`.
 *
 *   node build/eval/fitEvidence.ts --xquad DIR --cranfield DIR --model FILE.gguf
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  fitEvidenceModels,
  fittedStrength,
  quoteNames,
  strengthNames,
} from "../../src-main/engine/eval/fitEvidenceModels.ts";
import { auroc, mean, type LogisticFit } from "../../src-main/engine/eval/fitLogistic.ts";
import { LlamaProcess } from "../../src-main/engine/llama/LlamaProcess.ts";
import { declineBelow } from "../../src-main/engine/rag/evidence/strengthModel.ts";
import { entryPath, nodeBinary } from "../../src-main/paths/entries.ts";
import { evidenceCases, type ArrangedCase } from "./evidenceCases.ts";

const { values: args } = parseArgs({
  options: {
    xquad: { type: "string" },
    cranfield: { type: "string" },
    model: { type: "string" },
  },
});
if (!args.xquad || !args.cranfield || !args.model) {
  throw new Error("Give --xquad, --cranfield and --model.");
}

const tempDir = await mkdtemp(join(tmpdir(), "hearth-fit-"));
const llama = await LlamaProcess.start({
  modelPath: args.model,
  purpose: "embedding",
  entryPath: entryPath("llama"),
  execPath: nodeBinary(),
});
try {
  const known = new Map<string, Float32Array>();
  const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const missing = [...new Set(texts.filter((text) => !known.has(text)))];
    for (let from = 0; from < missing.length; from += 16) {
      const batch = missing.slice(from, from + 16);
      const { vectors } = await llama.embed(batch);
      batch.forEach((text, at) => known.set(text, vectors[at] ?? new Float32Array()));
    }
    return texts.map((text) => known.get(text) ?? new Float32Array());
  };
  const cases = await evidenceCases({
    xquadDir: args.xquad,
    cranfieldDir: args.cranfield,
    tempDir,
    embed,
    onProgress: (line) => console.error(line),
  });
  for (const half of [0, 1]) {
    const fit = fitEvidenceModels(cases.filter((one) => one.half === half));
    console.log(`Fitted on half ${half}, measured on the other:`);
    report(
      cases.filter((one) => one.half !== half),
      (one) => fittedStrength(fit, one),
    );
  }
  const fit = fitEvidenceModels(cases);
  console.log("Fitted on all:");
  if (fit.quote) print("quoteModel", fit.quote, quoteNames);
  print("strengthModel", fit.strength, strengthNames);
  console.log("As shipped:");
  report(cases, (one) => one.evidence.strength);
} finally {
  await llama[Symbol.asyncDispose]();
  await rm(tempDir, { recursive: true, force: true });
}

function report(cases: readonly ArrangedCase[], strength: (one: ArrangedCase) => number): void {
  const share = (some: readonly ArrangedCase[], test: (one: ArrangedCase) => boolean): string =>
    `${(100 * mean(some.map((one) => Number(test(one))))).toFixed(1)} %`;
  for (const [arrangement, asked] of Map.groupBy(cases, (one) => one.arrangement)) {
    const of = (kind: ArrangedCase["kind"]) => asked.filter((one) => one.kind === kind);
    const yes = of("answerable");
    const declined = (some: readonly ArrangedCase[]): string =>
      `${share(some, (one) => strength(one) < declineBelow)} (AUROC ${auroc(yes.map(strength), some.map(strength)).toFixed(4)})`;
    console.log(
      `  ${arrangement}: wrongly declined ${share(yes, (one) => strength(one) < declineBelow)},`,
      `paragraph removed ${declined(of("removed"))},`,
      `something else ${declined(of("elsewhere"))},`,
      ...[...Map.groupBy(of("near"), ({ source }) => source)].map(
        ([source, some]) => `near misses (${source}) ${declined(some)},`,
      ),
      `quote holds the answer ${share(yes, quoteHoldsAnswer)}`,
    );
  }
}

function quoteHoldsAnswer({ evidence, holdsAnswer }: ArrangedCase): boolean {
  return evidence.quote !== null && holdsAnswer(evidence.quote);
}

function print(name: string, fit: LogisticFit, names: readonly string[]): void {
  const weights = names.map((feature, at) => `${feature}: ${(fit.weights[at] ?? 0).toFixed(2)}`);
  console.log(`  ${name}: bias ${fit.bias.toFixed(2)}, ${weights.join(", ")}`);
}
