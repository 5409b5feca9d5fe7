import { cancelledError, HearthError, toErrorData, type ErrorData } from "../../contract/errors.ts";
import type { ChildAnswer, ChildQuestion, FromChild } from "./child/protocol.ts";
import { ChildHandle } from "./ChildHandle.ts";
import { describeLoadDeath, describeLoadFailure } from "./describeFailure.ts";

export interface AskOptions {
  /** The llama process' own file, and the Node binary that runs it. */
  readonly entryPath: string;
  readonly execPath: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Told of each line that the library writes. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Lends the cores for one step of long work; what it gives is let go of before the next step. */
  readonly takeTurn?: ((signal: AbortSignal | undefined) => Promise<Disposable>) | undefined;
  /** A process that has said nothing for so long is ended. */
  readonly silenceMs: number;
}

/**
 * Asks one question of a llama process that is started for it and ends with the answer. What can
 * crash, such as a driver that is loaded only to be looked at, crashes there.
 *
 * @throws HearthError as the question says, `cancelled`, `timed-out`, or what a death looks like
 */
export async function askProcess(
  question: ChildQuestion,
  options: AskOptions,
): Promise<ChildAnswer> {
  const { entryPath, execPath, signal, silenceMs } = options;
  if (signal?.aborted) throw cancelledError();
  const generation = 0;
  const heard: { answer?: ChildAnswer; failure?: HearthError; reported?: ErrorData } = {};
  const fail = (error: HearthError): void => {
    heard.failure ??= error;
    child.kill();
  };
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => fail(tookTooLong(silenceMs)), silenceMs);
  };
  let turn: Disposable | undefined;
  const letGo = (): void => {
    turn?.[Symbol.dispose]();
    turn = undefined;
  };
  const lend = async (): Promise<void> => {
    letGo();
    // It is silent because it waits.
    clearTimeout(timer);
    const lent = await options.takeTurn?.(signal);
    if (ended) {
      lent?.[Symbol.dispose]();
      return;
    }
    turn = lent;
    watch();
    child.send({ type: "go", generation });
  };
  const onMessage = (message: FromChild): void => {
    if (message.type === "turn") {
      lend().catch((error: unknown) => fail(HearthError.fromData(toErrorData(error))));
      return;
    }
    watch();
    if (message.type === "progress") options.onProgress?.(message.fraction);
    // Its reasons are on stderr, which is complete when the process has ended.
    if (message.type === "loadFailed") heard.reported = message.error;
    if (message.type !== "answer") return;
    heard.answer = message.answer;
    child.send({ type: "close", generation });
  };
  const onLine = (line: string): void => {
    watch();
    options.onLine?.(line);
  };
  const child = new ChildHandle({
    entryPath,
    execPath,
    onMessage,
    onLine,
    onExit: () => undefined,
  });
  const cancel = (): void => fail(cancelledError());
  signal?.addEventListener("abort", cancel, { once: true });
  watch();
  child.send({ type: "ask", generation, question });
  try {
    const exit = await child.exited;
    if (heard.answer) return heard.answer;
    if (heard.failure) throw heard.failure;
    throw heard.reported
      ? describeLoadFailure(heard.reported, exit.lastLines)
      : describeLoadDeath(exit);
  } finally {
    ended = true;
    letGo();
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

function tookTooLong(silenceMs: number): HearthError {
  return new HearthError({
    code: "timed-out",
    title: "The native library did not answer.",
    cause: `It said nothing for ${Math.round(silenceMs / 1000)} seconds and was ended.`,
    suggestion: "Try again, or choose the processor (CPU).",
  });
}
