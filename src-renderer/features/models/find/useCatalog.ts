import { useEffect, useState } from "react";
import type { JudgedEntry, Recommendation } from "../../../../src-main/contract/hub.ts";
import { call, useLinkStatus } from "../../../api/engine.ts";

export interface Catalog {
  readonly entries: readonly JudgedEntry[];
  readonly recommendation: Recommendation | null;
}

let known: Catalog | null = null;

/** Hearth's own list, and the entry that suits this machine; null until it is known. */
export function useCatalog(): Catalog | null {
  const [catalog, setCatalog] = useState(known);
  const { kind } = useLinkStatus();
  useEffect(() => {
    if (kind !== "ready") return;
    let isShown = true;
    call("hub.catalog", {}).then(
      (found) => {
        known = found;
        if (isShown) setCatalog(found);
      },
      (error: unknown) => {
        // The list is part of the engine: without it the engine is away, which the page says itself.
        console.warn("The list of models was not read:", error);
      },
    );
    return () => {
      isShown = false;
    };
  }, [kind]);
  return catalog;
}
