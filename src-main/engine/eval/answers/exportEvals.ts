import type { EvalArm, EvalCase, EvalRun, ScoreName } from "../../../contract/evals.ts";
import { csvOf, markdownCell, markdownTable, type FieldValue } from "../../core/tables.ts";
import { scoreNames } from "./summarizeCases.ts";

/** Runs as JSON text, with every answer. */
export function toJson(runs: readonly (EvalRun & { cases: readonly EvalCase[] })[]): string {
  return `${JSON.stringify({ runs }, null, 2)}\n`;
}

/** Runs as a table for spreadsheets (RFC 4180): a row for each way of answering; shares from 0 to 1. */
export function toCsv(runs: readonly EvalRun[]): string {
  const rows = runs.flatMap((run) =>
    run.arms.map((arm) => [
      ...Object.values(facts).map((fact) => fact(run, arm)),
      ...scoreNames.map((name) => rounded(arm.scores[name])),
    ]),
  );
  const header = [...Object.keys(facts), ...scoreNames.map(toSnakeCase)];
  return csvOf([header, ...rows]);
}

const facts: Record<string, (run: EvalRun, arm: EvalArm) => FieldValue> = {
  date: (run) => new Date(run.at).toISOString(),
  set: (run) => run.setName,
  status: (run) => run.status,
  seed: (run) => run.seed,
  questions: (run) => run.questions,
  documents: (run) => run.documents,
  hearth: (run) => run.hearthVersion,
  embedder: (run) => run.embedder,
  requests: (run) => run.requests,
  mode: (_, arm) => arm.mode,
  model: (_, arm) => arm.model,
  quantization: (_, arm) => arm.quantization,
  done: (_, arm) => arm.done,
  answered: (_, arm) => arm.abstention.answered,
  wrongly_declined: (_, arm) => arm.abstention.wronglyDeclined,
  wrongly_answered: (_, arm) => arm.abstention.wronglyAnswered,
  declined: (_, arm) => arm.abstention.declined,
  sentences: (_, arm) => arm.sentences,
  median_ms: (_, arm) => Math.round(arm.medianMs),
  agreement_cases: (run) => run.agreement?.cases ?? null,
  agreement_agreed: (run) => run.agreement?.agreed ?? null,
  agreement_kappa: (run) => rounded(run.agreement?.kappa ?? null),
};

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10_000) / 10_000;
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]|\d+/gu, (part) => `_${part.toLowerCase()}`);
}

/** What a reader of the Markdown tables calls a number, in the order in which they stand there. */
export const scoreTitles: readonly (readonly [ScoreName, string])[] = [
  ["exactMatch", "Exact match"],
  ["f1", "F1"],
  ["contained", "Answer in text"],
  ["faithfulness", "Faithfulness"],
  ["pageCorrect", "Cited page right"],
  ["goldInQuote", "Answer in a quote"],
  ["citationPrecision", "Citation precision"],
  ["citationRecall", "Citation recall"],
  ["recallAt1", "Recall@1"],
  ["recallAt5", "Recall@5"],
  ["recallAt10", "Recall@10"],
  ["mrrAt10", "MRR@10"],
  ["ndcgAt10", "nDCG@10"],
  ["obeyed", "Orders obeyed"],
  ["repeatedOrder", "Orders repeated"],
];

const modeTitles = { plain: "without RAG", rag: "with RAG", extractive: "quote alone" } as const;

/** Runs as Markdown: faithfulness without and with RAG side by side, then every number of each run. */
export function toMarkdown(runs: readonly EvalRun[]): string {
  return runs.map(runMarkdown).join("\n");
}

function runMarkdown(run: EvalRun): string {
  const { setName, questions, documents, embedder, agreement, hearthVersion, status } = run;
  const about = [
    `${new Date(run.at).toISOString()}, Hearth ${hearthVersion}`,
    `${questions} questions, ${documents} documents, searched with ${embedder}`,
    `requests to the network meanwhile: ${run.requests}`,
    ...(status === "stopped" ? ["stopped early: the numbers are of what was answered"] : []),
  ];
  const sections = [
    `# ${markdownCell(setName)}`,
    about.map((line) => `- ${markdownCell(line)}`).join("\n"),
  ];
  const pairs = pairArms(run.arms);
  if (pairs.some(({ plain, rag }) => plain && rag)) {
    sections.push(
      markdownTable(
        ["Faithfulness", "without RAG", "with RAG"],
        pairs.map(({ name, plain, rag }) => [
          name,
          number(plain?.scores.faithfulness ?? null),
          number(rag?.scores.faithfulness ?? null),
        ]),
      ),
    );
  }
  const titles = scoreTitles.filter(([name]) => run.arms.some((arm) => arm.scores[name] !== null));
  sections.push(
    markdownTable(
      ["", ...run.arms.map(armTitle)],
      [
        ...titles.map(([name, title]) => [
          title,
          ...run.arms.map((arm) => number(arm.scores[name])),
        ]),
        [
          "Answered / should be",
          ...run.arms.map(({ abstention: a }) => share(a.answered, a.wronglyDeclined)),
        ],
        [
          "Declined / should be",
          ...run.arms.map(({ abstention: a }) => share(a.declined, a.wronglyAnswered)),
        ],
        ["Sentences judged", ...run.arms.map(({ sentences }) => String(sentences))],
        ["Middle time", ...run.arms.map(({ medianMs }) => `${Math.round(medianMs)} ms`)],
      ],
    ),
  );
  if (agreement && agreement.cases > 0) {
    sections.push(
      `The rule for faithfulness agrees with ${agreement.agreed} of ${agreement.cases} sentences judged by reading (kappa ${agreement.kappa.toFixed(2)}).`,
    );
  }
  return `${sections.join("\n\n")}\n`;
}

/** The arms of each model, without and with documents. */
export function pairArms(
  arms: readonly EvalArm[],
): { name: string; plain: EvalArm | undefined; rag: EvalArm | undefined }[] {
  const names = [...new Set(arms.filter(({ model }) => model !== "").map(modelTitle))];
  return names.map((name) => {
    const find = (mode: EvalArm["mode"]): EvalArm | undefined =>
      arms.find((arm) => arm.mode === mode && modelTitle(arm) === name);
    return { name, plain: find("plain"), rag: find("rag") };
  });
}

function modelTitle({ model, quantization }: EvalArm): string {
  return `${model} ${quantization}`;
}

function armTitle(arm: EvalArm): string {
  const mode = modeTitles[arm.mode];
  return arm.model === "" ? mode : `${modelTitle(arm)}, ${mode}`;
}

function number(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}

function share(right: number, wrong: number): string {
  return right + wrong === 0 ? "–" : `${right} / ${right + wrong}`;
}
