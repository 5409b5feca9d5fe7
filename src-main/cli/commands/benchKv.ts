import type { ModelActivity } from "../../contract/activity.ts";
import type { GenerationStats } from "../../contract/chat.ts";
import { HearthError } from "../../contract/errors.ts";
import type { Routes } from "../../contract/routes.ts";
import type { RpcClient } from "../../rpc/RpcClient.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { modelIdOf } from "../findModel.ts";
import { followStream } from "../followStream.ts";
import { formatBytes, formatMs, formatTable } from "../format.ts";
import { kvReport, planChats, type KvReport, type KvSample } from "./benchKvReport.ts";
import { wordText } from "./benchTexts.ts";

type Client = RpcClient<Routes>;
type ModelChoice = Awaited<ReturnType<typeof modelIdOf>>;

/** What the words around two messages take, about. */
const templateTokens = 24;
const answerTokens = 48;
const shownSamples = 24;

export const benchKv = defineCommand({
  name: "bench kv",
  usage: "[--model M] [--chats N] [--prefix TOKENS] [--fill SHARE]",
  summary: "Measures how much of the KV memory holds something when several chats fill it",
  options: {
    model: { kind: "text", value: "M", help: "id, name or file of the model" },
    chats: {
      kind: "number",
      integer: true,
      min: 1,
      max: 64,
      default: 8,
      value: "N",
      help: "chats at once, of mixed length",
    },
    prefix: {
      kind: "number",
      integer: true,
      min: 1,
      max: 100_000,
      default: 500,
      value: "TOKENS",
      help: "what all chats begin with",
    },
    fill: {
      kind: "number",
      integer: false,
      min: 0.05,
      max: 1,
      default: 0.98,
      value: "SHARE",
      help: "how much of the memory the chats need together",
    },
  },
  run: async ({ model: word, chats, prefix, fill }, _positionals, context) => {
    const client = await context.engine();
    const model = await modelIdOf(word, context);
    const system = `You know these words: ${wordText(prefix, 1)}`;
    const probe = await emptyAndProbe(client, model, system, context);
    const plan = planChats({
      chats,
      cells: probe.activity.kvCells,
      contextTokens: probe.activity.contextTokens,
      prefixTokens: probe.prefixTokens,
      addedTokens: templateTokens + answerTokens,
      fill,
    });
    const samples: KvSample[] = [];
    const begun = performance.now();
    const stop = client.watch("activity.state", {}, ({ models }) => {
      const activity = models.find(({ modelId }) => modelId === probe.activity.modelId);
      if (activity) samples.push(toSample(activity, performance.now() - begun));
    });
    const ticking = setInterval(() => {
      const last = samples.at(-1);
      if (last) context.terminal.progress(`${last.cellsUsed} of ${last.cells} cells`);
    }, 500);
    let stats: GenerationStats[];
    try {
      stats = await Promise.all(
        plan.ownWords.map((count, at) =>
          chatOnce(client, model, { system, prompt: wordText(count, 100 + at), context }),
        ),
      );
    } finally {
      clearInterval(ticking);
      stop();
    }
    const report = kvReport({
      samples,
      chats: stats,
      prefixTokens: probe.prefixTokens,
      contextTokens: probe.activity.contextTokens,
    });
    return { json: { model: stats[0]?.model ?? "", fill, ...report }, text: formatKv(report) };
  },
});

interface Probe {
  activity: ModelActivity;
  /** Tokens of the prompt that holds nothing but what is common to all chats. */
  prefixTokens: number;
}

/** Starts with an empty cache, reads the common prefix once, and asks how large the cache is. */
async function emptyAndProbe(
  client: Client,
  model: ModelChoice,
  system: string,
  context: CommandContext,
): Promise<Probe> {
  context.terminal.progress("Reading the common prefix");
  const before = new Set((await activities(client)).map(({ modelId }) => modelId));
  for (const modelId of before) {
    if (model.modelId === undefined || model.modelId === modelId) {
      await client.call("models.unload", { modelId }, { signal: context.signal });
    }
  }
  const { promptTokens } = await chatOnce(client, model, {
    system,
    prompt: "",
    context,
    tokens: 1,
  });
  const [activity] = (await activities(client)).filter(
    ({ modelId, kvCells }) =>
      kvCells > 0 && (model.modelId === undefined || model.modelId === modelId),
  );
  if (!activity) {
    throw new HearthError({
      code: "unavailable",
      title: "The model does not tell how much KV memory it has.",
      suggestion: "Try again once it has answered something.",
    });
  }
  return { activity, prefixTokens: promptTokens };
}

function activities(client: Client): Promise<ModelActivity[]> {
  return new Promise((resolve, reject) => {
    const stop = client.watch(
      "activity.state",
      {},
      ({ models }) => {
        resolve(models);
        queueMicrotask(() => stop());
      },
      reject,
    );
  });
}

async function chatOnce(
  client: Client,
  model: ModelChoice,
  options: { system: string; prompt: string; context: CommandContext; tokens?: number },
): Promise<GenerationStats> {
  const { system, prompt, context, tokens = answerTokens } = options;
  const { stats } = await followStream(
    client.stream(
      "generate.run",
      {
        messages: [
          { role: "system", content: system },
          { role: "user", content: prompt },
        ],
        ...model,
        sampling: { temperature: 0, repeatPenalty: 1, maxTokens: tokens },
        ignoreEos: true,
        guessAhead: false,
      },
      { signal: context.signal },
    ),
    () => {},
  );
  return stats;
}

function toSample(activity: ModelActivity, ms: number): KvSample {
  return {
    ms,
    cellsUsed: activity.kvCellsUsed,
    cells: activity.kvCells,
    bytesUsed: activity.kvCellsUsed * activity.kvBytesPerCell,
    bytes: activity.kvCells * activity.kvBytesPerCell,
    running: activity.running,
    waiting: activity.waiting,
  };
}

function formatKv(report: KvReport): string {
  const every = Math.max(1, Math.ceil(report.samples.length / shownSamples));
  const shown = report.samples.filter(
    (_, at) => at % every === 0 || at === report.samples.length - 1,
  );
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const rows = shown.map((sample) => [
    formatMs(sample.ms),
    `${sample.cellsUsed} of ${sample.cells} cells`,
    percent(sample.cellsUsed / sample.cells),
    `${formatBytes(sample.bytesUsed)} of ${formatBytes(sample.bytes)}`,
    `${sample.running} running, ${sample.waiting} waiting`,
  ]);
  return [
    formatTable(rows),
    `Needed at full load: ${report.neededCells} cells; held at the peak: ${report.peakCells}.\n`,
    `Lost: ${percent(report.lostShare)} of ${report.cells} allocated cells.\n`,
    `Prompt tokens evaluated: ${report.evaluatedTokens}; shared: ${report.sharedTokens}.\n`,
    `A context of its own for each chat would lose ${percent(report.fixedContextLostShare)}.\n`,
  ].join("");
}
