import { readFile } from "node:fs/promises";
import type { Download, DownloadId } from "../../contract/downloads.ts";
import { HearthError } from "../../contract/errors.ts";
import { hubSortSchema, type HubModel, type HubQuantization } from "../../contract/hub.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { count, formatBytes, formatTable, share } from "../format.ts";
import { UsageError } from "../UsageError.ts";

type Client = Awaited<ReturnType<CommandContext["engine"]>>;

export const tokenFile = {
  kind: "text",
  value: "FILE",
  help: "file with an access token for the hub, for gated models; used as long as the engine runs",
} as const;

export const modelsCatalog = defineCommand({
  name: "models catalog",
  usage: "",
  summary: "Lists the models that Hearth suggests, and the one that suits this machine",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    const found = await client.call("hub.catalog", {}, { signal: context.signal });
    const { entries, recommendation } = found;
    const table = formatTable([
      ["REPOSITORY", "TASK", "PARAMETERS", "LICENCE", "CHECKED"],
      ...entries.map((entry) => [
        entry.repository,
        entry.task,
        `${entry.billions}B`,
        entry.license,
        entry.checked ?? "never",
      ]),
    ]);
    const advice = recommendation
      ? `For this machine: ${recommendation.repository}; it needs about ${formatBytes(recommendation.neededBytes)} of ${formatBytes(recommendation.memoryBytes)}.\n`
      : "";
    return { json: found, text: table + advice };
  },
});

export const modelsSearch = defineCommand({
  name: "models search",
  usage: "[--words WORDS…] [--sort ORDER] [--task TASK] [--license LICENCE] [--max-billions N]",
  summary: "Searches the hub for models in GGUF files; this uses the network",
  options: {
    sort: { kind: "text", value: "ORDER", help: "trending, downloads, likes or updated" },
    task: { kind: "text", value: "TASK", help: "the hub's name for a task: text-generation, …" },
    license: { kind: "text", value: "LICENCE", help: "the hub's name for a licence: mit, …" },
    words: { kind: "list", value: "WORDS", help: "words that the model's name holds" },
    "max-billions": {
      kind: "number",
      integer: false,
      min: 0,
      max: 10_000,
      help: "billions of parameters, at most",
    },
  },
  run: async (values, _positionals, context) => {
    const sort = hubSortSchema.safeParse(values.sort ?? "downloads");
    if (!sort.success) throw new UsageError("--sort takes trending, downloads, likes or updated.");
    const most = values["max-billions"];
    const client = await context.engine();
    const query = {
      text: values.words.join(" "),
      sort: sort.data,
      task: values.task ?? null,
      license: values.license ?? null,
      maxParameters: most === undefined ? null : most * 1e9,
    };
    const { models } = await client.call("hub.search", query, { signal: context.signal });
    return { json: { models }, text: foundText(models) };
  },
});

export const modelsPull = defineCommand({
  name: "models pull",
  usage: "OWNER/NAME[:QUANTIZATION] [--detach]",
  summary: "Downloads a model from the hub; what has arrived is kept when it is interrupted",
  options: {
    "token-file": tokenFile,
    detach: { kind: "flag", help: "only put it in the queue; a window or server fetches it" },
  },
  positionals: "OWNER/NAME[:QUANTIZATION]",
  run: async (values, positionals, context) => {
    const [word = "", ...more] = positionals;
    if (more.length > 0) throw new UsageError("Give one model.");
    const [repository = "", wanted] = word.split(":");
    const client = await context.engine();
    await giveToken(client, values["token-file"], context);
    const chosen = await quantizationAtHub(client, repository, wanted, context.signal);
    const { key, quantization, installed } = chosen;
    const named = { repository, key };
    if (installed) {
      const text = `${repository} ${quantization} is here already.\n`;
      return { json: { ...named, installed }, text };
    }
    const { id } = await client.call("downloads.add", named);
    if (values.detach) return { json: { id }, text: `${word} is in the queue.\n` };
    const { totalBytes: bytes } = await followDownload(client, id, context);
    const text = `${repository} ${quantization}: ${formatBytes(bytes)}, verified.\n`;
    return { json: { ...named, installed: true, bytes }, text };
  },
});

export const downloadsList = defineCommand({
  name: "downloads list",
  usage: "",
  summary: "Lists the downloads: on their way, paused, failed and done",
  options: {},
  run: async (_values, _positionals, context) => {
    const downloads = await currentDownloads(await context.engine());
    const text =
      downloads.length === 0
        ? "There are no downloads.\n"
        : formatTable([
            ["ID", "MODEL", "STATUS", "DONE", "WHY"],
            ...downloads.map((one) => [
              one.id,
              `${one.repository} ${one.quantization}`,
              one.status,
              `${formatBytes(one.bytes)} of ${formatBytes(one.totalBytes)}`,
              one.error?.cause ?? "",
            ]),
          ]);
    return { json: { downloads }, text };
  },
});

export const downloadsPause = changeDownload("pause", "Pauses downloads; what has arrived stays");
export const downloadsResume = changeDownload("resume", "Goes on with downloads");
export const downloadsRemove = changeDownload(
  "remove",
  "Takes downloads off the list; what has arrived of unfinished ones goes",
);

