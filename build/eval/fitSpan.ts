/**
 * Fits the model that cuts an answer out of a sentence, on XQuAD and on invented things, and reports what
 * it reaches on questions whose articles and kinds of things took no part in the fit: exact match and F1 as SQuAD counts them, given the right sentence.
 * Prints the weights for `src-main/engine/rag/evidence/spanModel.ts`.
 *
 *   node build/eval/fitSpan.ts --xquad DIR
 */
import { parseArgs } from "node:util";
import { loadBeir } from "../../src-main/engine/eval/loadBeir.ts";
import { splitSentences } from "../../src-main/engine/library/chunks/splitSentences.ts";
import {
  spanCandidates,
  spanFeatureNames,
} from "../../src-main/engine/rag/evidence/spanFeatures.ts";
import { spanWeights } from "../../src-main/engine/rag/evidence/spanModel.ts";
import { mean } from "../../src-main/engine/eval/fitLogistic.ts";
import { nearMissSet } from "./nearMissSet.ts";

interface Question {
  readonly source: string;
  readonly half: number;
  readonly golds: readonly string[];
  readonly texts: readonly string[];
  readonly features: readonly Float64Array[];
}

const { values: args } = parseArgs({ options: { xquad: { type: "string" } } });
if (!args.xquad) throw new Error("Give --xquad.");
const questions = [...(await readQuestions(args.xquad)), ...readThings()];
const shipped = Float64Array.from(spanFeatureNames.map((name) => spanWeights[name]));
for (const half of [0, 1]) {
  const weights = fit(questions.filter((one) => one.half === half));
  report(`fitted on half ${half}, measured on the other`, weights, half);
}
report("as shipped, all", shipped, undefined);
const all = fit(questions);
report("fitted on all, all", all, undefined);
spanFeatureNames.forEach((name, at) => console.log(`  ${name}: ${(all[at] ?? 0).toFixed(2)},`));

async function readQuestions(dir: string): Promise<Question[]> {
  const { documents, queries, judgements } = await loadBeir(dir);
  const articles = [...new Set(documents.map(({ id }) => id.split("#")[0] ?? ""))];
  const textOf = new Map(documents.map(({ id, text }) => [id, text]));
  return queries.flatMap(({ id, text, answers: golds }): Question[] => {
    const gold = [...(judgements.get(id)?.keys() ?? [])][0] ?? "";
    const paragraph = textOf.get(gold) ?? "";
    const sentence = splitSentences(paragraph)
      .map(({ start, end }) => paragraph.slice(start, end))
      .find((one) => golds.some((answer) => one.includes(answer)));
    if (!sentence) return [];
    const half = articles.indexOf(gold.split("#")[0] ?? "") % 2;
    return [{ source: "XQuAD", half, golds, ...candidatesOf(text, sentence) }];
  });
}

/** What is told of things that exist nowhere, in English and German; by halves of their kinds. */
function readThings(): Question[] {
  return nearMissSet(20_261_127).questions.flatMap((question): Question[] => {
    const { kind, language, half, text, answer, sentence } = question;
    if (kind !== "answerable") return [];
    const source = language === "en" ? "things, English" : "things, German";
    return [{ source, half, golds: [answer], ...candidatesOf(text, sentence) }];
  });
}

function candidatesOf(question: string, sentence: string): Pick<Question, "texts" | "features"> {
  const { words, candidates } = spanCandidates(question, sentence);
  return {
    texts: candidates.map(({ from, to }) => sentence.slice(words[from]!.start, words[to]!.end)),
    features: candidates.map(({ features }) =>
      Float64Array.from(spanFeatureNames.map((name) => features[name])),
    ),
  };
}

/** Softmax over the stretches of a sentence, the right ones against all; Adam with a little ridge. */
function fit(examples: readonly Question[]): Float64Array {
  const weights = new Float64Array(spanFeatureNames.length);
  const first = new Float64Array(weights.length);
  const second = new Float64Array(weights.length);
  const prepared = examples.flatMap(({ texts, golds, features }) => {
    const right = texts.map((text) => Math.max(...golds.map((gold) => f1(text, gold))));
    const best = Math.max(0, ...right);
    if (best < 0.5) return [];
    return [{ features, right: right.map((value) => (value === best ? 1 : 0)) }];
  });
  for (let step = 1; step <= 300; step += 1) {
    const gradient = new Float64Array(weights.length);
    for (const { features, right } of prepared) {
      const scores = features.map((row) => dot(row, weights));
      const top = Math.max(...scores);
      const likely = scores.map((score) => Math.exp(score - top));
      const total = likely.reduce((sum, value) => sum + value, 0);
      const totalRight = likely.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
      features.forEach((row, at) => {
        const push =
          (likely[at] ?? 0) / total - ((likely[at] ?? 0) * (right[at] ?? 0)) / totalRight;
        for (let j = 0; j < row.length; j += 1) {
          gradient[j] = (gradient[j] ?? 0) + (push * (row[j] ?? 0)) / prepared.length;
        }
      });
    }
    for (let j = 0; j < weights.length; j += 1) {
      const slope = (gradient[j] ?? 0) + 2e-3 * (weights[j] ?? 0);
      first[j] = 0.9 * (first[j] ?? 0) + 0.1 * slope;
      second[j] = 0.999 * (second[j] ?? 0) + 0.001 * slope * slope;
      const speed = (first[j] ?? 0) / (1 - 0.9 ** step);
      weights[j] =
        (weights[j] ?? 0) -
        (0.1 * speed) / (Math.sqrt((second[j] ?? 0) / (1 - 0.999 ** step)) + 1e-9);
    }
  }
  return weights;
}

function report(what: string, weights: Float64Array, fitted: number | undefined): void {
  const asked = questions.filter((one) => one.half !== fitted);
  for (const [source, measured] of Map.groupBy(asked, (one) => one.source)) {
    reportSource(`${what}, ${source}`, weights, measured);
  }
}

function reportSource(what: string, weights: Float64Array, measured: readonly Question[]): void {
  const chosen = measured.map(({ features, texts, golds }) => {
    const scores = features.map((row) => dot(row, weights));
    const text = texts[scores.indexOf(Math.max(...scores))] ?? "";
    return {
      exact: Number(golds.some((gold) => normal(gold) === normal(text))),
      f1: Math.max(...golds.map((gold) => f1(text, gold))),
      reachable: Math.max(
        0,
        ...texts.map((one) => Math.max(...golds.map((gold) => f1(one, gold)))),
      ),
    };
  });
  const percent = (values: number[]): string => `${(100 * mean(values)).toFixed(1)} %`;
  console.log(
    `${what}: ${measured.length} questions, EM ${percent(chosen.map((one) => one.exact))},`,
    `F1 ${percent(chosen.map((one) => one.f1))},`,
    `best possible F1 ${percent(chosen.map((one) => one.reachable))}`,
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function normal(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\p{P}\p{S}]/gu, "")
    .replace(/\b(?:a|an|the)\b/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}

function f1(text: string, gold: string): number {
  const own = normal(text).split(" ");
  const wanted = normal(gold).split(" ");
  const left = [...wanted];
  let shared = 0;
  for (const word of own) {
    const at = left.indexOf(word);
    if (at < 0) continue;
    left.splice(at, 1);
    shared += 1;
  }
  return shared === 0 ? 0 : (2 * shared) / (own.length + wanted.length);
}
