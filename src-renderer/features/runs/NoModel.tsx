import { Box } from "lucide-react";
import type { ReactNode } from "react";
import { useNavigation } from "../../app/navigation.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageMiddle } from "../../ui/PageFrame.tsx";

/** There is no model that could be measured, and where to get one. */
export function NoModel({
  title,
  text,
}: {
  readonly title: string;
  readonly text: string;
}): ReactNode {
  const { bench } = useStrings();
  const go = useNavigation((navigation) => navigation.go);
  return (
    <PageMiddle>
      <EmptyState
        icon={Box}
        title={title}
        actions={<Button onClick={() => go({ kind: "models" })}>{bench.openModels}</Button>}
      >
        {text}
      </EmptyState>
    </PageMiddle>
  );
}
