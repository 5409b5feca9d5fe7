import type { AbstentionEval, Declined } from "../../contract/abstentionEval.ts";
import { defineCommand } from "../Command.ts";
import { followStream } from "../followStream.ts";
import { formatTable, share } from "../format.ts";

export const evalAbstention = defineCommand({
  name: "eval abstention",
  usage: "--data DIR [--elsewhere DIR]",
  summary: "Measures when Hearth says that documents do not answer a question",
  options: {
    data: {
      kind: "text",
      required: true,
      value: "DIR",
      help: "folder with corpus.jsonl, queries.jsonl and qrels.tsv",
    },
    elsewhere: {
      kind: "text",
      value: "DIR",
      help: "another such folder, whose questions the first does not answer",
    },
  },
  run: async (values, _positionals, context) => {
    const client = await context.engine();
    const result = await followStream(
      client.stream(
        "eval.abstention",
        {
          dataDir: context.absolute(values.data),
          ...(values.elsewhere === undefined
            ? {}
            : { elsewhereDir: context.absolute(values.elsewhere) }),
        },
        { signal: context.signal },
      ),
      ({ stage, done, total }) => context.terminal.progress(`${stage} ${share(done, total)}`),
    );
    return { json: result, text: abstentionText(result) };
  },
});

/** What is declined, as shipped and by halves, then the curve as shipped. */
function abstentionText(result: AbstentionEval): string {
  const { dataset, documents, shipped, halves, rewriting, sources } = result;
  const { answerable, removed, elsewhere } = shipped.questions;
  const head =
    `${dataset}: ${documents} documents; ${answerable} questions that they answer, ` +
    `${removed} whose document was taken away, ${elsewhere} about something else\n`;
  const declined = [
    ["declined", "threshold", "answerable", "removed", "elsewhere"],
    ["as shipped", ...row(shipped.atThreshold)],
    ["as shipped, at 10 %", ...row(shipped.atTenPercent)],
    ...halves.flatMap(({ fittedOn, atChosen, atTenPercent }) => [
      [`fitted on half ${fittedOn}, the other`, ...row(atChosen)],
      ["  the same, at 10 %", ...row(atTenPercent)],
    ]),
  ];
  const areas = [
    ["AUROC", "removed", "elsewhere"],
    ["as shipped", ...area(shipped.auroc)],
    ...halves.map(({ fittedOn, auroc }) => [
      `fitted on half ${fittedOn}, the other`,
      ...area(auroc),
    ]),
  ];
  const queries = [
    ["other queries tried", "questions", "without", "with", "difference, 95 % interval"],
    ...rewriting.map(({ of, questions, difference, ...shares }) => [
      of,
      String(questions),
      percent(shares.without),
      percent(shares.with),
      `${points(difference.mean)} [${points(difference.low)}, ${points(difference.high)}]`,
    ]),
  ];
  const others = [
    ["about something else", "questions", "declined"],
    ...sources.map(({ source, questions, declined: part }) => [
      source,
      String(questions),
      percent(part),
    ]),
  ];
  const curve = [
    ["curve as shipped", "answerable", "removed", "elsewhere"],
    ...shipped.curve.map(({ threshold, ...rest }) => [
      threshold.toFixed(2),
      ...row({ threshold, ...rest }).slice(1),
    ]),
  ];
  return [
    head,
    ...[declined, areas, queries, others, curve].map((table) => formatTable(table)),
  ].join("\n");
}

function row({ threshold, answerable, removed, elsewhere }: Declined): string[] {
  return [
    threshold.toFixed(3),
    percent(answerable),
    percent(removed),
    elsewhere === null ? "" : percent(elsewhere),
  ];
}

function area({ removed, elsewhere }: AbstentionEval["shipped"]["auroc"]): string[] {
  return [removed.toFixed(4), elsewhere === null ? "" : elsewhere.toFixed(4)];
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

/** A difference of shares in percentage points, with its sign. */
function points(difference: number): string {
  return `${difference < 0 ? "-" : "+"}${Math.abs(100 * difference).toFixed(1)}`;
}
