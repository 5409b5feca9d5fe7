import { familyOf } from "../../../src-main/contract/modelFamily.ts";
import type { Model, ModelKind } from "../../../src-main/contract/models.ts";
import { isAway } from "./describeModel.ts";

/** Why a user looks for a model: what it is for, or that it is of no use. */
export type ModelSection = "chat" | "embedding" | "reranker" | "other" | "away" | "damaged";
const modelSections: readonly ModelSection[] = [
  "chat",
  "embedding",
  "reranker",
  "other",
  "away",
  "damaged",
];

/** Files of one model that differ in their quantization only. */
export interface ModelFamily {
  readonly key: string;
  readonly name: string;
  readonly kind: ModelKind;
  readonly architecture: string;
  /** Count of weights, 0 if unknown. */
  readonly parameters: number;
  readonly contextLength: number;
  /** From the largest file, which keeps the most, to the smallest. */
  readonly variants: readonly Model[];
}

function sectionOf(model: Model): ModelSection {
  if (model.error) return isAway(model) ? "away" : "damaged";
  return model.kind === "unknown" ? "other" : model.kind;
}

/** The models as the page lists them: by what they are for, then one card for each model. */
export function groupModels(
  models: readonly Model[],
  locale = "en",
): readonly { readonly section: ModelSection; readonly families: readonly ModelFamily[] }[] {
  const texts = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  return modelSections
    .map((section) => ({
      section,
      families: familiesOf(models.filter((model) => sectionOf(model) === section)).sort(
        (one, other) => texts.compare(one.name, other.name),
      ),
    }))
    .filter(({ families }) => families.length > 0);
}

function familiesOf(models: readonly Model[]): ModelFamily[] {
  const families = new Map<string, Model[]>();
  for (const model of models) {
    // Nothing of a damaged file is known for sure, so it shares a card with no other.
    const key = model.error ? `file ${model.id}` : familyOf(model);
    families.set(key, [...(families.get(key) ?? []), model]);
  }
  return [...families].flatMap(([key, members]) => {
    const variants = members.slice().sort((one, other) => other.bytes - one.bytes);
    const [first] = variants;
    if (first === undefined) return [];
    const { name, kind, architecture, parameters, contextLength } = first;
    return [{ key, name, kind, architecture, parameters, contextLength, variants }];
  });
}
