import type { Quantized, QuantOption, QuantType } from "../../../src-main/contract/quantize.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import type { Strings } from "../../lib/strings/index.ts";
import type { SelectOption } from "../../ui/Select.tsx";

/** A quantization with its size; what cannot be made says why. */
export function quantSelectOption(
  { type, bytes, quality, refusal }: QuantOption,
  { models, locale }: Strings,
): SelectOption<QuantType> {
  const words = models.quantize;
  return {
    value: type,
    label: words.option(type, formatBytes(bytes, locale)),
    hint: refusal ? words.refusals[refusal] : words.qualities[quality],
    disabled: refusal !== null,
  };
}

/** Which tensors get another type than the wanted one, and why. */
export function fallbackSentence({ fallbacks, tensors }: QuantOption, { models }: Strings): string {
  const words = models.quantize;
  if (fallbacks.length === 0) return words.noFallback;
  const count = fallbacks.reduce((sum, each) => sum + each.tensors, 0);
  const kinds = fallbacks.map(({ wanted, instead, tensors: some }) =>
    words.fallbackKind(some, wanted, instead),
  );
  return words.fallback(count, tensors, kinds.join(", "));
}

/** What was made, and how it compares with its source. */
export function describeResult(
  { model, compared }: Quantized,
  { models, locale }: Strings,
): string {
  const words = models.quantize;
  const { perplexityRatio, similarity } = compared;
  const size = formatBytes(model.bytes, locale);
  const percent = (value: number): string =>
    new Intl.NumberFormat(locale, {
      style: "percent",
      maximumFractionDigits: 1,
      signDisplay: "exceptZero",
    }).format(value);
  const compare =
    perplexityRatio === null
      ? words.similarity(
          new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(similarity ?? 0),
        )
      : words.perplexity(percent(perplexityRatio - 1));
  return `${words.made(models.variant(model.name, model.quantization), size)} ${compare}`;
}
