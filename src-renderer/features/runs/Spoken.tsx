import type { ReactNode } from "react";
import { VisuallyHidden } from "../../ui/VisuallyHidden.tsx";

/** What a run has come to, for those who listen. */
export function Spoken({ text }: { readonly text: string }): ReactNode {
  return (
    <VisuallyHidden>
      <span role="status">{text}</span>
    </VisuallyHidden>
  );
}
