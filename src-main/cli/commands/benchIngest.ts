import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError } from "../../contract/errors.ts";
import type { EngineConnection } from "../../supervisor/connectEngine.ts";
import { LoopLag, type Lag } from "../../supervisor/LoopLag.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { exitCodes } from "../exitCodes.ts";
import { followStream } from "../followStream.ts";
import { formatMs, formatTable } from "../format.ts";
import { ingestLine } from "../ingestPaths.ts";
import { connectHome, endEngine, makeHome, modelsToUse, type UsedModels } from "./benchHome.ts";
import { measureChatBesideIngest, type ChatBesideIngest } from "./benchIngestChat.ts";
import { benchPdf } from "./benchPdf.ts";
import { wordText } from "./benchTexts.ts";

const bookName = "book.pdf";
const wordsPerPage = 420;
const wordsPerFile = 40;
/** Wall time may be so much longer than the time that the work needs at least. */
const reach = 1.15;
/** Reading a PDF reaches so much of the speed of its parser alone. */
const parserReach = 0.9;
/** What is due waits no longer, in 99 of 100 cases, in milliseconds. */
const lagReach = 50;
/** A chat keeps so much of its speed. */
const chatReach = 0.8;
const readingRounds = 7;
const pollMs = 200;

export interface IngestReport {
  documents: number;
  chunks: number;
  wallMs: number;
  /** How long each stage worked, while the others did too. */
  busyMs: { reading: number; embedding: number; writing: number };
  /** The longest stage once more, with nothing beside it. */
  embeddingAloneMs: number;
  /** Of all processes together; null where this system does not tell it. */
  cpuMs: number | null;
  cores: number;
  /** Wall time by the larger of the longest stage alone and the processor time of one core. */
  ratio: number;
  /** Reading the PDF beside what its parser alone does, medians of paired rounds. */
  pdf: { pages: number; pagesPerSecond: number; barePagesPerSecond: number; ratio: number };
  /** How late the event loops were while documents were taken in: the engine's, and the face's. */
  lag: { engine: Lag; face: Lag };
  /** Null where there is no chat model. */
  chat: ChatBesideIngest | null;
  missed: string[];
}

