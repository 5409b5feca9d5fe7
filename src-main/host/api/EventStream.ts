import type { ServerResponse } from "node:http";

/** A line that says nothing is sent so often, so that proxies and clients do not give up. */
const keepAliveMs = 15_000;

/** Server-sent events. The first thing that is sent commits the answer to status 200. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #keepAlive: NodeJS.Timeout;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.statusCode = 200;
    response.setHeader("Content-Type", "text/event-stream; charset=utf-8");
    response.setHeader("X-Accel-Buffering", "no");
    response.flushHeaders();
    this.#keepAlive = setInterval(() => this.#write(": waiting\n\n"), keepAliveMs);
    response.once("close", () => clearInterval(this.#keepAlive));
  }

  /** @param event its name, for APIs that name them. Resolves once the client has taken enough. */
  async send(data: unknown, event?: string): Promise<void> {
    const name = event === undefined ? "" : `event: ${event}\n`;
    const text = typeof data === "string" ? data : JSON.stringify(data);
    if (this.#write(`${name}data: ${text}\n\n`) || this.#response.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#response.off("drain", done);
        this.#response.off("close", done);
        resolve();
      };
      this.#response.once("drain", done);
      this.#response.once("close", done);
    });
  }

  end(): void {
    clearInterval(this.#keepAlive);
    this.#response.end();
  }

  #write(text: string): boolean {
    return this.#response.destroyed || this.#response.writableEnded
      ? true
      : this.#response.write(text);
  }
}
