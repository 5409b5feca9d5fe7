import { engineStatusSchema, type EngineStatus } from "../../src-main/contract/engineStatus.ts";
import type { HearthBridge } from "../../src-main/rpc/HearthBridge.ts";
import { desktopBridge } from "./bridge.ts";

/** The process that starts the engine for this page, and that can be asked while there is none. */
export interface EngineKeeper {
  /** Undefined where the keeper cannot be asked either. */
  status(): Promise<EngineStatus | undefined>;
  /** Forgets the deaths, so that the engine is started again. */
  retry(): Promise<void>;
}

/** How long the headless host may take to say what it knows, in milliseconds. */
const answerMs = 5000;

export function defaultKeeper(): EngineKeeper {
  const bridge = desktopBridge();
  return bridge ? desktopKeeper(bridge) : hostKeeper();
}

/** The shell tells of each change, before it tells that a connection has closed. */
function desktopKeeper(bridge: HearthBridge): EngineKeeper {
  let last: EngineStatus | undefined;
  bridge.onEngineStatus((status) => (last = status));
  return {
    status: () => Promise.resolve(last),
    retry: () => {
      bridge.retryEngine();
      return Promise.resolve();
    },
  };
}

function hostKeeper(): EngineKeeper {
  return {
    status: async () => {
      try {
        const answer = await fetch("/engine", { signal: AbortSignal.timeout(answerMs) });
        return engineStatusSchema.parse(await answer.json());
      } catch {
        // The host itself is away, or no longer knows this page: then nothing is known.
        return undefined;
      }
    },
    retry: async () => {
      await fetch("/engine/retry", { method: "POST" }).catch(() => {
        // The next look at the status says what became of it.
      });
    },
  };
}
