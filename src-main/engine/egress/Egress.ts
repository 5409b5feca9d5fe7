import { randomUUID } from "node:crypto";
import { cancelledError, HearthError } from "../../contract/errors.ts";
import { bareHost, isLoopbackHost } from "./addressRules.ts";
import { EgressResponse, type ResponseEnd } from "./EgressResponse.ts";
import { networkError } from "./networkError.ts";
import { redactUrl, type RequestRecord } from "./requestRecord.ts";
import { sendRequest, type Timeouts } from "./sendRequest.ts";

export type EgressOptions = {
  /** Name of this process in the request log. */
  process: string;
  /** Told of each request when it starts and again when it ends; see {@link RequestRecord}. */
  onRequest: (record: RequestRecord) => void;
  /** Start with the network locked. Default false. */
  offline?: boolean;
  /** Certificates trusted besides the system's, PEM. */
  extraCertificates?: readonly string[];
};

export type EgressFetchOptions = {
  /** Why, in the user's words; it appears on the page that lists every request. */
  reason: string;
  signal?: AbortSignal;
  /** Default GET. */
  method?: "GET" | "HEAD" | "POST";
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /**
   * Permit this computer as a target, and plain http to it. Only for an address that the user
   * configured, never for one that came from elsewhere. Default false.
   */
  allowLoopback?: boolean;
  /**
   * The address is a server that the user runs and has named: this computer and private networks are
   * permitted, and plain http to those; with `plainHttp` also to others. A redirect is not followed: it
   * is answered as it came, so that no key and no text goes to a host that the user has not named.
   */
  ownServer?: { plainHttp: boolean };
  /** Default 15 s to connect, 30 s of silence. */
  timeouts?: Partial<Timeouts>;
};

type Hop = {
  url: URL;
  method: string;
  headers: Headers;
  body: string | Uint8Array | undefined;
  redirects: EgressResponse["redirects"];
};

const maximumRedirects = 8;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
/** Headers that are meant for one host alone. */
const hostBoundHeaders = ["authorization", "cookie", "proxy-authorization"];

/**
 * The one door to the network. Nothing else in Hearth opens a connection: the guard in every
 * process refuses that. Off while the offline lock is on; every request is reported.
 */
export class Egress {
  readonly #options: EgressOptions;
  readonly #running = new Set<AbortController>();
  #offline: boolean;

  constructor(options: EgressOptions) {
    this.#options = options;
    this.#offline = options.offline ?? false;
  }

  get offline(): boolean {
    return this.#offline;
  }

  /** Turns the offline lock on or off. Turning it on ends the requests that are running. */
  setOffline(offline: boolean): void {
    this.#offline = offline;
    if (offline) this.#abortAll(offlineError());
  }

