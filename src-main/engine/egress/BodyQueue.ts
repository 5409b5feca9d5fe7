import type { IncomingMessage } from "node:http";

/** Bytes that may wait for their reader before the sender is asked to wait. */
const highWaterBytes = 1024 * 1024;

/**
 * Takes the body of an answer as it arrives. Unlike a plain stream it gives its reader what had
 * arrived before a failure, and only then the failure: a download on a line that keeps breaking
 * would else lose what it had and get nowhere.
 */
export class BodyQueue {
  readonly #message: IncomingMessage;
  readonly #chunks: Buffer[] = [];
  #waitingBytes = 0;
  #end: { error?: unknown } | null = null;
  #wake: () => void = () => undefined;

  constructor(message: IncomingMessage) {
    this.#message = message;
    message.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#waitingBytes += chunk.length;
      if (this.#waitingBytes > highWaterBytes) message.pause();
      this.#wake();
    });
    message.on("end", () => this.#finish({}));
    message.on("error", (error: unknown) => this.#finish({ error }));
    message.on("close", () => this.#finish({ error: new Error("The connection was closed.") }));
  }

  /** All chunks, once. @throws whatever ended the body early, after the last chunk */
  async *chunks(): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#waitingBytes -= chunk.length;
        if (this.#waitingBytes <= highWaterBytes / 2) this.#message.resume();
        yield chunk;
      } else if (this.#end === null) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else {
        if ("error" in this.#end) throw this.#end.error;
        return;
      }
    }
  }

  #finish(end: { error?: unknown }): void {
    this.#end ??= end;
    this.#wake();
  }
}
