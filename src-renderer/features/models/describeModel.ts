import type {
  LoadedModel,
  LoadStep,
  MemoryEstimate,
  Model,
  ModelsState,
  Transfer,
} from "../../../src-main/contract/models.ts";
import { describeTransfer } from "../../lib/describeTransfer.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { formatCompactCount, formatCount } from "../../lib/formatCount.ts";
import type { Strings } from "../../lib/strings/index.ts";
import type { ModelFamily } from "./groupModels.ts";

/** A count of weights as it is said: "135M", "22.7M", "7.2B", "70B". */
export function formatParameters(count: number, locale = "en"): string {
  // One decimal tells sizes apart below a hundred; above, people round.
  const scale = 1000 ** Math.floor(Math.log10(Math.max(1, count)) / 3);
  return formatCompactCount(
    count / scale >= 99.95 ? Math.round(count / scale) * scale : count,
    locale,
  );
}

/** What is the same for all files of a model: architecture, weights, context. */
export function describeFamily(family: ModelFamily, strings: Strings): string {
  const { models: words, locale } = strings;
  return [
    family.architecture,
    family.parameters > 0 ? words.parameters(formatParameters(family.parameters, locale)) : "",
    family.contextLength > 0 ? words.contextOf(formatCount(family.contextLength, locale)) : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

/** How a loaded model runs: device, threads, context, template, draft model, memory, and until when. */
export function describeLoaded(loaded: LoadedModel, strings: Strings): string {
  const { models: words, locale } = strings;
  const { device, gpuLayers, layers, kvType, memoryBytes, unloadsAt, template } = loaded;
  const { draftModel, draftRefusal } = loaded;
  const name = /^(?:cpu|gpu)$/iu.test(device) ? device.toUpperCase() : device;
  return [
    gpuLayers > 0 ? words.onDevice(name, gpuLayers, layers + 1) : name,
    words.threads(loaded.threads),
    words.contextNow(formatCount(loaded.contextTokens, locale)),
    kvType === "f16" ? "" : words.kvType(kvType),
    memoryBytes === null ? "" : words.memoryNow(formatBytes(memoryBytes, locale)),
    template.source === "model" ? words.ownTemplate : "",
    draftModel === null ? "" : words.draftModel(draftModel),
    draftRefusal === null ? "" : words.noDraft(words.draftRefusals[draftRefusal]),
    unloadsAt === null ? "" : words.unloadsAt(formatTime(unloadsAt, locale)),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function formatTime(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(at);
}

/** What loading gave up, each with its reason. */
export function describeSteps(
  steps: readonly LoadStep[],
  strings: Strings,
): readonly { readonly what: string; readonly reason: string }[] {
  const { steps: words } = strings.models;
  return steps.map(({ change, from, to, reason }) => ({ what: words[change](from, to), reason }));
}

/** Whether a model has room here, as a sentence behind its verdict. */
export function describeFit(estimate: MemoryEstimate, strings: Strings): string {
  const { models, locale } = strings;
  const { fit: words } = models;
  const { verdict, totalBytes, contextTokens, freeBytes, gpuLayers, layers } = estimate;
  const { largestContextTokens, tokensPerSecond } = estimate;
  const sentence = words.sentence(
    formatBytes(totalBytes, locale),
    formatCount(contextTokens, locale),
    formatBytes(freeBytes, locale),
  );
  const hint = { fits: "", tight: words.tightHint, "too-large": words.tooLargeHint }[verdict];
  const where =
    gpuLayers > 0 && gpuLayers <= layers ? ` · ${words.layers(gpuLayers, layers + 1)}` : "";
  // Where a longer one has room, or a shorter one has to do, its length is told, too.
  const longest =
    largestContextTokens > 0 && largestContextTokens !== contextTokens
      ? ` · ${words.largest(formatCount(largestContextTokens, locale))}`
      : "";
  const speed =
    tokensPerSecond === null ? "" : ` · ${words.speed(roundedSpeed(tokensPerSecond, locale))}`;
  return `${sentence}${longest}${speed}${where}${hint === "" ? "" : `. ${hint}`}`;
}

/** Two figures: more was not measured. */
function roundedSpeed(tokensPerSecond: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 }).format(tokensPerSecond);
}

export interface TransferLine {
  readonly label: string;
  /** 0 to 1; null while the end is not known. */
  readonly fraction: number | null;
  readonly detail: string | undefined;
}

/** How far a starter model is, in words. */
export function describeStarterTransfer(transfer: Transfer, strings: Strings): TransferLine {
  const { name, stage, bytes, totalBytes, bytesPerSecond } = transfer;
  const label = strings.models.stages[stage](name);
  if (stage === "waiting") return { label, fraction: 0, detail: undefined };
  if (stage === "done") return { label, fraction: 1, detail: undefined };
  const known = totalBytes !== null && totalBytes > 0;
  return {
    label,
    fraction: known ? Math.min(1, bytes / totalBytes) : null,
    detail:
      bytes > 0 || known
        ? describeTransfer(
            { doneBytes: bytes, totalBytes: known ? totalBytes : undefined, bytesPerSecond },
            strings,
          )
        : undefined,
  };
}

/** What has yet to be fetched. */
export function missingStarters(state: Pick<ModelsState, "starter">): {
  readonly models: ModelsState["starter"];
  readonly bytes: number;
} {
  const models = state.starter.filter((model) => !model.installed);
  return { models, bytes: models.reduce((sum, model) => sum + model.bytes, 0) };
}

/** True where nothing on this computer can answer: then the first run is shown, not while a disk is away. */
export function hasNoChatModel(models: readonly Model[]): boolean {
  return !models.some((model) => model.kind === "chat" && (!model.error || isAway(model)));
}

/** Nothing is wrong with it: its disk is not connected. */
export function isAway({ error }: Pick<Model, "error">): boolean {
  return error?.code === "file-missing";
}