  /**
   * Makes a request and follows redirects, each checked like the first. Any HTTP status resolves;
   * look at `status`.
   * @throws HearthError `offline` when locked, `not-allowed` for an address Hearth does not
   * contact, `unavailable` when the network fails, `cancelled` when the signal fired.
   */
  async fetch(address: string | URL, options: EgressFetchOptions): Promise<EgressResponse> {
    let url = parseUrl(address);
    let method: string = options.method ?? "GET";
    let body = options.body;
    const headers = new Headers(options.headers);
    const redirects: { url: string; status: number; headers: Headers }[] = [];
    for (let hop = 0; hop <= maximumRedirects; hop++) {
      const response = await this.#hop({ url, method, headers, body, redirects }, options);
      const location = response.headers.get("location");
      const isRedirect = redirectStatuses.has(response.status) && location !== null;
      if (!isRedirect || options.ownServer) return response;
      response.cancel();
      redirects.push({ url: url.href, status: response.status, headers: response.headers });
      const next = parseUrl(location, url);
      if (next.origin !== url.origin) for (const name of hostBoundHeaders) headers.delete(name);
      if (method === "POST" && response.status < 304) {
        method = "GET";
        body = undefined;
      }
      url = next;
    }
    throw new HearthError({
      code: "unavailable",
      title: `${url.host} sent Hearth in circles.`,
      cause: `More than ${maximumRedirects} redirects.`,
      suggestion: "Try again later.",
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#offline = true;
    this.#abortAll(cancelledError());
    await Promise.resolve();
  }

  #abortAll(reason: HearthError): void {
    for (const controller of this.#running) controller.abort(reason);
    this.#running.clear();
  }

  async #hop(request: Hop, options: EgressFetchOptions): Promise<EgressResponse> {
    const { url, method, headers, body } = request;
    const start: RequestRecord = {
      id: randomUUID(),
      at: Date.now(),
      process: this.#options.process,
      method,
      url: redactUrl(url.href),
      reason: options.reason,
      outcome: "allowed",
    };
    const report = (change: Partial<RequestRecord>): void =>
      this.#options.onRequest({ ...start, ...change });
    const refusal = this.#refusal(url, options);
    if (refusal !== null) {
      report({ outcome: "refused", error: refusal.message });
      throw refusal;
    }
    if (options.signal?.aborted) throw cancelledError();
    report({});
    const running = new AbortController();
    this.#running.add(running);
    const explain = (cause: unknown): HearthError => {
      if (options.signal?.aborted) return cancelledError();
      if (running.signal.aborted && running.signal.reason instanceof HearthError) {
        return running.signal.reason;
      }
      return networkError(cause, url.host);
    };
    try {
      const message = await sendRequest({
        url,
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        allowLoopback: options.allowLoopback ?? options.ownServer !== undefined,
        allowPrivate: options.ownServer !== undefined,
        plainHttp: options.ownServer?.plainHttp ?? false,
        timeouts: { connectMs: 15_000, idleMs: 30_000, ...options.timeouts },
        signal: options.signal ? AbortSignal.any([options.signal, running.signal]) : running.signal,
        extraCertificates: this.#options.extraCertificates ?? [],
      });
      const status = message.statusCode ?? 0;
      const onEnd = ({ bytes, error }: ResponseEnd): void => {
        this.#running.delete(running);
        report({ status, bytes, ...(error ? { outcome: "failed", error: error.message } : {}) });
      };
      return new EgressResponse(url.href, message, { explain, onEnd }, [...request.redirects]);
    } catch (cause) {
      this.#running.delete(running);
      const error = explain(cause);
      report({
        outcome: error.code === "not-allowed" ? "refused" : "failed",
        error: error.message,
      });
      throw error;
    }
  }

  #refusal(url: URL, { allowLoopback = false, ownServer }: EgressFetchOptions): HearthError | null {
    if (this.#offline) return offlineError();
    // Where it leads is judged when its name has been looked up.
    if (ownServer && /^https?:$/u.test(url.protocol)) return null;
    const toThisComputer = isLoopbackHost(bareHost(url));
    const isPlain = url.protocol === "http:";
    if (url.protocol !== "https:" && !(isPlain && toThisComputer && allowLoopback)) {
      return refusedError(`Hearth connects by https only, and ${url.host || url.href} is not.`);
    }
    if (toThisComputer && !allowLoopback) {
      return refusedError(`${url.host} is this computer.`);
    }
    return null;
  }
}

function parseUrl(address: string | URL, base?: URL): URL {
  const text = String(address);
  const url = URL.parse(text, base);
  if (url === null) throw refusedError(`"${text.slice(0, 200)}" is not an address.`);
  return url;
}

function refusedError(cause: string): HearthError {
  return new HearthError({
    code: "not-allowed",
    title: "Hearth refused to connect.",
    cause,
    suggestion: "Use a public https address.",
  });
}

function offlineError(): HearthError {
  return new HearthError({
    code: "offline",
    title: "Hearth is offline.",
    cause: "The offline lock is on, so nothing may use the network.",
    suggestion: "Turn off the offline lock in settings and try again.",
  });
}
