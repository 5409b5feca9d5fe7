import type { RetrievalEval } from "../../contract/system.ts";
import { defineCommand } from "../Command.ts";
import { followStream } from "../followStream.ts";
import { formatMs, formatTable, share } from "../format.ts";

export const evalRetrieval = defineCommand({
  name: "eval retrieval",
  usage: "--data DIR",
  summary: "Measures search on a collection with judgements",
  options: {
    data: {
      kind: "text",
      required: true,
      value: "DIR",
      help: "folder with corpus.jsonl, queries.jsonl and qrels.tsv",
    },
  },
  run: async (values, _positionals, context) => {
    const client = await context.engine();
    const result = await followStream(
      client.stream(
        "eval.retrieval",
        { dataDir: context.absolute(values.data) },
        { signal: context.signal },
      ),
      ({ stage, done, total }) => context.terminal.progress(`${stage} ${share(done, total)}`),
    );
    return { json: toEvalJson(result), text: evalText(result) };
  },
});

export function toEvalJson(result: RetrievalEval): Record<string, unknown> {
  const { dataset, documents, queries, arms, ingestMs } = result;
  return { dataset, documents, queries, arms, ingestMs };
}

function evalText({ dataset, documents, queries, arms, ingestMs }: RetrievalEval): string {
  const rows = (["keyword", "vector", "hybrid"] as const).map((arm) => [
    arm,
    ...Object.values(arms[arm]).map((value) => value.toFixed(4)),
  ]);
  const head = `${dataset}: ${documents} documents, ${queries} queries, taken in within ${formatMs(ingestMs)}\n`;
  return head + formatTable([["", ...Object.keys(arms.hybrid)], ...rows]);
}
