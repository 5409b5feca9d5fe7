import type { ReactNode } from "react";
import type { MemoryEstimate } from "../../../src-main/contract/models.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { describeFit } from "./describeModel.ts";
import styles from "./ModelCard.module.css";

const tones = { fits: "ok", tight: "warn", "too-large": "bad" } as const;

/** Whether a model has room here, with the numbers. */
export function FitLine({ estimate }: { readonly estimate: MemoryEstimate }): ReactNode {
  const strings = useStrings();
  return (
    <p className={styles["facts"]}>
      <Badge tone={tones[estimate.verdict]}>{strings.models.fit[estimate.verdict]}</Badge>{" "}
      {describeFit(estimate, strings)}
    </p>
  );
}
