import type {
  ChatQuantRun,
  EmbedderQuantRun,
  QuantBenchProgress,
  QuantRow,
  QuantRun,
} from "../../contract/quantBench.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { modelIdsOf } from "../findModel.ts";
import { followStream } from "../followStream.ts";
import { formatBytes, formatMs, formatTable, share } from "../format.ts";
import { UsageError } from "../UsageError.ts";

const formats = ["markdown", "csv", "json", "svg"] as const;

export const benchQuants = defineCommand({
  name: "bench quants",
  usage: "[--models A,B] [--questions N] [--embedders [--data DIR]] [--format FORMAT]",
  summary: "Compares quantizations here: size, load, memory, speed, perplexity, answers",
  options: {
    models: {
      kind: "list",
      value: "MODEL",
      help: "files to compare, by name, file or id (default: all of the model in use)",
    },
    questions: {
      kind: "number",
      integer: true,
      min: 0,
      max: 140,
      default: 12,
      value: "N",
      help: "about invented facts, put to each chat model (default 12; 0 for none)",
    },
    repeats: {
      kind: "number",
      integer: true,
      min: 1,
      max: 20,
      default: 3,
      value: "N",
      help: "repetitions of each speed; the middle one counts (default 3)",
    },
    seed: {
      kind: "number",
      integer: true,
      min: 0,
      max: 4_294_967_295,
      default: 1,
      help: "of the invented facts (default 1)",
    },
    embedders: { kind: "flag", help: "compare files of the model that makes vectors for search" },
    data: {
      kind: "text",
      value: "DIR",
      help: "with --embedders: folder with corpus.jsonl, queries.jsonl and qrels.tsv",
    },
    runs: { kind: "flag", help: "measure nothing; print the runs that are kept" },
    format: {
      kind: "text",
      value: "FORMAT",
      help: "print as markdown, csv or json, or the chart as svg",
    },
  },
  run: async (values, _positionals, context) => {
    if (values.data !== undefined && !values.embedders)
      throw new UsageError("--data needs --embedders.");
    const format = formats.find((one) => one === values.format) ?? null;
    if (values.format !== undefined && format === null)
      throw new UsageError(`--format takes ${formats.join(", ")}, not “${values.format}”.`);
    const client = await context.engine();
    if (values.runs) {
      const { runs } = await client.call("quants.list", {}, { signal: context.signal });
      return await show(runs, format, context);
    }
    const run = await followStream(
      client.stream(
        "quants.run",
        {
          kind: values.embedders ? "embedding" : "chat",
          modelIds: await modelIdsOf(values.models, context),
          questions: values.questions,
          repeats: values.repeats,
          seed: values.seed,
          dataDir: values.data === undefined ? null : context.absolute(values.data),
        },
        { signal: context.signal },
      ),
      (progress) => context.terminal.progress(describe(progress)),
    );
    const { text } = await show([run], format, context);
    return { json: run, text };
  },
});

async function show(
  runs: readonly QuantRun[],
  format: (typeof formats)[number] | null,
  context: CommandContext,
): Promise<{ json: unknown; text: string }> {
  if (runs.length === 0) return { json: { runs }, text: "Nothing has been compared yet.\n" };
  if (format === null) return { json: { runs }, text: runs.map(quantsText).join("\n") };
  const client = await context.engine();
  const ids = runs.map(({ id }) => id);
  const { text } = await client.call("quants.export", { ids, format }, { signal: context.signal });
  return { json: { runs }, text };
}

const stages = {
  text: "reads the text",
  documents: "taking in the documents of the questions",
  loading: "is loaded",
  speed: "speed",
  answers: "answers",
  vectors: "makes vectors",
  search: "search",
} as const;

function describe(progress: QuantBenchProgress): string {
  const { stage, model, quantization, file, files, done, total, fraction } = progress;
  const name = `${model} ${quantization}`.trim();
  const where = stage === "documents" || name === "" ? "" : `${file} of ${files}, ${name}: `;
  return [`${share(fraction, 1)} · ${where}${stages[stage]}`, share(done, total)]
    .filter((part) => part !== "")
    .join(" ");
}

