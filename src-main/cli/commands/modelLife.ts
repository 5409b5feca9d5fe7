import { gpuLayersSchema, type Devices } from "../../contract/devices.ts";
import type { KvVerdict, LoadedModel } from "../../contract/models.ts";
import { lackingText } from "./libraries.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { findModel } from "../findModel.ts";
import { followStream } from "../followStream.ts";
import { formatBytes, formatTable, share } from "../format.ts";
import { UsageError } from "../UsageError.ts";

export const modelsLoad = defineCommand({
  name: "models load",
  usage: "MODEL [--gpu-layers N]",
  summary: "Loads a model into memory; it stays while a window, a browser or a server is attached",
  options: {
    "gpu-layers": {
      kind: "text",
      value: "N",
      help: "layers on the graphics device, from now on: a number, 0 for the processor alone, or auto",
    },
  },
  positionals: "MODEL",
  run: async (values, positionals, context) => {
    const gpuLayers = readLayers(values["gpu-layers"]);
    const { client, model } = await chosenModel(positionals, context);
    if (gpuLayers !== undefined)
      await client.call("models.setGpuLayers", { modelId: model.id, gpuLayers });
    const loaded = await followStream(
      client.stream("models.load", { modelId: model.id }, { signal: context.signal }),
      ({ progress }) => context.terminal.progress(`${model.name}: loading ${share(progress, 1)}`),
    );
    return { json: { loaded }, text: loadedText(model.name, loaded) };
  },
});

export const modelsUnload = defineCommand({
  name: "models unload",
  usage: "MODEL",
  summary: "Ends the process of a model and gives its memory back; stops a load that is going on",
  options: {},
  positionals: "MODEL",
  run: async (_values, positionals, context) => {
    const { client, model } = await chosenModel(positionals, context);
    await client.call("models.unload", { modelId: model.id }, { signal: context.signal });
    return { json: { unloaded: model.id }, text: `${model.name}: unloaded\n` };
  },
});

export const modelsDevices = defineCommand({
  name: "models devices",
  usage: "",
  summary: "Lists what models can run on here, and which packages reach it",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    const found = await client.call("devices.list", {}, { signal: context.signal });
    const { offers } = await client.call("libraries.list", {}, { signal: context.signal });
    return { json: found, text: devicesText(found) + lackingText(found, offers) };
  },
});

export const modelsCheckKv = defineCommand({
  name: "models check-kv",
  usage: "MODEL",
  summary: "Compares smaller types of the chat's cache with f16, and remembers which a model bears",
  options: {},
  positionals: "MODEL",
  run: async (_values, positionals, context) => {
    const { client, model } = await chosenModel(positionals, context);
    const { verdicts } = await followStream(
      client.stream("models.checkKv", { modelId: model.id }, { signal: context.signal }),
      ({ fraction }) => context.terminal.progress(`${model.name}: comparing ${share(fraction, 1)}`),
    );
    return { json: { model: model.id, verdicts }, text: verdictsText(verdicts) };
  },
});

async function chosenModel(positionals: readonly string[], context: CommandContext) {
  const [word, ...more] = positionals;
  if (word === undefined || more.length > 0) throw new UsageError("Give one model.");
  const client = await context.engine();
  const { models } = await client.call("models.rescan", {}, { signal: context.signal });
  return { client, model: findModel(word, context.absolute(word), models) };
}

/** Null leaves the layers to Hearth; undefined leaves them as they are set. @throws UsageError */
export function readLayers(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === "auto") return null;
  const layers = gpuLayersSchema.safeParse(/^\d{1,5}$/u.test(text) ? Number(text) : undefined);
  if (layers.success) return layers.data;
  throw new UsageError("--gpu-layers takes a number of layers, or auto.");
}

export function loadedText(name: string, loaded: LoadedModel): string {
  const { device, contextTokens, kvType, threads, gpuLayers, layers, memoryBytes } = loaded;
  const { draftModel, draftRefusal } = loaded;
  const facts = [
    gpuLayers > 0 ? `${device}, ${gpuLayers} of ${layers + 1} layers` : device.toUpperCase(),
    `${threads} threads`,
    `${contextTokens} tokens of context in ${kvType}`,
    ...(draftModel === null ? [] : [`${draftModel} guesses ahead`]),
    ...(draftRefusal === null ? [] : [`no draft model (${draftRefusal})`]),
    ...(memoryBytes === null ? [] : [`${formatBytes(memoryBytes)} of memory`]),
  ];
  const steps = loaded.steps.map(({ from, to, reason }) => `  ${from} → ${to}: ${reason}\n`);
  const less = steps.length > 0 ? `Less than was asked for:\n${steps.join("")}` : "";
  return `${name}: ${facts.join(" · ")}\n${less}`;
}

function devicesText({ devices, packages, auto }: Devices): string {
  const table = formatTable([
    ["DEVICE", "WHAT IT IS", "MEMORY", "FREE", "PACKAGE"],
    ...devices.map((device) => [
      device.id === auto ? `${device.id} (auto)` : device.id,
      device.description,
      formatBytes(device.memoryBytes),
      formatBytes(device.freeBytes),
      device.package,
    ]),
  ]);
  const notes = packages.flatMap(({ name, installed, problem }) =>
    installed ? (problem === null ? [] : [`${name}: ${problem}\n`]) : [`${name}: not installed\n`],
  );
  return table + notes.join("");
}

function verdictsText(verdicts: readonly KvVerdict[]): string {
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  return formatTable([
    ["TYPE", "VERDICT", "SAME TOKEN", "DIVERGENCE", "PERPLEXITY"],
    ...verdicts.map((verdict) => [
      verdict.kvType,
      verdict.passed ? "may be used" : (verdict.problem ?? "loses too much"),
      percent(verdict.agreement),
      verdict.meanDivergence.toFixed(4),
      `${verdict.perplexityRatio >= 1 ? "+" : ""}${percent(verdict.perplexityRatio - 1)}`,
    ]),
  ]);
}
