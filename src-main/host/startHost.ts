import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ErrorData } from "../contract/errors.ts";
import { EngineDoor } from "../supervisor/EngineDoor.ts";
import { EngineSupervisor } from "../supervisor/EngineSupervisor.ts";
import type { EngineStarter } from "../supervisor/EngineStarter.ts";
import { AccessKey } from "./AccessKey.ts";
import { Api, isApiPath, type ApiLimits } from "./api/Api.ts";
import { ApiGate } from "./ApiGate.ts";
import { securityHeaders } from "./contentSecurityPolicy.ts";
import { closeServers, isLoopback, listenAt, loopback } from "./listen.ts";
import { hostHeader, judgeRequest, type Verdict } from "./originGuard.ts";
import { answerSafely, end, guarded, pathOf } from "./requestParts.ts";
import { RpcSockets } from "./RpcSockets.ts";
import { interfaceRoots, readStatic, type StaticRoot } from "./staticFiles.ts";

export interface HostOptions {
  home: string;
  /** 0 or absent: any free one. */
  port?: number;
  /** An IP address at which other computers may use the API too; the interface stays on this one. */
  bind?: string;
  apiLimits?: Partial<ApiLimits>;
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
  /** What programs take for their base address; the last ones are for other computers. */
  readonly apiUrls: readonly string[];
  close(): Promise<void>;
}

/**
 * Serves the interface to browsers on this computer and the API to programs, and keeps the engine of
 * the home running meanwhile.
 * @throws HearthError as `listenAt`, and whatever keeps the engine from starting
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { home, starter, onNotice, roots = interfaceRoots() } = options;
  const door = new EngineDoor({ home, ...(starter ? { starter } : {}) });
  const supervisor = new EngineSupervisor({
    door,
    face: "host",
    ...(onNotice ? { onNotice } : {}),
  });
  const { servers, port, addresses } = await listenAt(options.port ?? 0, options.bind);
  const access = new AccessKey(port);
  const sockets = new RpcSockets(door);
  const api = new Api({
    engine: async () => (await supervisor.connect()).client,
    isRunKey: (key) => access.isKey(key),
    ...(options.apiLimits ? { limits: options.apiLimits } : {}),
  });
  const gate = new ApiGate(api, port);
  const handler = new HostHandler({ access, port, roots, door, supervisor, gate });
  for (const server of servers) {
    server.on("request", (request, response) => {
      void answerSafely(response, () => handler.answer(request, response));
    });
    server.on("upgrade", (request, socket, head) => {
      const refusal = handler.refuseUpgrade(request);
      if (refusal) endRaw(socket, refusal);
      else sockets.accept(request, socket, head);
    });
  }
  const close = async (): Promise<void> => {
    sockets.close();
    api.close();
    supervisor.close();
    await closeServers(servers);
  };
  try {
    await supervisor.connect();
  } catch (error) {
    await close();
    throw error;
  }
  const url = `http://${hostHeader(loopback, port)}/?token=${access.key}`;
  const apiUrls = [loopback, ...addresses].map((at) => `http://${hostHeader(at, port)}/v1`);
  return { url, key: access.key, port, apiUrls, close };
}

class HostHandler {
  readonly #access: AccessKey;
  readonly #port: number;
  readonly #gate: ApiGate;
  readonly #roots: readonly StaticRoot[];
  readonly #door: EngineDoor;
  readonly #supervisor: EngineSupervisor;

  constructor(parts: {
    access: AccessKey;
    port: number;
    gate: ApiGate;
    roots: readonly StaticRoot[];
    door: EngineDoor;
    supervisor: EngineSupervisor;
  }) {
    this.#access = parts.access;
    this.#port = parts.port;
    this.#gate = parts.gate;
    this.#roots = parts.roots;
    this.#door = parts.door;
    this.#supervisor = parts.supervisor;
  }

  /** The status with which a WebSocket is refused, or undefined where it is welcome. */
  refuseUpgrade(request: IncomingMessage): string | undefined {
    if (!this.#judge(request, true).allowed) return "403 Forbidden";
    if (!this.#isKnown(request)) return "401 Unauthorized";
    return pathOf(request) === "/rpc" ? undefined : "404 Not Found";
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    if (isApiPath(path)) return await this.#gate.answer(request, response);
    const { host } = request.headers;
    const own = host === undefined ? [] : [`ws://${host}`];
    const verdict = this.#judge(request, false);
    for (const [name, value] of Object.entries(securityHeaders(verdict.allowed ? own : []))) {
      response.setHeader(name, value);
    }
    response.setHeader("Cache-Control", "no-store");
    if (!verdict.allowed) return end(response, 403, verdict.reason);
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

  /** The interface is for browsers on this computer alone, wherever else the API listens. */
  #judge(request: IncomingMessage, opensSocket: boolean): Verdict {
    if (!isLoopback(request.socket.remoteAddress)) {
      return { allowed: false, reason: "Hearth's page can be opened on its own computer alone." };
    }
    return judgeRequest({
      ...guarded(request),
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

function tokenOf(request: IncomingMessage): string | null {
  const query = (request.url ?? "").split("?").slice(1).join("?");
  return new URLSearchParams(query).get("token");
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.end(JSON.stringify(value));
}

function endRaw(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