export const modelsImport = defineCommand({
  name: "models import",
  usage: "[--add]",
  summary: "Lists the models of LM Studio, Jan, GPT4All and Ollama on this computer",
  options: { add: { kind: "flag", help: "use them all here too; the files stay where they are" } },
  run: async ({ add }, _positionals, context) => {
    const client = await context.engine();
    const { models } = await client.call("hub.findAppModels", {}, { signal: context.signal });
    const paths = models.filter(({ known }) => !known).map(({ path }) => path);
    const result = add
      ? await client.call("hub.addAppModels", { paths }, { signal: context.signal })
      : null;
    const table =
      models.length === 0
        ? "None of them has models here.\n"
        : formatTable([
            ["PROGRAM", "MODEL", "SIZE", "FILE"],
            ...models.map(({ app, name, bytes, path }) => [app, name, formatBytes(bytes), path]),
          ]);
    const notes = result
      ? [
          `${count(result.added, "model")} added.\n`,
          ...result.failed.map(({ path, reason }) => `Not added: ${path}: ${reason}\n`),
        ]
      : [];
    return { json: { models, ...result }, text: table + notes.join("") };
  },
});

export async function giveToken(
  client: Client,
  file: string | undefined,
  context: CommandContext,
): Promise<void> {
  if (file === undefined) return;
  const token = (await readFile(context.absolute(file), "utf8")).trim();
  if (token === "") throw new UsageError(`${file} holds no token.`);
  await client.call("hub.setToken", { token });
}

async function quantizationAtHub(
  client: Client,
  repository: string,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<HubQuantization> {
  const { quantizations } = await client.call("hub.model", { repository }, { signal });
  return chooseQuantization(repository, quantizations, wanted);
}

const usualQuantizations = ["Q4_K_M", "Q4_0", "Q5_K_M", "Q8_0"];

/** The named quantization, or the usual one of those that are there. @throws HearthError `not-found` */
export function chooseQuantization(
  repository: string,
  all: readonly HubQuantization[],
  wanted: string | undefined,
): HubQuantization {
  const names = wanted === undefined ? usualQuantizations : [wanted];
  for (const name of names) {
    const found = all.find(
      ({ quantization, key }) => quantization.toLowerCase() === name.toLowerCase() || key === name,
    );
    if (found !== undefined) return found;
  }
  const [first] = all;
  if (wanted === undefined && first !== undefined) return first;
  throw new HearthError({
    code: "not-found",
    title:
      wanted === undefined
        ? `${repository} has no GGUF file that Hearth can fetch.`
        : `${repository} has no quantization ${wanted}.`,
    cause:
      all.length === 0
        ? "There is none in it."
        : `There are: ${all.map(({ quantization }) => quantization).join(", ")}.`,
    suggestion: "“hearth models search” finds others.",
  });
}

async function currentDownloads(client: Client): Promise<readonly Download[]> {
  return await new Promise((resolve, reject) => {
    const stop = client.watch(
      "downloads.state",
      {},
      ({ downloads }) => {
        resolve(downloads);
        queueMicrotask(() => stop());
      },
      reject,
    );
  });
}

/** Shows how far a download is until it has ended. Interrupting pauses it. @throws why it failed */
async function followDownload(
  client: Client,
  id: DownloadId,
  context: CommandContext,
): Promise<Download> {
  const { promise, resolve, reject } = Promise.withResolvers<Download>();
  const stop = client.watch(
    "downloads.state",
    {},
    ({ downloads }) => {
      const download = downloads.find((one) => one.id === id);
      if (download === undefined) return;
      context.terminal.progress(downloadLine(download));
      if (download.status === "done") resolve(download);
      if (download.status === "failed" && download.error)
        reject(HearthError.fromData(download.error));
    },
    reject,
  );
  const onAbort = (): void => {
    client.call("downloads.pause", { id }).then(() => reject(context.signal.reason), reject);
  };
  context.signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await promise;
  } finally {
    context.signal.removeEventListener("abort", onAbort);
    stop();
  }
}

/** "Qwen/Qwen3-4B-GGUF Q4_K_M: downloading 1.2 GB of 2.5 GB 48 % (12 MB per second)" */
function downloadLine(download: Download): string {
  const { repository, quantization, status, bytes, totalBytes, bytesPerSecond, error } = download;
  const amount = `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  const rate = bytesPerSecond > 0 ? `(${formatBytes(bytesPerSecond)} per second)` : "";
  const name = `${repository} ${quantization}: ${status}`;
  return [name, amount, share(bytes, totalBytes), rate, error?.cause ?? ""]
    .filter(Boolean)
    .join(" ");
}

function changeDownload(change: "pause" | "resume" | "remove", summary: string) {
  return defineCommand({
    name: `downloads ${change}`,
    usage: "ID…",
    summary,
    options: {},
    positionals: "ID",
    run: async (_values, positionals, context) => {
      const client = await context.engine();
      const downloads = await currentDownloads(client);
      for (const word of positionals) {
        const id = downloads.find((one) => one.id === word)?.id;
        if (id === undefined) throw new UsageError(`There is no download ${word}.`);
        await client.call(`downloads.${change}`, { id }, { signal: context.signal });
      }
      return {
        json: { [change]: positionals },
        text: `${count(positionals.length, "download")}: ${change}d\n`,
      };
    },
  });
}

function foundText(models: readonly HubModel[]): string {
  if (models.length === 0) return "The hub has no such model.\n";
  return formatTable([
    ["REPOSITORY", "PARAMETERS", "LICENCE", "DOWNLOADS", "TASK"],
    ...models.map((model) => [
      model.repository + (model.gated ? " (gated)" : ""),
      model.parameters === null ? "" : `${(model.parameters / 1e9).toPrecision(2)}B`,
      model.license ?? "",
      String(model.downloads),
      model.task ?? "",
    ]),
  ]);
}
