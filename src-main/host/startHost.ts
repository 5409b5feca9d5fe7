import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { HearthError, toErrorData, type ErrorData } from "../contract/errors.ts";
import { EngineDoor } from "../supervisor/EngineDoor.ts";
import { EngineSupervisor } from "../supervisor/EngineSupervisor.ts";
import type { EngineStarter } from "../supervisor/EngineStarter.ts";
import { AccessKey } from "./AccessKey.ts";
import { securityHeaders } from "./contentSecurityPolicy.ts";
import { judgeRequest, type Verdict } from "./originGuard.ts";
import { RpcSockets } from "./RpcSockets.ts";
import { interfaceRoots, readStatic, type StaticRoot } from "./staticFiles.ts";

export interface HostOptions {
  home: string;
  /** 0 or absent: any free one. */
  port?: number;
  starter?: EngineStarter;
  roots?: readonly StaticRoot[];
  /** Told in plain words what happens to the engine. */
  onNotice?: (error: ErrorData) => void;
}

export interface RunningHost {
  /** Opens the interface; holds the key, so it is for the user alone. */
  readonly url: string;
  /** For programs, as `Authorization: Bearer`. */
  readonly key: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Only this computer can reach it. */
const address = "127.0.0.1";

/**
 * Serves the interface to browsers on this computer, and keeps the engine of the home running
 * meanwhile.
 * @throws HearthError `conflict` when the port is taken, `not-allowed` when it may not be used, and
 * whatever keeps the engine from starting
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { home, starter, onNotice, roots = interfaceRoots() } = options;
  const door = new EngineDoor({ home, ...(starter ? { starter } : {}) });
  const supervisor = new EngineSupervisor({
    door,
    face: "host",
    ...(onNotice ? { onNotice } : {}),
  });
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const access = new AccessKey(port);
  const sockets = new RpcSockets(door);
  const handler = new HostHandler({ access, port, roots, door, supervisor });
  server.on("request", (request, response) => void handler.answer(request, response));
  server.on("upgrade", (request, socket, head) => {
    const refusal = handler.refuseUpgrade(request);
    if (refusal) endRaw(socket, refusal);
    else sockets.accept(request, socket, head);
  });
  const close = async (): Promise<void> => {
    sockets.close();
    supervisor.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  try {
    await supervisor.connect();
  } catch (error) {
    await close();
    throw error;
  }
  const url = `http://${address}:${port}/?token=${access.key}`;
  return { url, key: access.key, port, close };
}

class HostHandler {
  readonly #access: AccessKey;
  readonly #port: number;
  readonly #roots: readonly StaticRoot[];
  readonly #door: EngineDoor;
  readonly #supervisor: EngineSupervisor;

  constructor(parts: {
    access: AccessKey;
    port: number;
    roots: readonly StaticRoot[];
    door: EngineDoor;
    supervisor: EngineSupervisor;
  }) {
    this.#access = parts.access;
    this.#port = parts.port;
    this.#roots = parts.roots;
    this.#door = parts.door;
    this.#supervisor = parts.supervisor;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      // Whatever it is, the page must not wait for ever and the host must not end.
      if (response.headersSent) response.destroy();
      else end(response, 500, toErrorData(error).title);
    }
  }

  /** The status with which a WebSocket is refused, or undefined where it is welcome. */
  refuseUpgrade(request: IncomingMessage): string | undefined {
    if (!this.#judge(request, true).allowed) return "403 Forbidden";
    if (!this.#isKnown(request)) return "401 Unauthorized";
    return pathOf(request) === "/rpc" ? undefined : "404 Not Found";
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host } = request.headers;
    const own = host === undefined ? [] : [`ws://${host}`];
    const verdict = this.#judge(request, false);
    for (const [name, value] of Object.entries(securityHeaders(verdict.allowed ? own : []))) {
      response.setHeader(name, value);
    }
    response.setHeader("Cache-Control", "no-store");
    if (!verdict.allowed) return end(response, 403, verdict.reason);
    const path = pathOf(request);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && path === "/" && this.#access.isKey(tokenOf(request))) {
      response.setHeader("Set-Cookie", this.#access.cookie);
      response.setHeader("Location", "/");
      return end(response, 303, "");
    }
    if (!this.#isKnown(request)) {
      return end(response, 401, "Open the address that Hearth printed when it started.");
    }
    if (path === "/engine" && isRead) return json(response, this.#door.status);
    if (path === "/engine/retry" && request.method === "POST") {
      await this.#supervisor.retry().catch(() => {
        // The status that is answered next says why.
      });
      return json(response, this.#door.status);
    }
    if (!isRead) return end(response, 405, "Only reading is possible here.");
    const found = await readStatic(this.#roots, path);
    if (found.status === 403) return end(response, 403, "That is not a file of Hearth.");
    if (found.status === 404) return end(response, 404, "There is no such file.");
    if (found.immutable) {
      response.setHeader("Cache-Control", "private, max-age=31536000, immutable");
    }
    response.setHeader("Content-Type", found.type);
    response.setHeader("Content-Length", found.body.length);
    response.end(request.method === "HEAD" ? undefined : found.body);
  }

  #judge(request: IncomingMessage, opensSocket: boolean): Verdict {
    const { host, origin } = request.headers;
    return judgeRequest({
      method: request.method ?? "GET",
      headers: {
        host,
        origin,
        "sec-fetch-site": single(request.headers["sec-fetch-site"]),
        "sec-fetch-mode": single(request.headers["sec-fetch-mode"]),
      },
      port: this.#port,
      opensSocket,
      hasKey: this.#access.isBearer(request.headers.authorization),
    });
  }

  #isKnown(request: IncomingMessage): boolean {
    const { authorization, cookie } = request.headers;
    return this.#access.isBearer(authorization) || this.#access.isSession(cookie);
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenFailed(port, error)));
    server.listen({ host: address, port, exclusive: true }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

function listenFailed(port: number, error: NodeJS.ErrnoException): HearthError {
  const suggestion = "Choose another with --port, or leave it out to get a free one.";
  if (error.code === "EADDRINUSE") {
    return new HearthError(
      {
        code: "conflict",
        title: `Port ${port} is taken.`,
        cause: "Another program on this computer listens on it.",
        suggestion,
      },
      { cause: error },
    );
  }
  return new HearthError(
    {
      code: "not-allowed",
      title: `Hearth cannot listen on port ${port}.`,
      cause: error.message,
      suggestion,
    },
    { cause: error },
  );
}

/** The path as it came: not decoded and not tidied up, so that tricks in it can be seen. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

function tokenOf(request: IncomingMessage): string | null {
  const query = (request.url ?? "").split("?").slice(1).join("?");
  return new URLSearchParams(query).get("token");
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(",") : value;
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.end(JSON.stringify(value));
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.end(text);
}

function endRaw(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
