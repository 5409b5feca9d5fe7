import { Sparkles } from "lucide-react";
import type { ReactNode } from "react";
import { useNavigation } from "../../../app/navigation.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Button } from "../../../ui/Button.tsx";
import { describeReason } from "./describeHub.ts";
import styles from "./Find.module.css";
import { openRepository, showTab } from "./findStore.ts";
import { useCatalog } from "./useCatalog.ts";

/** At the first run: the model that suits this machine, and why. */
export function FirstRecommendation(): ReactNode {
  const strings = useStrings();
  const words = strings.hub.recommended;
  const go = useNavigation((navigation) => navigation.go);
  const recommendation = useCatalog()?.recommendation ?? null;
  if (recommendation === null) return null;
  const { name, repository } = recommendation;
  const look = (): void => {
    showTab("find");
    openRepository(repository);
    go({ kind: "models" });
  };
  return (
    <section className={styles["panel"]} aria-label={words.title}>
      <div className={styles["what"]}>
        <p>{words.firstRun(name)}</p>
        <p className={styles["note"]}>{describeReason(recommendation, strings)}</p>
      </div>
      <Button icon={Sparkles} onClick={look}>
        {words.look(name)}
      </Button>
    </section>
  );
}
