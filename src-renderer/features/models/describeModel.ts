import type {
  LoadedModel,
  Model,
  ModelsState,
  Transfer,
} from "../../../src-main/contract/models.ts";
import { describeTransfer } from "../../lib/describeTransfer.ts";
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

/** How a loaded model runs: device, threads, context, template. */
export function describeLoaded(loaded: LoadedModel, strings: Strings): string {
  const { models: words, locale } = strings;
  return [
    /^(?:cpu|gpu)$/iu.test(loaded.device) ? loaded.device.toUpperCase() : loaded.device,
    words.threads(loaded.threads),
    words.contextNow(formatCount(loaded.contextTokens, locale)),
    loaded.template.source === "model" ? words.ownTemplate : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
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

/** True where nothing on this computer can answer: then the first run is shown. */
export function hasNoChatModel(models: readonly Model[]): boolean {
  return !models.some((model) => model.kind === "chat" && !model.error);
}
