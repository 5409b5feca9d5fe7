import type { Model } from "../../../src-main/contract/models.ts";
import type { Settings } from "../../../src-main/contract/settings.ts";
import type { Strings } from "../../lib/strings/index.ts";
import type { SelectOption } from "../../ui/Select.tsx";

/** A model by its id, the one that Hearth takes, or none. */
type Choice = Settings["draftModel"];

interface ChoiceWords {
  readonly auto: string;
  readonly off: string;
  /** For one that is not here now. */
  readonly away: (id: string) => string;
}

/** What can be chosen to guess ahead. */
export function draftOptions(
  value: Choice,
  models: readonly Model[],
  { settings: words }: Strings,
): readonly SelectOption<Choice>[] {
  return modelOptions(value, models, "chat", {
    auto: words.draftAutoOption,
    off: words.draftOffOption,
    away: words.draftAway,
  });
}

/** What can be chosen to put passages in order. */
export function rerankerOptions(
  value: Choice,
  models: readonly Model[],
  { settings: words }: Strings,
): readonly SelectOption<Choice>[] {
  return modelOptions(value, models, "reranker", {
    auto: words.rerankerAutoOption,
    off: words.rerankerOffOption,
    away: words.rerankerAway,
  });
}

/** From the smallest model on; the choice on record stays in the list while its model is away. */
function modelOptions(
  value: Choice,
  models: readonly Model[],
  kind: Model["kind"],
  words: ChoiceWords,
): readonly SelectOption<Choice>[] {
  const usable = models.filter((model) => model.kind === kind && !model.error && !model.server);
  const options: SelectOption<Choice>[] = [
    { value: "auto", label: words.auto },
    { value: "off", label: words.off },
    ...usable.toSorted((a, b) => a.bytes - b.bytes).map(({ id }) => ({ value: id, label: id })),
  ];
  return options.some((option) => option.value === value)
    ? options
    : [...options, { value, label: words.away(value) }];
}
