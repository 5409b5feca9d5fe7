import { useEffect, useState } from "react";
import { isCancelled, toErrorData, type ErrorData } from "../../../../src-main/contract/errors.ts";
import type { HubFit } from "../../../../src-main/contract/fit.ts";
import { call } from "../../../api/engine.ts";

export interface HubFits {
  readonly fits: readonly HubFit[];
  /** A header is being read. */
  readonly busy: boolean;
  /** Why none could be read. */
  readonly error: ErrorData | null;
}

const none: HubFits = { fits: [], busy: false, error: null };

/**
 * How the quantizations of a repository fit here, from a header that is fetched for it. Nothing is asked
 * while `repository` is null; what is asked ends with the component.
 */
export function useHubFits(repository: string | null, revision: string | null): HubFits {
  const [known, setKnown] = useState<HubFits>(none);
  useEffect(() => {
    if (repository === null) return;
    const stop = new AbortController();
    setKnown({ ...none, busy: true });
    call("hub.fits", { repository, revision }, { signal: stop.signal }).then(
      ({ fits }) => setKnown({ ...none, fits }),
      (failure: unknown) => {
        if (stop.signal.aborted || isCancelled(failure)) return;
        setKnown({ ...none, error: toErrorData(failure) });
      },
    );
    return () => stop.abort();
  }, [repository, revision]);
  return known;
}
