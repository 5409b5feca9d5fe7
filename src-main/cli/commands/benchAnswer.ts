import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { HearthError } from "../../contract/errors.ts";
import type { EngineConnection } from "../../supervisor/connectEngine.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { exitCodes } from "../exitCodes.ts";
import { followStream } from "../followStream.ts";
import { formatMs, formatTable } from "../format.ts";
import { ingestLine } from "../ingestPaths.ts";
import { benchSection } from "./benchAnswerTexts.ts";
import { connectHome, endEngine, makeHome, modelsToUse } from "./benchHome.ts";

const sectionsPerDocument = 100;
const warmUps = 3;
/** Evidence stands on the page after so many milliseconds, in 95 of 100 cases. */
const evidenceReachMs = 300;

export interface AnswerReport {
  chunks: number;
  documents: number;
  ingestMs: number;
  questions: number;
  /** Questions that were answered; the others were declined, though the library answers them. */
  answered: number;
  /** From the question to its evidence, over the contract, each question asked once. */
  evidence: { p50Ms: number; p95Ms: number; maxMs: number };
  /** Medians of the steps, as the receipts tell them. */
  steps: Record<string, number>;
  missed: string[];
}

export const benchAnswer = defineCommand({
  name: "bench answer",
  usage: "[--chunks N] [--questions N]",
  summary: "Measures how soon evidence stands on the page, without a chat model",
  options: {
    chunks: {
      kind: "number",
      integer: true,
      min: 100,
      max: 100_000,
      default: 10_000,
      value: "N",
      help: "passages in the library, one for each generated section",
    },
    questions: {
      kind: "number",
      integer: true,
      min: 1,
      max: 1_000,
      default: 40,
      value: "N",
      help: "questions, each asked once",
    },
  },
  run: async ({ chunks, questions }, _positionals, context) => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-bench-"));
    try {
      const report = await measure(folder, chunks, questions, context);
      return {
        json: report,
        text: formatReport(report),
        exitCode: report.missed.length === 0 ? exitCodes.ok : exitCodes.failed,
      };
    } finally {
      await fs.rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    }
  },
});

async function measure(
  folder: string,
  chunks: number,
  questions: number,
  context: CommandContext,
): Promise<AnswerReport> {
  const home = path.join(folder, "home");
  const documents = path.join(folder, "documents");
  const { embedder } = await modelsToUse(context);
  await makeHome(home, { embedder, chat: undefined });
  await writeDocuments(documents, chunks);
  const connection = await connectHome(home, context);
  try {
    const begun = performance.now();
    const taken = await followStream(
      connection.client.stream(
        "documents.ingest",
        { paths: [documents] },
        { signal: context.signal },
      ),
      (row) => context.terminal.progress(ingestLine(row)),
    );
    const ingestMs = performance.now() - begun;
    const failed = taken.documents.find(({ status }) => status !== "ready");
    if (failed) {
      throw new HearthError({ code: "internal", title: `${failed.name} was not taken in.` });
    }
    // Spread over the library, so that no two stand in the same document.
    const numberOf = (at: number): number => Math.floor(((at + 0.5) * chunks) / questions);
    for (let at = 0; at < warmUps; at += 1) await ask(connection, numberOf(at) + 1, context);
    const asked: Asked[] = [];
    for (let at = 0; at < questions; at += 1) {
      context.terminal.progress(`Question ${at + 1} of ${questions}`);
      asked.push(await ask(connection, numberOf(at), context));
    }
    return reportOf(asked, {
      chunks: taken.documents.reduce((sum, one) => sum + one.chunks, 0),
      documents: taken.documents.length,
      ingestMs,
    });
  } finally {
    await endEngine(connection);
  }
}

interface Asked {
  /** Null where the question was declined. */
  evidenceMs: number | null;
  steps: readonly { name: string; ms: number }[];
}

async function ask(
  { client }: EngineConnection,
  number: number,
  { signal }: CommandContext,
): Promise<Asked> {
  const { question } = benchSection(number);
  const begun = performance.now();
  let evidenceMs: number | null = null;
  const { receipt } = await followStream(
    client.stream("ask.run", { question }, { signal }),
    (event) => {
      if (event.type === "evidence") evidenceMs ??= performance.now() - begun;
    },
  );
  return { evidenceMs, steps: receipt.steps };
}

function reportOf(
  asked: readonly Asked[],
  library: Pick<AnswerReport, "chunks" | "documents" | "ingestMs">,
): AnswerReport {
  const times = asked.flatMap(({ evidenceMs }) => evidenceMs ?? []).toSorted((a, b) => a - b);
  const names = new Set(asked.flatMap(({ steps }) => steps.map(({ name }) => name)));
  const steps = [...names].map((name): [string, number] => [
    name,
    quantile(
      asked
        .flatMap((one) => one.steps.filter((step) => step.name === name).map(({ ms }) => ms))
        .toSorted((a, b) => a - b),
      0.5,
    ),
  ]);
  const evidence = {
    p50Ms: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    maxMs: quantile(times, 1),
  };
  return {
    ...library,
    questions: asked.length,
    answered: times.length,
    evidence,
    steps: Object.fromEntries(steps),
    missed: [
      evidence.p95Ms > evidenceReachMs
        ? `evidence takes more than ${evidenceReachMs} ms in 5 of 100 cases`
        : "",
      times.length < 0.9 * asked.length ? "more than one in ten answerable questions declined" : "",
    ].filter((line) => line !== ""),
  };
}

/** @param sorted ascending; 0 where there is none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

async function writeDocuments(folder: string, sections: number): Promise<void> {
  await fs.mkdir(folder);
  for (let first = 0; first < sections; first += sectionsPerDocument) {
    const count = Math.min(sectionsPerDocument, sections - first);
    const texts = Array.from({ length: count }, (_, at) => benchSection(first + at).text);
    await fs.writeFile(path.join(folder, `places-${first}.md`), texts.join("\n"));
  }
}

function formatReport(report: AnswerReport): string {
  const { evidence, steps } = report;
  const rows = [
    ["library", `${report.documents} documents, ${report.chunks} chunks`],
    ["taken in within", formatMs(report.ingestMs)],
    ["answered", `${report.answered} of ${report.questions}`],
    [
      "evidence",
      `${formatMs(evidence.p50Ms)} in the middle, ${formatMs(evidence.p95Ms)} in 95 of 100, ${formatMs(evidence.maxMs)} at most (to reach: ${evidenceReachMs} ms)`,
    ],
    ...Object.entries(steps).map(([name, ms]) => [name, `${formatMs(ms)} in the middle`]),
  ];
  return formatTable(rows) + report.missed.map((line) => `Missed: ${line}\n`).join("");
}
