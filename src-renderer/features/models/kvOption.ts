import type { KvType } from "../../../src-main/contract/devices.ts";
import type { KvVerdict } from "../../../src-main/contract/models.ts";
import type { Strings } from "../../lib/strings/index.ts";
import type { SelectOption } from "../../ui/Select.tsx";

/** A type with what the comparison said; only what has passed can be chosen. */
export function kvOption(
  type: KvType,
  verdicts: readonly KvVerdict[],
  { models, locale }: Strings,
): SelectOption<KvType> {
  const words = models.kv;
  const label = words[type];
  if (type === "f16") return { value: type, label };
  const verdict = verdicts.find(({ kvType }) => kvType === type);
  if (!verdict) return { value: type, label, hint: words.unknown, disabled: true };
  const percent = (value: number, sign: "auto" | "always"): string =>
    new Intl.NumberFormat(locale, {
      style: "percent",
      maximumFractionDigits: 1,
      signDisplay: sign,
    }).format(value);
  const said = verdict.passed ? words.passed : words.failed;
  const hint =
    verdict.problem ??
    said(percent(verdict.agreement, "auto"), percent(verdict.perplexityRatio - 1, "always"));
  return { value: type, label, hint, disabled: !verdict.passed };
}
