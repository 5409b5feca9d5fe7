import { cancelledError, HearthError, toErrorData, type ErrorData } from "../contract/errors.ts";
import type { EngineDoor } from "./EngineDoor.ts";
import { greetEngine, type EngineConnection, type GreetOptions } from "./greetEngine.ts";

export interface EngineSupervisorOptions extends Omit<GreetOptions, "signal"> {
  door: EngineDoor;
  /** Called with each new connection: the first, and every one after a loss. */
  onConnected?: (connection: EngineConnection) => void;
  /** Told in plain words what happened to the engine. */
  onNotice?: (error: ErrorData) => void;
}

/**
 * Keeps a face connected. When the engine is lost, calls in flight have already failed with
 * `connection-lost`; the supervisor connects again, and starts a new engine where there is none.
 * It replays nothing. When the door's breaker opens it stops until {@link retry}.
 */
export class EngineSupervisor {
  readonly #options: EngineSupervisorOptions;
  readonly #stop = new AbortController();
  #connection: EngineConnection | undefined;
  #connecting: Promise<EngineConnection> | undefined;

  constructor(options: EngineSupervisorOptions) {
    this.#options = options;
  }

  /** The connection of now, or undefined between two. */
  get connection(): EngineConnection | undefined {
    return this.#connection;
  }

  /**
   * Resolves with a connection: the one there is, or the next one.
   * @throws HearthError as `EngineDoor.open`, or `conflict`
   */
  connect(): Promise<EngineConnection> {
    if (this.#connection) return Promise.resolve(this.#connection);
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  /** Tries again after the breaker has opened, because the user asked for it. */
  retry(): Promise<EngineConnection> {
    this.#options.door.retry();
    return this.connect();
  }

  close(): void {
    this.#stop.abort();
    this.#connection?.close();
    this.#connection = undefined;
  }

  async #connect(): Promise<EngineConnection> {
    const { door, onConnected } = this.#options;
    const { signal } = this.#stop;
    for (;;) {
      if (signal.aborted) throw cancelledError();
      const opened = await door.open(signal);
      let connection: EngineConnection;
      try {
        connection = await greetEngine(opened, { ...this.#options, signal });
      } catch (error) {
        // It died between hello and welcome: the door has counted that, and says when to stop.
        if (error instanceof HearthError && error.code === "connection-lost") continue;
        throw error;
      }
      this.#connection = connection;
      connection.client.onClose(() => this.#lost(connection));
      onConnected?.(connection);
      return connection;
    }
  }

  #lost(connection: EngineConnection): void {
    if (this.#connection !== connection || this.#stop.signal.aborted) return;
    this.#connection = undefined;
    const { onNotice } = this.#options;
    onNotice?.({
      code: "engine-died",
      title: "Hearth's engine stopped and is being started again.",
      cause: "Its process ended.",
      suggestion: "What was saved is kept. Repeat what was running.",
    });
    this.connect().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) onNotice?.(toErrorData(error));
    });
  }
}
