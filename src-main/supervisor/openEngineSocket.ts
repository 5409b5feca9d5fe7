import type { Socket } from "node:net";
import path from "node:path";
import { cancelledError, HearthError } from "../contract/errors.ts";
import type { EngineEnd, EngineStarter, StartedEngine } from "./EngineStarter.ts";
import { connectSocket } from "./engineSocket.ts";
import { readEngineRecord, type EngineRecord } from "./engineRecord.ts";
import { NodeEngineStarter } from "./NodeEngineStarter.ts";

/** What a face may show while it waits. */
export type OpeningStatus = "attaching" | "starting";

export interface OpenEngineOptions {
  home: string;
  signal?: AbortSignal;
  starter?: EngineStarter;
  /** How long the engine may take until it listens, in milliseconds. */
  deadlineMs?: number;
  onStatus?: (status: OpeningStatus) => void;
}

/** A connection to the engine that nothing has been said on yet. */
export interface EngineSocket {
  socket: Socket;
  record: EngineRecord;
}

const defaultDeadlineMs = 60_000;
/** Waits between two looks, in milliseconds: short at first, as most engines are there at once. */
const firstWaitMs = 20;
const longestWaitMs = 200;

/** Engines that this process is starting, so that two callers start one. */
const started = new Map<string, Promise<StartedEngine>>();

/**
 * Connects to the engine of a home, and starts one where there is none. When several faces do so at
 * the same time, several engines may be started; one gets the home's lock, and all attach to it.
 * @throws HearthError `engine-start-failed`, `home-in-use`, whatever the engine says of why it
 * cannot start, or `cancelled`
 */
export async function openEngineSocket(options: OpenEngineOptions): Promise<EngineSocket> {
  const home = path.resolve(options.home);
  const { signal, onStatus, deadlineMs = defaultDeadlineMs } = options;
  const starter = options.starter ?? new NodeEngineStarter();
  const deadline = Date.now() + deadlineMs;
  let waitMs = firstWaitMs;
  let busy: HearthError | undefined;
  onStatus?.("attaching");
  for (;;) {
    if (signal?.aborted) throw cancelledError();
    const attached = await attach(home);
    if (attached) {
      // Its start is over: how it ends one day is no failure to start.
      started.delete(home);
      return attached;
    }
    if (Date.now() >= deadline) throw busy ?? (await tooSlow(home, deadlineMs));
    onStatus?.("starting");
    const engine = await startOnce(home, starter);
    const end = await Promise.race([engine.ended, wait(waitMs, signal)]);
    if (end !== undefined) {
      // It may have lost the race for the lock against another face's engine, which now listens or
      // will soon; or it may have come too late for one that is just ending. Both mean: look again.
      if (end.error?.code !== "home-in-use") {
        const other = await attach(home);
        if (other) return other;
        throw await startFailure(engine, end);
      }
      busy = HearthError.fromData(end.error);
      waitMs = longestWaitMs;
      await wait(waitMs, signal);
    }
    waitMs = Math.min(waitMs * 1.5, longestWaitMs);
  }
}

async function attach(home: string): Promise<EngineSocket | undefined> {
  const record = await readEngineRecord(home);
  if (!record) return undefined;
  const socket = await connectSocket(record.socket);
  if (!socket) return undefined;
  // Between the two an engine may have taken the place, and the name, of the one before. Whoever
  // listens has written its record already.
  const now = await readEngineRecord(home);
  return { socket, record: now?.socket === record.socket ? now : record };
}

function startOnce(home: string, starter: EngineStarter): Promise<StartedEngine> {
  const running = started.get(home);
  if (running) return running;
  const starting = starter.start(home);
  started.set(home, starting);
  const forget = (): void => {
    if (started.get(home) === starting) started.delete(home);
  };
  starting.then(({ ended }) => ended.then(forget), forget).catch(forget);
  return starting;
}

/** Resolves to undefined after a time, or at once when the signal fires. */
function wait(ms: number, signal: AbortSignal | undefined): Promise<undefined> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve(undefined);
    };
    const timer = setTimeout(done, ms);
    if (signal?.aborted) done();
    else signal?.addEventListener("abort", done, { once: true });
  });
}

async function startFailure(engine: StartedEngine, end: EngineEnd): Promise<HearthError> {
  if (end.error) return HearthError.fromData(end.error);
  const how =
    end.signal === null ? `It ended with code ${end.exitCode}.` : `It was ended by ${end.signal}.`;
  const tail = await engine.logTail();
  return new HearthError({
    code: "engine-start-failed",
    title: "Hearth's engine could not be started.",
    cause: tail === "" ? how : `${how} Its last words: ${tail}`,
    suggestion: "Try again. The file logs/engine.log in the home folder has details.",
  });
}

async function tooSlow(home: string, deadlineMs: number): Promise<HearthError> {
  const engine = await started.get(home);
  const tail = (await engine?.logTail()) ?? "";
  const how = `It did not answer within ${Math.round(deadlineMs / 1000)} seconds.`;
  return new HearthError({
    code: "engine-start-failed",
    title: "Hearth's engine did not get ready.",
    cause: tail === "" ? how : `${how} Its last words: ${tail}`,
    suggestion: "Try again. The file logs/engine.log in the home folder has details.",
  });
}
