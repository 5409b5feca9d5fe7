import { setTimeout as sleep } from "node:timers/promises";
import { HearthError } from "../contract/errors.ts";
import { Api, type ApiLimits } from "./api/Api.ts";
import type { EngineClient } from "./api/Endpoint.ts";
import { ApiGate } from "./ApiGate.ts";
import { closeServers, listenAt, loopback, openAddresses, type Listeners } from "./listen.ts";
import { hostHeader } from "./originGuard.ts";
import { answerSafely } from "./requestParts.ts";

/** The one before may be about to let go of the port. */
const patienceMs = 1_000;
const retryMs = 100;
/** How often is looked whether the computer has other addresses by now. */
const lookMs = 5_000;
/** Where a free port is looked for when one is taken. */
const neighbours = 20;

/** Listens at all addresses of this computer that are of the older kind, which every network has. */
const everywhere = "0.0.0.0";

export interface ApiServerOptions {
  port: number;
  /** Whether other computers may reach it. */
  open: boolean;
  engine: () => Promise<EngineClient>;
  limits?: Partial<ApiLimits>;
  /** Called when the computer has got or lost an address, with what `otherUrls` is now. */
  onAddresses?: (otherUrls: string[]) => void;
}

export interface RunningApiServer {
  readonly url: string;
  readonly otherUrls: string[];
  close(): Promise<void>;
}

/**
 * Serves the API for programs and nothing else: no page and no way to the engine but `/v1/…`.
 * @throws HearthError as `listenAt`
 */
export async function startApiServer(options: ApiServerOptions): Promise<RunningApiServer> {
  const { port, open, engine, limits, onAddresses } = options;
  const api = new Api({ engine, isRunKey: () => false, ...(limits ? { limits } : {}) });
  const { servers } = await listenPatiently(port, open ? everywhere : loopback);
  const gate = new ApiGate(api, port);
  for (const server of servers) {
    server.on("request", (request, response) => {
      void answerSafely(response, () => gate.answer(request, response));
    });
  }
  let otherUrls = open ? otherUrlsAt(port) : [];
  const looking = setInterval(() => {
    const now = open ? otherUrlsAt(port) : [];
    if (now.join() === otherUrls.join()) return;
    otherUrls = now;
    onAddresses?.(now);
  }, lookMs);
  looking.unref();
  return {
    url: urlAt(loopback, port),
    otherUrls,
    close: async () => {
      clearInterval(looking);
      api.close();
      await closeServers(servers);
    },
  };
}

/** A port after the given one that can be had now; null where there is none nearby. */
export async function findFreePort(after: number): Promise<number | null> {
  for (let port = after + 1; port <= Math.min(after + neighbours, 65_535); port++) {
    try {
      await closeServers((await listenAt(port)).servers);
      return port;
    } catch (error) {
      if (!(error instanceof HearthError)) throw error;
    }
  }
  return null;
}

async function listenPatiently(port: number, bind: string): Promise<Listeners> {
  for (const giveUpAt = Date.now() + patienceMs; ; await sleep(retryMs)) {
    try {
      return await listenAt(port, bind);
    } catch (error) {
      const taken = error instanceof HearthError && error.code === "conflict";
      if (!taken || Date.now() >= giveUpAt) throw error;
    }
  }
}

function otherUrlsAt(port: number): string[] {
  return openAddresses(everywhere).map((address) => urlAt(address, port));
}

function urlAt(address: string, port: number): string {
  return `http://${hostHeader(address, port)}/v1`;
}