/** A row for each file. */
export function quantsText(run: QuantRun): string {
  return run.kind === "chat" ? chatText(run) : vectorText(run);
}

function chatText(run: ChatQuantRun): string {
  const asked = run.questions > 0;
  const [first] = run.rows;
  const table = formatTable([
    [
      ...["FILE", "SIZE", "LOAD", "PEAK", "READS", "WRITES", "FIRST TOKEN"],
      ...["PERPLEXITY", "CHANGE", "DIVERGENCE", "SAME TOKEN"],
      ...(asked ? ["ANSWER", "F1", "FAITHFUL", "CITED RIGHT", "DECLINED"] : []),
    ],
    ...run.rows.map((row) => [
      `${row.model} ${row.quantization}`,
      formatBytes(row.bytes),
      formatMs(row.loadMs),
      row.peakBytes === null ? "–" : formatBytes(row.peakBytes),
      `${row.prefill.median.toFixed(1)} tok/s`,
      `${row.decode.median.toFixed(1)} tok/s`,
      formatMs(row.firstTokenMs.median),
      ...qualityCells(row),
      ...(asked ? answerCells(row) : []),
    ]),
  ]);
  const notes = [
    `Perplexity on one text of ${first?.reading.tokens ?? 0} tokens, ± its standard error; change, divergence (nats) and “same token” are against the finest file.`,
    ...(asked
      ? [
          `Answers: ${run.questions} questions about invented facts; with so few, small differences are chance.`,
        ]
      : []),
    ...disturbedNote(run),
  ];
  return `${table}${notes.join("\n")}\n`;
}

function qualityCells({ reading }: QuantRow): string[] {
  const { perplexity, perplexityError, against } = reading;
  const own = `${perplexity.toFixed(2)} ± ${perplexityError.toFixed(2)}`;
  if (!against) return [own, "finest", "–", "–"];
  const change = 100 * (against.perplexityRatio - 1);
  return [
    own,
    `${change < 0 ? "-" : "+"}${Math.abs(change).toFixed(2)} ± ${(100 * against.ratioError).toFixed(2)} %`,
    against.divergence.toFixed(4),
    `${(100 * against.sameTop).toFixed(1)} %`,
  ];
}

function answerCells({ answers }: QuantRow): string[] {
  if (!answers) return [];
  const { scores, abstention } = answers;
  const names = ["contained", "f1", "faithfulness", "citationPrecision"] as const;
  return [
    ...names.map((name) => scores[name]?.toFixed(2) ?? "–"),
    `${abstention.declined} of ${abstention.declined + abstention.wronglyAnswered}`,
  ];
}

function vectorText(run: EmbedderQuantRun): string {
  const table = formatTable([
    [
      ...["FILE", "SIZE", "LOAD", "PEAK", "EMBEDS", "QUERY", "MEAN COSINE", "LEAST COSINE"],
      ...["VECTOR NDCG@10", "RECALL@10", "HYBRID NDCG@10", "RECALL@10"],
    ],
    ...run.rows.map((row) => [
      `${row.model} ${row.quantization}`,
      formatBytes(row.bytes),
      formatMs(row.loadMs),
      row.peakBytes === null ? "–" : formatBytes(row.peakBytes),
      `${row.embedding.median.toFixed(0)} tok/s`,
      `${row.queryMs.median.toFixed(1)} ms`,
      row.similarity?.mean.toFixed(5) ?? "finest",
      row.similarity?.least.toFixed(5) ?? "–",
      ...[row.vector.ndcgAt10, row.vector.recallAt10].map((value) => value.toFixed(4)),
      ...[row.hybrid.ndcgAt10, row.hybrid.recallAt10].map((value) => value.toFixed(4)),
    ]),
  ]);
  const head = `${run.dataset}: ${run.documents} documents, ${run.queries} queries\n`;
  return `${head}${table}${disturbedNote(run)
    .map((note) => `${note}\n`)
    .join("")}`;
}

function disturbedNote({ disturbed }: QuantRun): string[] {
  return disturbed ? ["Other models worked meanwhile: the rates are too low."] : [];
}
