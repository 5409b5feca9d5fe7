import { setTimeout as sleep } from "node:timers/promises";
import { cancelledError, HearthError, isCancelled } from "../../../contract/errors.ts";
import type { Egress } from "../../egress/Egress.ts";
import type { EgressResponse } from "../../egress/EgressResponse.ts";
import { retryAfterMs } from "../download/responseChecks.ts";
import { parseJson } from "../../../contract/parseJson.ts";
import {
  serverNonsense,
  serverRedirected,
  serverRefused,
  serverUnreachable,
} from "./serverErrors.ts";

const connectMs = 10_000;
/** Tries after the first one, where the server surely has not begun to answer. */
const mostRetries = 3;
const firstWaitMs = 500;
/** A server that wants more patience than this is told of at once. */
const longestWaitMs = 15_000;
const mostReplyBytes = 16 * 1024 * 1024;
const mostErrorBytes = 64 * 1024;

export interface ServerClientOptions {
  readonly egress: Pick<Egress, "fetch">;
  readonly url: string;
  readonly host: string;
  readonly plainHttp: boolean;
  /** Null where the server wants none. @throws HearthError where it has one that cannot be had now */
  readonly key: () => Promise<string | null>;
  /** Told of each answer, and of each failure to get one. */
  readonly onHeard: () => void;
  readonly onFailed: (error: HearthError) => void;
}

export interface ServerRequest {
  /** Why, in the user's words, for the list of all requests. */
  readonly reason: string;
  readonly signal?: AbortSignal | undefined;
  /** Silence that is borne before and in the answer. */
  readonly idleMs: number;
  /** Try again where the server was surely not reached, or said that it was busy. */
  readonly retry?: boolean;
}

/** Speaks HTTP with one server: with its key, through the one door, and with it alone. */
export class ServerClient {
  readonly #options: ServerClientOptions;

  constructor(options: ServerClientOptions) {
    this.#options = options;
  }

  get host(): string {
    return this.#options.host;
  }

  /** @throws HearthError `unavailable`, `not-allowed`, `context-full`, `bad-input`, `cancelled` */
  async json(path: string, request: ServerRequest, body?: unknown): Promise<unknown> {
    const response = await this.open(path, request, body);
    const text = await this.#read(response, mostReplyBytes);
    const value = parseJson(text);
    if (value !== undefined) return value;
    throw serverNonsense(
      this.host,
      /^\s*</u.test(text) ? "It sent a web page." : "What it sent is not JSON.",
    );
  }

  /** An answer that has begun with success. Its body is still to be read. @throws as {@link json} */
  async open(path: string, request: ServerRequest, body?: unknown): Promise<EgressResponse> {
    // A key that cannot be had is no fault of the server's.
    const secret = await this.#options.key();
    for (let retry = 0; ; retry++) {
      let waitMs: number | null;
      let failure: HearthError;
      try {
        const response = await this.#send(path, request, body, secret);
        if (response.ok) {
          this.#options.onHeard();
          return response;
        }
        failure = await this.#refusal(response);
        waitMs = waitOf(response, retry);
        // It is there, whatever it thinks of the request.
        if (response.status < 500 && response.status !== 429) this.#options.onHeard();
        else this.#options.onFailed(failure);
      } catch (error) {
        if (!(error instanceof HearthError) || isCancelled(error) || error.code === "offline")
          throw error;
        failure = serverUnreachable(this.host, error);
        waitMs = isConnectionRefused(error) ? firstWaitMs * 2 ** retry : null;
        this.#options.onFailed(failure);
      }
      if (!request.retry || retry >= mostRetries || waitMs === null) throw failure;
      await pause(waitMs, request.signal);
    }
  }

  async #send(
    path: string,
    request: ServerRequest,
    body: unknown,
    secret: string | null,
  ): Promise<EgressResponse> {
    const { egress, url, plainHttp } = this.#options;
    return await egress.fetch(`${url}${path}`, {
      reason: request.reason,
      ownServer: { plainHttp },
      timeouts: { connectMs, idleMs: request.idleMs },
      ...(request.signal ? { signal: request.signal } : {}),
      headers: {
        accept: "application/json, text/event-stream",
        ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { method: "POST" as const, body: JSON.stringify(body) }),
    });
  }

  async #refusal(response: EgressResponse): Promise<HearthError> {
    const { status } = response;
    const location = response.headers.get("location");
    if (status >= 300 && status < 400 && location !== null) {
      response.cancel();
      return serverRedirected(this.host, location.slice(0, 300));
    }
    let said = "";
    try {
      said = await response.text(mostErrorBytes);
    } catch (error) {
      // The status alone says enough of a refusal whose reason did not arrive.
      if (isCancelled(error)) throw error;
    }
    return serverRefused(this.host, status, said);
  }

  async #read(response: EgressResponse, mostBytes: number): Promise<string> {
    try {
      return await response.text(mostBytes);
    } catch (error) {
      if (!(error instanceof HearthError) || isCancelled(error)) throw error;
      throw serverUnreachable(this.host, error);
    }
  }
}

/** How long a server that is busy or still loading wants Hearth to wait; null for any other refusal. */
function waitOf(response: EgressResponse, retry: number): number | null {
  if (response.status !== 503 && response.status !== 429) return null;
  const asked = retryAfterMs(response.headers.get("retry-after"), Date.now());
  const waitMs = asked ?? firstWaitMs * 2 ** retry;
  return waitMs > longestWaitMs ? null : waitMs;
}

/** Nobody listened, so nothing of the request has arrived anywhere. */
function isConnectionRefused(error: HearthError): boolean {
  const { cause } = error;
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
}

async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(waitMs, undefined, signal ? { signal } : {});
  } catch (error) {
    throw isCancelled(error) ? cancelledError() : error;
  }
}
