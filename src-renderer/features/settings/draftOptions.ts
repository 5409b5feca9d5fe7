import type { Model } from "../../../src-main/contract/models.ts";
import type { Settings } from "../../../src-main/contract/settings.ts";
import type { Strings } from "../../lib/strings/index.ts";
import type { SelectOption } from "../../ui/Select.tsx";

type Choice = Settings["draftModel"];

/** What can be chosen; the choice on record stays in the list while its model is away. */
export function draftOptions(
  value: Choice,
  models: readonly Model[],
  { settings: words }: Strings,
): readonly SelectOption<Choice>[] {
  const usable = models.filter((model) => model.kind === "chat" && !model.error && !model.server);
  const options: SelectOption<Choice>[] = [
    { value: "auto", label: words.draftAutoOption },
    { value: "off", label: words.draftOffOption },
    ...usable.toSorted((a, b) => a.bytes - b.bytes).map(({ id }) => ({ value: id, label: id })),
  ];
  return options.some((option) => option.value === value)
    ? options
    : [...options, { value, label: words.draftAway(value) }];
}
