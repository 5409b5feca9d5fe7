import {
  ArrowDownWideNarrow,
  Box,
  FileQuestion,
  FileSearch,
  FileWarning,
  type LucideIcon,
  Unplug,
} from "lucide-react";
import { useId, type ReactNode } from "react";
import type { MemoryEstimate, ModelsState } from "../../../src-main/contract/models.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { SmallQuantChart } from "../quants/SmallQuantChart.tsx";
import { describeFamily } from "./describeModel.ts";
import type { ModelFamily, ModelSection } from "./groupModels.ts";
import styles from "./ModelCard.module.css";
import { ModelVariant } from "./ModelVariant.tsx";

const icons: Record<ModelSection, LucideIcon> = {
  chat: Box,
  embedding: FileSearch,
  reranker: ArrowDownWideNarrow,
  other: FileQuestion,
  away: Unplug,
  damaged: FileWarning,
};

/** One model: what all its files share, then a row for each quantization. */
export function ModelCard({
  family,
  section,
  state,
  estimates,
}: {
  readonly family: ModelFamily;
  readonly section: ModelSection;
  readonly state: ModelsState;
  readonly estimates: readonly MemoryEstimate[];
}): ReactNode {
  const strings = useStrings();
  const { models: words } = strings;
  const id = useId();
  const Icon = icons[section];
  const facts = describeFamily(family, strings);
  return (
    <article className={styles["card"]} aria-labelledby={id}>
      <header className={styles["head"]}>
        <Icon size={16} strokeWidth={1.75} aria-hidden />
        <h3 id={id} data-selectable>
          {family.name}
        </h3>
        {facts !== "" && <p className={styles["facts"]}>{facts}</p>}
      </header>
      <ul className={styles["variants"]} aria-label={words.quantizationsOf(family.name)}>
        {family.variants.map((model) => (
          <ModelVariant
            key={model.id}
            model={model}
            loaded={state.loaded.find((entry) => entry.modelId === model.id)}
            estimate={estimates.find((estimate) => estimate.modelId === model.id)}
            used={[state.chatModelId, state.embeddingModelId, state.rerankerModelId].includes(
              model.id,
            )}
          />
        ))}
      </ul>
      {section === "chat" && family.variants.length > 1 && (
        <div className={styles["measured"]}>
          <SmallQuantChart files={family.variants} />
        </div>
      )}
    </article>
  );
}
