import type {
  ChatQuantRun,
  EmbedderQuantRun,
  EmbedderRow,
  QuantRow,
  QuantRun,
} from "../../../contract/quantBench.ts";
import { csvOf, markdownCell, markdownTable, type FieldValue } from "../../core/tables.ts";
import { scoreNames } from "../../eval/answers/summarizeCases.ts";

/** Runs as JSON text, with everything that was kept. */
export function toJson(runs: readonly QuantRun[]): string {
  return `${JSON.stringify({ runs }, null, 2)}\n`;
}

/** Runs as a table for spreadsheets: a row for each file; what does not apply to it is empty. */
export function toCsv(runs: readonly QuantRun[]): string {
  const rows = runs.flatMap((run) =>
    run.kind === "chat"
      ? run.rows.map((row) => ({ ...runFacts(run), ...fileFacts(row), ...chatFacts(run, row) }))
      : run.rows.map((row) => ({ ...runFacts(run), ...fileFacts(row), ...vectorFacts(run, row) })),
  );
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return csvOf([
    header,
    ...rows.map((row) => header.map((name) => (row as Record<string, FieldValue>)[name] ?? null)),
  ]);
}

type Facts = Record<string, FieldValue>;

function runFacts(run: QuantRun): Facts {
  return {
    date: new Date(run.at).toISOString(),
    hearth: run.hearthVersion,
    library: run.libraryVersion,
    processor: run.machine.processor,
    cores: run.machine.cores,
    memory_bytes: run.machine.memoryBytes,
    repeats: run.repeats,
    disturbed: run.disturbed,
  };
}

function fileFacts(row: QuantRow | EmbedderRow): Facts {
  return {
    model: row.model,
    quantization: row.quantization,
    parameters: row.parameters,
    finest: row.reference,
    file_bytes: row.bytes,
    device: row.device,
    gpu_layers: row.gpuLayers,
    threads: row.threads,
    context_tokens: row.contextTokens,
    load_ms: round(row.loadMs, 0),
    peak_bytes: row.peakBytes,
  };
}

function chatFacts(run: ChatQuantRun, { reading, answers, ...row }: QuantRow): Facts {
  const { against } = reading;
  const abstention = answers?.abstention;
  return {
    kv_type: row.kvType,
    prompt_tokens: row.promptTokens,
    prefill_tokens_per_second: round(row.prefill.median, 2),
    written_tokens: row.writtenTokens,
    decode_tokens_per_second: round(row.decode.median, 2),
    first_token_ms: round(row.firstTokenMs.median, 0),
    text: run.textHash,
    text_tokens: reading.tokens,
    perplexity: round(reading.perplexity, 4),
    perplexity_error: round(reading.perplexityError, 4),
    compared_tokens: against?.tokens ?? null,
    perplexity_ratio: round(against?.perplexityRatio ?? null, 5),
    perplexity_ratio_error: round(against?.ratioError ?? null, 5),
    divergence_nats: round(against?.divergence ?? null, 6),
    same_top_token: round(against?.sameTop ?? null, 4),
    questions: answers?.done ?? 0,
    seed: run.seed,
    ...Object.fromEntries(
      scoreNames
        .filter((name) => answers?.scores[name] !== null && answers !== null)
        .map((name) => [snakeCase(name), round(answers?.scores[name] ?? null, 4)]),
    ),
    answered: abstention?.answered ?? null,
    wrongly_declined: abstention?.wronglyDeclined ?? null,
    wrongly_answered: abstention?.wronglyAnswered ?? null,
    declined: abstention?.declined ?? null,
    answer_median_ms: round(answers?.medianMs ?? null, 0),
  };
}

function vectorFacts(run: EmbedderQuantRun, row: EmbedderRow): Facts {
  return {
    dataset: run.dataset,
    documents: run.documents,
    queries: run.queries,
    embedded_tokens_per_second: round(row.embedding.median, 1),
    query_ms: round(row.queryMs.median, 2),
    compared_texts: row.similarity?.texts ?? null,
    mean_cosine: round(row.similarity?.mean ?? null, 6),
    least_cosine: round(row.similarity?.least ?? null, 6),
    vector_ndcg_at_10: round(row.vector.ndcgAt10, 4),
    vector_recall_at_10: round(row.vector.recallAt10, 4),
    hybrid_ndcg_at_10: round(row.hybrid.ndcgAt10, 4),
    hybrid_recall_at_10: round(row.hybrid.recallAt10, 4),
  };
}

/** Runs as Markdown: a table for each, a row for each file. */
export function toMarkdown(runs: readonly QuantRun[]): string {
  return runs.map((run) => `${sectionsOf(run).join("\n\n")}\n`).join("\n");
}

