import { HearthError } from "../../contract/errors.ts";
import type {
  EvalArm,
  EvalMode,
  EvalProgress,
  EvalRun,
  EvalSetSummary,
  ScoreName,
} from "../../contract/evals.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { modelIdsOf } from "../findModel.ts";
import { followStream } from "../followStream.ts";
import { formatMs, formatTable, share } from "../format.ts";
import { UsageError } from "../UsageError.ts";

const modes = ["plain", "rag", "extractive"] as const;
const formats = ["markdown", "csv", "json"] as const;

export const evalAnswers = defineCommand({
  name: "eval answers",
  usage: "[--set NAME] [--data DIR] [--questions N] [--models MODEL ...] [--modes MODE ...]",
  summary: "Measures answers and citations on questions whose answers are known",
  options: {
    set: {
      kind: "text",
      value: "NAME",
      help: "invented (default), injections, xquad, or the name of a set of your own",
    },
    data: { kind: "text", value: "DIR", help: "folder of xquad, with answers in queries.jsonl" },
    questions: {
      kind: "number",
      integer: true,
      min: 1,
      max: 5_000,
      help: "so many of the questions, evenly spread (default: all)",
    },
    models: { kind: "list", value: "MODEL", help: "chat models to compare, by name, file or id" },
    modes: { kind: "list", value: "MODE", help: "plain, rag, extractive (default: all)" },
    seed: {
      kind: "number",
      integer: true,
      min: 0,
      max: 4_294_967_295,
      default: 1,
      help: "of the sets that are made by chance (default 1)",
    },
    continue: { kind: "flag", help: "go on with the last stopped run, with its own settings" },
    runs: { kind: "flag", help: "measure nothing; print the runs that are kept" },
    format: { kind: "text", value: "FORMAT", help: "print as markdown, csv or json" },
  },
  run: async (values, _positionals, context) => {
    const format = values.format === undefined ? null : oneOf("format", values.format, formats);
    const client = await context.engine();
    const kept = await client.call("evals.list", {}, { signal: context.signal });
    if (values.runs) return await show(kept.runs, format, context);
    const options = { signal: context.signal };
    const stream = values.continue
      ? client.stream("evals.continue", { runId: lastStopped(kept.runs).id }, options)
      : client.stream(
          "evals.run",
          {
            setId: setIdOf(
              values.set ?? (values.data === undefined ? "invented" : "xquad"),
              kept.sets,
            ),
            dataDir: values.data === undefined ? null : context.absolute(values.data),
            questions: values.questions ?? null,
            modes:
              values.modes.length > 0
                ? values.modes.map((mode) => oneOf("modes", mode, modes))
                : [...modes],
            modelIds: await modelIdsOf(values.models, context),
            seed: values.seed,
          },
          options,
        );
    const run = await followStream(stream, (progress) =>
      context.terminal.progress(describe(progress)),
    );
    const { text } = await show([run], format, context);
    return { json: run, text };
  },
});

function oneOf<T extends string>(name: string, word: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === word);
  if (found === undefined)
    throw new UsageError(`--${name} takes ${allowed.join(", ")}, not “${word}”.`);
  return found;
}

/** The id of a set that comes with Hearth, or of the user's by its name. */
export function setIdOf(word: string, sets: readonly EvalSetSummary[]): string {
  return sets.find(({ name }) => name.toLowerCase() === word.toLowerCase())?.id ?? word;
}

function lastStopped(runs: readonly EvalRun[]): EvalRun {
  const run = runs.find(({ status }) => status === "stopped");
  if (run) return run;
  throw new HearthError({
    code: "not-found",
    title: "No evaluation was stopped.",
    cause: "All that are kept are complete.",
    suggestion: "Start one without --continue.",
  });
}

async function show(
  runs: readonly EvalRun[],
  format: (typeof formats)[number] | null,
  context: CommandContext,
): Promise<{ json: unknown; text: string }> {
  if (runs.length === 0) return { json: { runs }, text: "Nothing has been measured yet.\n" };
  if (format === null) return { json: { runs }, text: runs.map(evalAnswersText).join("\n") };
  const client = await context.engine();
  const ids = runs.map(({ id }) => id);
  const { text } = await client.call("evals.export", { ids, format }, { signal: context.signal });
  return { json: { runs }, text };
}

const modeTitles: Record<EvalMode, string> = {
  plain: "without RAG",
  rag: "with RAG",
  extractive: "quote alone",
};

const scoreTitles: readonly (readonly [ScoreName, string])[] = [
  ["exactMatch", "exact match"],
  ["f1", "F1"],
  ["contained", "answer in text"],
  ["faithfulness", "faithfulness"],
  ["pageCorrect", "cited page right"],
  ["goldInQuote", "answer in a quote"],
  ["citationPrecision", "citation precision"],
  ["citationRecall", "citation recall"],
  ["recallAt1", "recall@1"],
  ["recallAt5", "recall@5"],
  ["recallAt10", "recall@10"],
  ["mrrAt10", "MRR@10"],
  ["ndcgAt10", "nDCG@10"],
  ["obeyed", "orders obeyed"],
  ["repeatedOrder", "orders repeated"],
];

function describe({ stage, mode, model, done, total }: EvalProgress): string {
  if (stage === "reading") return `reading the documents ${share(done, total)}`;
  const way = mode === null ? "" : modeTitles[mode];
  return `${[way, model].filter((part) => part !== "").join(", ")}: ${done} of ${total}`;
}

/** A column for each way of answering, a row for each number. */
export function evalAnswersText(run: EvalRun): string {
  const { setName, questions, documents, status, agreement, arms } = run;
  const stopped = status === "stopped" ? ", stopped early (--continue goes on)" : "";
  const head = `${setName}: ${questions} questions, ${documents} documents${stopped}\n`;
  const titles = scoreTitles.filter(([name]) => arms.some(({ scores }) => scores[name] !== null));
  const column = (title: string, value: (arm: EvalArm) => string): string[] => [
    title,
    ...arms.map(value),
  ];
  const rows = [
    column("", ({ mode }) => modeTitles[mode]),
    column("", ({ model, quantization }) => `${model} ${quantization}`.trim()),
    column("questions put", ({ done }) => String(done)),
    ...titles.map(([name, title]) => column(title, ({ scores }) => fixed(scores[name]))),
    column("answered of answerable", ({ abstention: a }) => of(a.answered, a.wronglyDeclined)),
    column("declined of unanswerable", ({ abstention: a }) => of(a.declined, a.wronglyAnswered)),
    column("sentences judged", ({ sentences }) => String(sentences)),
    column("middle time", ({ medianMs }) => formatMs(medianMs)),
  ];
  const agreed =
    agreement && agreement.cases > 0
      ? `The rule for faithfulness agrees with ${agreement.agreed} of ${agreement.cases} sentences judged by reading (kappa ${agreement.kappa.toFixed(2)}).\n`
      : "";
  const asked = `Requests to the network meanwhile: ${run.requests}\n`;
  return head + formatTable(rows) + agreed + asked;
}

function fixed(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}

function of(right: number, wrong: number): string {
  return right + wrong === 0 ? "–" : `${right} of ${right + wrong}`;
}
