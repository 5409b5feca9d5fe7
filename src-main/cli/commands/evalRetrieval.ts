import type { Metrics, RetrievalEval } from "../../contract/system.ts";
import { defineCommand } from "../Command.ts";
import { followStream } from "../followStream.ts";
import { formatMs, formatTable, share } from "../format.ts";

export const evalRetrieval = defineCommand({
  name: "eval retrieval",
  usage: "--data DIR [--ablate] [--folds N]",
  summary: "Measures search on a collection with judgements",
  options: {
    data: {
      kind: "text",
      required: true,
      value: "DIR",
      help: "folder with corpus.jsonl, queries.jsonl and qrels.tsv",
    },
    ablate: { kind: "flag", help: "also with each technique switched off, and what each gains" },
    folds: {
      kind: "number",
      integer: true,
      min: 2,
      max: 20,
      help: "also with settings chosen on all folds of the queries but one, for that one",
    },
  },
  run: async (values, _positionals, context) => {
    const client = await context.engine();
    const result = await followStream(
      client.stream(
        "eval.retrieval",
        {
          dataDir: context.absolute(values.data),
          ablate: values.ablate,
          ...(values.folds === undefined ? {} : { folds: values.folds }),
        },
        { signal: context.signal },
      ),
      ({ stage, done, total }) => context.terminal.progress(`${stage} ${share(done, total)}`),
    );
    return { json: toEvalJson(result), text: evalText(result) };
  },
});

export function toEvalJson(result: RetrievalEval): Record<string, unknown> {
  const { dataset, documents, queries, arms, ingestMs, ablation, folds } = result;
  return {
    dataset,
    documents,
    queries,
    arms,
    ingestMs,
    ...(ablation ? { ablation } : {}),
    ...(folds ? { folds } : {}),
  };
}

/** As two tables: what was found, and what each technique gains. */
export function evalText(result: RetrievalEval): string {
  const { dataset, documents, queries, arms, ingestMs, ablation, folds } = result;
  const rows = [
    ...(["keyword", "vector", "hybrid"] as const).map((arm) => [arm, ...numbers(arms[arm])]),
    ...(ablation ?? []).map(({ name, metrics }) => [name, ...numbers(metrics)]),
    ...(folds ? [[`hybrid, ${folds.folds} folds`, ...numbers(folds.metrics)]] : []),
  ];
  const gains = [
    ...(ablation ?? []).map(({ name, gain }) => [`hybrid over ${name}`, ...intervals(gain)]),
    ...(folds ? [[`${folds.folds} folds over rank fusion`, ...intervals(folds.gain)]] : []),
  ];
  const head = `${dataset}: ${documents} documents, ${queries} queries, taken in within ${formatMs(ingestMs)}\n`;
  const measured = head + formatTable([["", ...Object.keys(arms.hybrid)], ...rows]);
  if (gains.length === 0) return measured;
  return `${measured}\n${formatTable([["gain, 95 % interval", "ndcgAt10", "recallAt10"], ...gains])}`;
}

function numbers(metrics: Metrics): string[] {
  return Object.values(metrics).map((value) => value.toFixed(4));
}

type Gain = NonNullable<RetrievalEval["folds"]>["gain"];

function intervals({ ndcgAt10, recallAt10 }: Gain): string[] {
  return [ndcgAt10, recallAt10].map(
    ({ mean, low, high }) => `${signed(mean)} [${signed(low)}, ${signed(high)}]`,
  );
}

function signed(value: number): string {
  return `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(4)}`;
}