function sectionsOf(run: QuantRun): string[] {
  const { machine } = run;
  const [first] = run.rows;
  const about = [
    `${new Date(run.at).toISOString()}, Hearth ${run.hearthVersion}, library ${run.libraryVersion}`,
    `${machine.processor}, ${machine.cores} cores, ${gigabytes(machine.memoryBytes)} of memory; ${first?.device ?? ""}, ${first?.threads ?? 0} threads, context ${first?.contextTokens ?? 0}`,
    `speeds are the middle of ${run.repeats} repetitions`,
    ...(run.kind === "chat" ? aboutChat(run) : aboutVectors(run)),
    ...(run.disturbed ? ["other models worked meanwhile: rates are too low"] : []),
  ];
  const title = run.kind === "chat" ? "Quantizations" : "Quantizations of the embedder";
  return [
    `# ${title}`,
    about.map((line) => `- ${markdownCell(line)}`).join("\n"),
    run.kind === "chat" ? chatTable(run) : vectorTable(run),
  ];
}

function aboutChat({ rows, questions, seed, textHash }: ChatQuantRun): string[] {
  const tokens = rows[0]?.reading.tokens ?? 0;
  return [
    `perplexity on one text of ${tokens} tokens (${textHash}), ± its standard error; the change, the divergence and “same token” are against the finest file`,
    questions > 0
      ? `answers: ${questions} questions about invented facts (seed ${seed}), so few that small differences are chance`
      : "no questions were put",
  ];
}

function chatTable({ rows, questions }: ChatQuantRun): string {
  const head = ["", "File", "Load", "Peak memory", "Reading tok/s", "Writing tok/s", "First token"];
  const quality = ["Perplexity", "Change", "Divergence", "Same token"];
  const scores = ["Answer in text", "F1", "Faithfulness", "Citation precision", "Declined rightly"];
  return markdownTable(
    [...head, ...quality, ...(questions > 0 ? scores : [])],
    rows.map((row) => [
      `${row.model} ${row.quantization}${row.reference ? " (finest)" : ""}`,
      megabytes(row.bytes),
      `${Math.round(row.loadMs)} ms`,
      row.peakBytes === null ? "–" : megabytes(row.peakBytes),
      row.prefill.median.toFixed(1),
      row.decode.median.toFixed(1),
      `${Math.round(row.firstTokenMs.median)} ms`,
      ...qualityCells(row),
      ...(questions > 0 ? answerCells(row) : []),
    ]),
  );
}

function qualityCells({ reading }: QuantRow): string[] {
  const { perplexity, perplexityError, against } = reading;
  const own = `${perplexity.toFixed(2)} ± ${perplexityError.toFixed(2)}`;
  if (!against) return [own, "–", "–", "–"];
  const change = 100 * (against.perplexityRatio - 1);
  return [
    own,
    `${change < 0 ? "−" : "+"}${Math.abs(change).toFixed(2)} ± ${(100 * against.ratioError).toFixed(2)} %`,
    against.divergence.toFixed(4),
    `${(100 * against.sameTop).toFixed(1)} %`,
  ];
}

function answerCells({ answers }: QuantRow): string[] {
  if (!answers) return ["–", "–", "–", "–", "–"];
  const { scores, abstention } = answers;
  const names = ["contained", "f1", "faithfulness", "citationPrecision"] as const;
  return [
    ...names.map((name) => scores[name]?.toFixed(2) ?? "–"),
    `${abstention.declined} / ${abstention.declined + abstention.wronglyAnswered}`,
  ];
}

function aboutVectors({ dataset, documents, queries }: EmbedderQuantRun): string[] {
  return [
    `${dataset}: ${documents} documents, ${queries} queries`,
    "cosines are with the finest file's vectors of the same texts",
  ];
}

function vectorTable({ rows }: EmbedderQuantRun): string {
  return markdownTable(
    [
      ...["", "File", "Load", "Peak memory", "Tokens/s", "Query"],
      ...["Mean cosine", "Least cosine", "Vector nDCG@10", "Vector recall@10"],
      ...["Hybrid nDCG@10", "Hybrid recall@10"],
    ],
    rows.map((row) => [
      `${row.model} ${row.quantization}${row.reference ? " (finest)" : ""}`,
      megabytes(row.bytes),
      `${Math.round(row.loadMs)} ms`,
      row.peakBytes === null ? "–" : megabytes(row.peakBytes),
      row.embedding.median.toFixed(0),
      `${row.queryMs.median.toFixed(1)} ms`,
      row.similarity?.mean.toFixed(5) ?? "–",
      row.similarity?.least.toFixed(5) ?? "–",
      row.vector.ndcgAt10.toFixed(4),
      row.vector.recallAt10.toFixed(4),
      row.hybrid.ndcgAt10.toFixed(4),
      row.hybrid.recallAt10.toFixed(4),
    ]),
  );
}

function round(value: number | null, digits: number): number | null {
  return value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]|\d+/gu, (part) => `_${part.toLowerCase()}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
