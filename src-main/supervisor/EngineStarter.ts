import type { ErrorData } from "../contract/errors.ts";

/** How an engine process ended. */
export interface EngineEnd {
  exitCode: number | null;
  signal: string | null;
  /** Why it could not start, where it said so. */
  error: ErrorData | undefined;
}

export interface StartedEngine {
  readonly pid: number;
  /** Resolves when the process has ended; never rejects. */
  readonly ended: Promise<EngineEnd>;
  /** The last lines that it wrote. */
  logTail(): Promise<string>;
}

/**
 * Starts engine processes. It does not wait until one listens, and it does not own what it has
 * started: the engine outlives the face that asked for it as long as others are connected.
 */
export interface EngineStarter {
  /**
   * @throws HearthError `engine-start-failed` when the process cannot be made, `home-unusable` when
   * its log cannot be written
   */
  start(home: string): Promise<StartedEngine>;
}
