import { cancelledError, HearthError } from "../contract/errors.ts";
import { greetEngine, type EngineConnection, type GreetOptions } from "./greetEngine.ts";
import { openEngineSocket, type OpenEngineOptions } from "./openEngineSocket.ts";

export type { EngineConnection } from "./greetEngine.ts";

export type ConnectEngineOptions = OpenEngineOptions & GreetOptions;

/** How often an engine that ends just as a face arrives is replaced before giving up. */
const attempts = 5;

/**
 * Attaches to the engine of a home, or starts one and attaches to it; resolves when the engine has
 * answered the greeting. For a face that does one thing and leaves; see `EngineSupervisor` for one
 * that stays.
 * @throws HearthError as `openEngineSocket`, or `conflict` when the engine is of another version
 */
export async function connectEngine(options: ConnectEngineOptions): Promise<EngineConnection> {
  for (let attempt = 1; ; attempt++) {
    const opened = await openEngineSocket(options);
    try {
      return await greetEngine(opened, options);
    } catch (error) {
      if (options.signal?.aborted) throw cancelledError();
      const lost = error instanceof HearthError && error.code === "connection-lost";
      if (!lost || attempt === attempts) throw error;
    }
  }
}