export const benchIngest = defineCommand({
  name: "bench ingest",
  usage: "[--pages N] [--files N]",
  summary: "Measures how well the stages of taking documents in work side by side",
  options: {
    pages: {
      kind: "number",
      integer: true,
      min: 1,
      max: 10_000,
      default: 200,
      value: "N",
      help: "pages of the one PDF",
    },
    files: {
      kind: "number",
      integer: true,
      min: 1,
      max: 9_000,
      default: 1_000,
      value: "N",
      help: "small text files beside it",
    },
  },
  run: async ({ pages, files }, _positionals, context) => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-bench-"));
    try {
      const report = await measure(folder, pages, files, context);
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
  pages: number,
  files: number,
  context: CommandContext,
): Promise<IngestReport> {
  const home = path.join(folder, "home");
  const documents = path.join(folder, "documents");
  const models = await modelsToUse(context);
  await makeHome(home, { embedder: models.embedder, chat: undefined });
  context.terminal.progress("Writing the documents");
  await writeDocuments(documents, pages, files);

  const first = await connectHome(home, context);
  const { client } = first;
  // Loading the model is no part of it.
  await client.call("embeddings.run", { texts: ["warm"] }, { signal: context.signal });
  const cpuBefore = await cpuMsOf(first.pid);
  const faceLag = new LoopLag();
  faceLag.take();
  await client.call("bench.lag", {});
  const begun = performance.now();
  const taken = await followStream(
    client.stream("documents.ingest", { paths: [documents] }, { signal: context.signal }),
    (row) => context.terminal.progress(ingestLine(row)),
  );
  const wallMs = performance.now() - begun;
  const lag = { engine: await client.call("bench.lag", {}), face: faceLag.take() };
  faceLag.stop();
  const busyMs = await client.call("documents.stages", {});
  const cpuAfter = await cpuMsOf(first.pid);
  const failed = taken.documents.find(({ status }) => status !== "ready");
  if (failed)
    throw new HearthError({ code: "internal", title: `${failed.name} was not taken in.` });
  context.terminal.progress("Reading the PDF, and its parser alone");
  const pdf = await client.call(
    "bench.reading",
    { path: path.join(documents, bookName), rounds: readingRounds },
    { signal: context.signal },
  );
  await endEngine(first);

  context.terminal.progress("The same once more, embedding alone");
  await fs.rm(path.join(home, "index"), { recursive: true });
  const second = await connectHome(home, context);
  await rebuilt(second, context);
  const alone = await second.client.call("documents.stages", {});
  await endEngine(second);

  const chat = models.chat
    ? await besideChat(path.join(folder, "chat"), models, documents, context)
    : null;

  const cores = os.availableParallelism();
  const cpuMs = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore;
  const least = Math.max(alone.embedding, (cpuMs ?? 0) / cores);
  const ratio = wallMs / least;
  return {
    documents: taken.documents.length,
    chunks: taken.documents.reduce((sum, { chunks }) => sum + chunks, 0),
    wallMs,
    busyMs,
    embeddingAloneMs: alone.embedding,
    cpuMs,
    cores,
    ratio,
    pdf,
    lag,
    chat,
    missed: [
      ratio > reach ? `the wall time is more than ${reach} times what it needs at least` : "",
      pdf.ratio < parserReach ? `PDFs are read at less than ${parserReach} of the parser` : "",
      lag.engine.p99Ms > lagReach ? `the engine's event loop lags over ${lagReach} ms` : "",
      lag.face.p99Ms > lagReach ? `the face's event loop lags over ${lagReach} ms` : "",
      chat && chat.ratio < chatReach ? `a chat keeps less than ${chatReach} of its speed` : "",
    ].filter((line) => line !== ""),
  };
}

/** In a home of its own, so that it changes nothing of the other numbers. */
async function besideChat(
  home: string,
  models: UsedModels,
  documents: string,
  context: CommandContext,
): Promise<ChatBesideIngest | null> {
  if (!models.chat) return null;
  context.terminal.progress("A chat, alone and beside the same work");
  await makeHome(home, models);
  const connection = await connectHome(home, context);
  const { client } = connection;
  await client.call("embeddings.run", { texts: ["warm"] }, { signal: context.signal });
  const listed = await client.call("models.list", {});
  const { name } = models.chat;
  const chat = listed.models.find((model) => model.name === name) ?? models.chat;
  const measured = await measureChatBesideIngest(connection, chat, [documents], context.signal);
  await endEngine(connection);
  return measured;
}

async function writeDocuments(folder: string, pages: number, files: number): Promise<void> {
  await fs.mkdir(folder);
  await fs.writeFile(
    path.join(folder, bookName),
    benchPdf(pages, (page) => wordText(wordsPerPage, page)),
  );
  for (let number = 1; number <= files; number++) {
    const text = `Note ${number}. ${wordText(wordsPerFile, pages + number)}.\n`;
    await fs.writeFile(path.join(folder, `note-${number}.txt`), text);
  }
}

/** Waits until the index holds all documents again. */
async function rebuilt({ client }: EngineConnection, { signal }: CommandContext): Promise<void> {
  for (let seen = false; ;) {
    const { progress, documents } = await client.call("documents.list", {}, { signal });
    seen ||= progress !== null;
    if (seen && progress === null && documents.every(({ status }) => status === "ready")) return;
    await sleep(pollMs, undefined, { signal });
  }
}

/** Processor time of a process and those that it started, so far; null where it cannot be seen. */
async function cpuMsOf(pid: number): Promise<number | null> {
  if (process.platform !== "linux") return null;
  const ticksPerSecond = 100;
  let ticks = 0;
  for (const entry of await fs.readdir("/proc")) {
    if (!/^\d+$/u.test(entry)) continue;
    const stat = await fs.readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    // Behind the name, which may hold anything: state, parent, …, user and system time.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const isOwn = entry === String(pid) || fields[1] === String(pid);
    if (isOwn) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks / ticksPerSecond) * 1000;
}

function formatReport(report: IngestReport): string {
  const { busyMs, cpuMs, cores, pdf, lag, chat } = report;
  const rows = [
    ["documents", `${report.documents} (${report.chunks} chunks)`],
    ["wall time", formatMs(report.wallMs)],
    ["reading", formatMs(busyMs.reading)],
    ["embedding", formatMs(busyMs.embedding)],
    ["writing", formatMs(busyMs.writing)],
    ["embedding alone", formatMs(report.embeddingAloneMs)],
    ["processor time", cpuMs === null ? "–" : `${formatMs(cpuMs)} on ${cores} cores`],
    ["ratio", `${report.ratio.toFixed(2)} (to reach: ${reach})`],
    [
      "reading the PDF",
      `${pdf.pagesPerSecond.toFixed(0)} pages per second, ${pdf.ratio.toFixed(2)} of its parser (to reach: ${parserReach})`,
    ],
    ["engine's lag", lagText(lag.engine)],
    ["face's lag", lagText(lag.face)],
    [
      "chat meanwhile",
      chat === null
        ? "no chat model"
        : `${chat.duringTokensPerSecond.toFixed(1)} tokens per second, ${chat.ratio.toFixed(2)} of alone (to reach: ${chatReach})`,
    ],
  ];
  return formatTable(rows) + report.missed.map((line) => `Missed: ${line}\n`).join("");
}

function lagText({ p99Ms, maxMs }: Lag): string {
  return `${formatMs(p99Ms)} in 99 of 100, ${formatMs(maxMs)} at most (to reach: ${lagReach} ms)`;
}
