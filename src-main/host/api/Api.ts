import type { IncomingMessage, ServerResponse } from "node:http";
import { cancelledError, HearthError } from "../../contract/errors.ts";
import { ApiError, notFound, toApiError } from "./ApiError.ts";
import type { EngineClient, Endpoint } from "./Endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { errorBody, type Dialect } from "./errorShapes.ts";
import { EventStream } from "./EventStream.ts";
import { readJsonBody } from "./readJsonBody.ts";

export interface ApiLimits {
  bodyBytes: number;
  /** Requests at the same time, over all clients. The engine puts those that it has no place for in a queue. */
  requests: number;
  /** How long one request may take, in milliseconds. */
  requestMs: number;
}

const defaultLimits: ApiLimits = {
  bodyBytes: 16 * 1024 * 1024,
  requests: 64,
  requestMs: 60 * 60 * 1000,
};

export interface ApiOptions {
  /** The engine of now, or the next one where it has just died. */
  engine: () => Promise<EngineClient>;
  /** Whether this is the key of this run of the host. */
  isRunKey: (key: string) => boolean;
  limits?: Partial<ApiLimits>;
}

/** Whether a path belongs to the API, whatever is there. */
export function isApiPath(path: string): boolean {
  return path === "/v1" || path.startsWith("/v1/");
}

/**
 * The HTTP interface for other programs, below `/v1`. Requests have passed the origin guard; here
 * they show a key, are measured, and are answered in the shape of the API that they belong to.
 */
export class Api {
  readonly #options: ApiOptions;
  readonly #limits: ApiLimits;
  readonly #running = new Set<AbortController>();

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  /** Answers a request, however it ends. */
  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const dialect = dialectOf(request, path);
    let events: EventStream | undefined;
    const openStream = (): EventStream => (events ??= new EventStream(response));
    try {
      const value = await this.#answer(request, response, path, openStream);
      if (!events) sendJson(response, 200, value);
    } catch (thrown) {
      const error = toApiError(thrown);
      const body = errorBody(dialect, error);
      if (!events) {
        if (error.status === 401) response.setHeader("WWW-Authenticate", "Bearer");
        if (error.status === 429) response.setHeader("Retry-After", "1");
        sendJson(response, error.status, body);
        // What is left of a body that nobody reads would hold up the next request.
        if (!request.complete) request.resume();
        return;
      }
      await events.send(body, dialect === "openai" ? undefined : "error");
      events.end();
    }
  }

  /** Answers a request that the origin guard does not let in. */
  refuse(request: IncomingMessage, response: ServerResponse, path: string, reason: string): void {
    const error = new ApiError(403, {
      code: "not-allowed",
      title: reason,
      cause: "",
      suggestion: "",
    });
    sendJson(response, 403, errorBody(dialectOf(request, path), error));
  }

  /** Ends what is running. */
  close(): void {
    for (const controller of this.#running) controller.abort(closing());
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    openStream: () => EventStream,
  ): Promise<unknown> {
    if (this.#running.size >= this.#limits.requests) throw tooMany(this.#limits.requests);
    const controller = new AbortController();
    const { signal } = controller;
    const gone = (): void => {
      if (!response.writableFinished) controller.abort(cancelledError());
    };
    response.once("close", gone);
    const timer = setTimeout(() => controller.abort(tooLong()), this.#limits.requestMs);
    this.#running.add(controller);
    try {
      const key = keyOf(request);
      if (key === undefined) throw unauthorized("The request has no key.");
      const isRunKey = this.#options.isRunKey(key);
      const endpoint = findEndpoint(request.method ?? "GET", path);
      const engine = await this.#options.engine();
      if (!isRunKey && !(await isKnownKey(engine, key, signal))) {
        throw unauthorized("The key is not one of Hearth's.");
      }
      if (endpoint instanceof ApiError) throw endpoint;
      const body =
        endpoint.found.method === "POST"
          ? await readJsonBody(request, this.#limits.bodyBytes, signal)
          : {};
      return await endpoint.found.answer({
        body,
        rest: endpoint.rest,
        engine,
        signal,
        openStream,
      });
    } catch (error) {
      // An abort reaches the engine as a plain cancellation; its reason says more.
      throw signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(timer);
      response.off("close", gone);
      this.#running.delete(controller);
    }
  }
}

/** The key is looked at first, and nothing is told of what there is to those who have none. */
function findEndpoint(method: string, path: string): { found: Endpoint; rest: string } | ApiError {
  const fitting = endpoints.filter((endpoint) =>
    endpoint.path.endsWith("/") ? path.startsWith(endpoint.path) : path === endpoint.path,
  );
  const found = fitting.find((endpoint) => endpoint.method === method);
  if (found) {
    try {
      return { found, rest: decodeURIComponent(path.slice(found.path.length)) };
    } catch {
      return notFound("The address is not well-formed.");
    }
  }
  if (fitting.length === 0) return notFound("There is nothing at this address.");
  const allowed = fitting.map((endpoint) => endpoint.method).join(", ");
  return new ApiError(405, {
    code: "bad-input",
    title: `This address takes ${allowed}.`,
    cause: "",
    suggestion: "",
  });
}

function dialectOf(request: IncomingMessage, path: string): Dialect {
  const known = endpoints.find((endpoint) =>
    endpoint.path.endsWith("/") ? path.startsWith(endpoint.path) : path === endpoint.path,
  );
  if (request.headers["anthropic-version"] !== undefined) return "anthropic";
  return known?.dialect ?? "openai";
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const named = headers["x-api-key"];
  const bearer = /^Bearer +([!-~]{1,256})$/iu.exec(headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  return typeof named === "string" && named !== "" ? named.slice(0, 256) : undefined;
}

async function isKnownKey(
  engine: EngineClient,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { name } = await engine.call("keys.check", { key }, { signal });
  return name !== null;
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  if (response.destroyed || response.headersSent) return;
  const text = JSON.stringify(value);
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.setHeader("Content-Length", Buffer.byteLength(text));
  response.end(text);
}

function unauthorized(title: string): ApiError {
  return new ApiError(401, {
    code: "not-allowed",
    title,
    cause: "",
    suggestion:
      "Send one as “Authorization: Bearer KEY” or “x-api-key: KEY”. Hearth's settings make one, and so does “hearth keys add NAME”.",
  });
}

function tooMany(requests: number): ApiError {
  return new ApiError(429, {
    code: "unavailable",
    title: "Hearth has its hands full.",
    cause: `It is answering ${requests} requests.`,
    suggestion: "Try again in a moment.",
  });
}

function tooLong(): HearthError {
  return new HearthError({
    code: "timed-out",
    title: "The request took too long.",
    suggestion: "Ask for a shorter answer, or choose a smaller model.",
  });
}

function closing(): HearthError {
  return new HearthError({ code: "unavailable", title: "Hearth is closing." });
}
