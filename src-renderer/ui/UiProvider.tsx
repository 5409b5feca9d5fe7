import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";
import { ToastRegion } from "./Toast.tsx";

/** What the parts need around them: one clock for tooltips, one place for toasts. Once per window. */
export function UiProvider({ children }: { children: ReactNode }): ReactNode {
  return (
    <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
      <ToastRegion>{children}</ToastRegion>
    </Tooltip.Provider>
  );
}
