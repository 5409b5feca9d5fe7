import type { IncomingMessage } from "node:http";
import { HearthError } from "../../contract/errors.ts";
import { BodyQueue } from "./BodyQueue.ts";

/** How a response ended: told once, for the request log. */
export type ResponseEnd = { bytes: number; error?: HearthError };

export type ResponseHooks = {
  /** What a failure of the body is to be called. */
  explain: (error: unknown) => HearthError;
  onEnd: (end: ResponseEnd) => void;
};

/**
 * An answer from the network. Its body streams once; read it to the end or call `cancel`, or the
 * connection stays open until its idle time is over.
 */
export class EgressResponse {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** The redirects that led here, first one first. */
  readonly redirects: readonly { url: string; status: number; headers: Headers }[];
  readonly #message: IncomingMessage;
  readonly #queue: BodyQueue;
  readonly #hooks: ResponseHooks;
  #bytes = 0;
  #ended = false;

  constructor(
    url: string,
    message: IncomingMessage,
    hooks: ResponseHooks,
    redirects: EgressResponse["redirects"] = [],
  ) {
    this.url = url;
    this.status = message.statusCode ?? 0;
    this.headers = new Headers();
    for (const [name, value] of Object.entries(message.headersDistinct)) {
      for (const item of value ?? []) this.headers.append(name, item);
    }
    this.redirects = redirects;
    this.#message = message;
    this.#hooks = hooks;
    this.#queue = new BodyQueue(message);
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /**
   * The body as it arrives.
   * @throws HearthError `unavailable` when the connection breaks off or stays silent too long;
   * `cancelled` when the request's signal fired.
   */
  async *body(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for await (const chunk of this.#queue.chunks()) {
        this.#bytes += chunk.length;
        yield chunk;
      }
      this.#finish();
    } catch (error) {
      throw this.#finish(error) ?? error;
    } finally {
      this.cancel();
    }
  }

  /** The whole body as text. @throws HearthError `unavailable` if it is longer than `maxBytes`. */
  async text(maxBytes = 4 * 1024 * 1024): Promise<string> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.body()) {
      length += chunk.length;
      if (length > maxBytes) {
        throw new HearthError({
          code: "unavailable",
          title: `The answer of ${new URL(this.url).host} is too long.`,
          cause: `It is longer than ${maxBytes} bytes.`,
        });
      }
      parts.push(chunk);
    }
    return Buffer.concat(parts).toString("utf8");
  }

  /** Ends the request without reading the rest. Harmless when it has already ended. */
  cancel(): void {
    this.#finish();
    this.#message.destroy();
  }

  #finish(error?: unknown): HearthError | undefined {
    const known = error === undefined ? undefined : this.#hooks.explain(error);
    if (!this.#ended) {
      this.#ended = true;
      this.#hooks.onEnd({ bytes: this.#bytes, ...(known ? { error: known } : {}) });
    }
    return known;
  }
}
