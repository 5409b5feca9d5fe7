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
import { LlamaProcess } from "../../src-main/engine/llama/LlamaProcess.ts";
import { declineBelow } from "../../src-main/engine/rag/evidence/strengthModel.ts";
import { entryPath, nodeBinary } from "../../src-main/paths/entries.ts";
import { evidenceCases, type EvidenceCase } from "./evidenceCases.ts";
import { auroc, fitLogistic, mean, scoreOf, type LogisticFit } from "./fitLogistic.ts";

const quoteNames = ["words", "cosine", "rank", "offers"] as const;
const strengthNames = [
  "passageCosine",
  "sentenceCosine",
  "passageCoverage",
  "sentenceCoverage",
] as const;

interface Fit {
  readonly quote: LogisticFit;
  readonly strength: LogisticFit;
}

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
    onProgress: (done, total) => {
      if (done % 100 === 0) console.error(`${done} of ${total} questions`);
    },
  });
  for (const half of [0, 1]) {
    const fit = fitOn(cases.filter((one) => one.half === half));
    console.log(`Fitted on half ${half}, measured on the other:`);
    report(
      cases.filter((one) => one.half !== half),
      (one) => strengthOf(fit, one),
    );
  }
  const fit = fitOn(cases);
  console.log("Fitted on all:");
  print("quoteModel", fit.quote, quoteNames);
  print("strengthModel", fit.strength, [...strengthNames, "bestQuote"]);
  console.log("As shipped:");
  report(cases, (one) => one.evidence.strength);
} finally {
  await llama[Symbol.asyncDispose]();
  await rm(tempDir, { recursive: true, force: true });
}

function fitOn(cases: readonly EvidenceCase[]): Fit {
  const quote = fitLogistic(
    cases
      .filter((one) => one.evidence.sentences.some(one.holdsAnswer))
      .flatMap((one) =>
        one.evidence.sentences.map((sentence) => ({
          features: quoteNames.map((name) => sentence.parts[name]),
          positive: one.holdsAnswer(sentence),
          weight: 1,
        })),
      ),
    { steps: 400 },
  );
  const answerable = cases.filter((one) => one.answerable).length;
  const strength = fitLogistic(
    cases.map((one) => ({
      features: strengthFeatures(quote, one),
      positive: one.answerable,
      // Both kinds count the same in all.
      weight: one.answerable ? 1 / answerable : 1 / (cases.length - answerable),
    })),
    { steps: 1_500 },
  );
  return { quote, strength };
}

function strengthFeatures(quote: LogisticFit, one: EvidenceCase): number[] {
  const best = one.evidence.sentences.map((sentence) =>
    scoreOf(
      quote,
      quoteNames.map((name) => sentence.parts[name]),
    ),
  );
  return [...strengthNames.map((name) => one.evidence.features[name]), Math.max(0, ...best)];
}

function strengthOf(fit: Fit, one: EvidenceCase): number {
  return scoreOf(fit.strength, strengthFeatures(fit.quote, one));
}

function report(cases: readonly EvidenceCase[], strength: (one: EvidenceCase) => number): void {
  const share = (some: readonly EvidenceCase[], test: (one: EvidenceCase) => boolean): string =>
    `${(100 * mean(some.map((one) => Number(test(one))))).toFixed(1)} %`;
  for (const size of new Set(cases.map((one) => one.articles))) {
    const asked = cases.filter((one) => one.articles === size);
    const yes = asked.filter((one) => one.answerable);
    const no = asked.filter((one) => !one.answerable);
    console.log(
      `  ${size} articles: wrongly declined ${share(yes, (one) => strength(one) < declineBelow)},`,
      `declined off topic ${share(no, (one) => strength(one) < declineBelow)},`,
      `AUROC ${auroc(yes.map(strength), no.map(strength)).toFixed(4)},`,
      `quote in the gold paragraph ${share(yes, (one) => inQuote(one, one.isInGoldParagraph))},`,
      `quote holds the answer ${share(yes, (one) => inQuote(one, one.holdsAnswer))}`,
    );
  }
}

function inQuote(one: EvidenceCase, test: EvidenceCase["holdsAnswer"]): boolean {
  return one.evidence.quote !== null && test(one.evidence.quote);
}

function print(name: string, fit: LogisticFit, names: readonly string[]): void {
  const weights = names.map((feature, at) => `${feature}: ${(fit.weights[at] ?? 0).toFixed(2)}`);
  console.log(`  ${name}: bias ${fit.bias.toFixed(2)}, ${weights.join(", ")}`);
}
