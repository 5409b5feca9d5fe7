import { HearthError } from "../../contract/errors.ts";
import type { Model } from "../../contract/models.ts";
import {
  quantTypeSchema,
  quantTypes,
  type Quantized,
  type QuantOption,
  type QuantProgress,
  type QuantType,
} from "../../contract/quantize.ts";
import { defineCommand, type CommandContext } from "../Command.ts";
import { findModel } from "../findModel.ts";
import { followStream } from "../followStream.ts";
import { formatBytes, formatMs, formatTable, share } from "../format.ts";
import { UsageError } from "../UsageError.ts";

export const modelsQuantize = defineCommand({
  name: "models quantize",
  usage: "SRC [--to TYPE] [--out FILE]",
  summary: "Makes another quantization of a model; without --to, tells what each would be",
  options: {
    to: { kind: "text", value: "TYPE", help: "such as Q8_0, Q4_K_M or F16" },
    out: {
      kind: "text",
      value: "FILE",
      help: "new file, ending in .gguf; else in Hearth's folder",
    },
  },
  positionals: "SRC",
  run: async ({ to, out }, positionals, context) => {
    const type = to === undefined ? null : typeNamed(to);
    if (type === null && out !== undefined) throw new UsageError("--out needs --to.");
    const model = await sourceModel(positionals, context);
    const client = await context.engine();
    const { options, folder, freeBytes } = await client.call(
      "models.quantizeOptions",
      { modelId: model.id },
      { signal: context.signal },
    );
    if (type === null) {
      const head = `${model.name}, ${model.quantization || "unknown"}, ${formatBytes(model.bytes)}\n`;
      const foot = `In ${folder} ${formatBytes(freeBytes)} are free.\n`;
      return {
        json: { model: model.id, options, folder, freeBytes },
        text: head + optionsText(options) + foot,
      };
    }
    const option = options.find((each) => each.type === type);
    const begun = performance.now();
    const made = await followStream(
      client.stream(
        "models.quantize",
        { modelId: model.id, type, ...(out === undefined ? {} : { out: context.absolute(out) }) },
        { signal: context.signal },
      ),
      (progress) => context.terminal.progress(progressLine(model, type, progress)),
    );
    const wallMs = performance.now() - begun;
    const warning = option?.warning ?? null;
    return {
      json: { ...made, source: model.id, type, warning, wallMs },
      text: madeText(made, type, option, wallMs),
    };
  },
});

function typeNamed(word: string): QuantType {
  const parsed = quantTypeSchema.safeParse(word.toUpperCase());
  if (parsed.success) return parsed.data;
  throw new UsageError(`There is no quantization ${word}. There are: ${quantTypes.join(", ")}.`);
}

/** A model in the list, or a file beside it, which is then listed. */
async function sourceModel(
  positionals: readonly string[],
  context: CommandContext,
): Promise<Model> {
  const [word, ...more] = positionals;
  if (word === undefined || more.length > 0) throw new UsageError("Give one model.");
  const client = await context.engine();
  const { models } = await client.call("models.rescan", {}, { signal: context.signal });
  const file = context.absolute(word);
  try {
    return findModel(word, file, models);
  } catch (error) {
    const isFile = error instanceof HearthError && error.code === "model-missing";
    if (!isFile || !/\.gguf$/iu.test(word)) throw error;
    return (await client.call("models.addFile", { path: file }, { signal: context.signal })).model;
  }
}

function progressLine(
  { name }: Model,
  type: QuantType,
  { stage, fraction, tensor, tensors }: QuantProgress,
): string {
  return stage === "quantizing"
    ? `${name} to ${type}: tensor ${tensor} of ${tensors}, ${share(fraction, 1)}`
    : `${name} to ${type}: checking the result ${share(fraction, 1)}`;
}

const refusals = {
  "importance-data": "needs importance data",
  rows: "rows do not divide",
  same: "is this already",
} as const;
const warnings = {
  requantized: "of a file that is no longer exact",
  "no-gain": "gains nothing",
} as const;

function optionsText(options: readonly QuantOption[]): string {
  return formatTable([
    ["TYPE", "SIZE", "BITS", "QUALITY", "FALL BACK", "NOTE"],
    ...options.map((option) => [
      option.type,
      formatBytes(option.bytes),
      option.bitsPerWeight.toFixed(2),
      option.quality,
      fallbackText(option),
      option.refusal ? refusals[option.refusal] : option.warning ? warnings[option.warning] : "",
    ]),
  ]);
}

function fallbackText({ fallbacks, tensors }: QuantOption): string {
  const count = fallbacks.reduce((sum, each) => sum + each.tensors, 0);
  if (count === 0) return "none";
  const kinds = fallbacks.map(({ wanted, instead }) => `${wanted}→${instead}`);
  return `${count} of ${tensors}: ${kinds.join(", ")}`;
}

function madeText(
  made: Quantized,
  type: QuantType,
  option: QuantOption | undefined,
  wallMs: number,
): string {
  const { model, predictedBytes, quantizeMs, peakBytes, compared } = made;
  const { perplexityRatio, similarity, tokens } = compared;
  const percent = (value: number): string =>
    `${value >= 0 ? "+" : ""}${(100 * value).toFixed(1)} %`;
  const quality =
    perplexityRatio === null
      ? `least cosine with the source ${similarity?.toFixed(4) ?? "unknown"}`
      : `perplexity ${percent(perplexityRatio - 1)} against the source on ${tokens} tokens`;
  const peak = peakBytes === null ? "" : `, ${formatBytes(peakBytes)} of memory at most`;
  const warning = option?.warning
    ? `Note: the source is not exact itself; this ${option.warning === "no-gain" ? "is larger and no better" : "is worse than one made of the original"}.\n`
    : "";
  return [
    `${model.path}\n`,
    `${type}, ${formatBytes(model.bytes)} (foretold ${formatBytes(predictedBytes)}); ${option ? fallbackText(option) : ""} fall back\n`,
    `Quantized in ${formatMs(quantizeMs)}${peak}; ${formatMs(wallMs)} with checks\n`,
    `${quality}\n`,
    warning,
  ].join("");
}
