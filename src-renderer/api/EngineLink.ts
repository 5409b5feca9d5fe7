import { createStore, type StoreApi } from "zustand/vanilla";
import { HearthError, toErrorData, type ErrorData } from "../../src-main/contract/errors.ts";
import { protocolVersion, type Routes } from "../../src-main/contract/routes.ts";
import { bridgePort } from "../../src-main/rpc/bridgePort.ts";
import type { Port } from "../../src-main/rpc/Port.ts";
import { connectionLost, RpcClient } from "../../src-main/rpc/RpcClient.ts";
import { webSocketPort } from "../../src-main/rpc/webSocketPort.ts";
import { desktopBridge } from "./bridge.ts";

export type LinkStatus =
  | { kind: "connecting" }
  | { kind: "ready"; generation: string }
  | { kind: "lost"; attempt: number; error: ErrorData };

type Client = RpcClient<Routes>;

const firstRetryMs = 250;
const maxRetryMs = 5000;

/** Keeps the page connected to the engine. The window stays whatever happens to the engine. */
export class EngineLink {
  readonly status: StoreApi<LinkStatus> = createStore<LinkStatus>(() => ({ kind: "connecting" }));
  readonly #connect: () => Port;
  readonly #readyListeners = new Set<(client: Client) => void>();
  #client: Client | undefined;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connect: () => Port = defaultPort) {
    this.#connect = connect;
  }

  /** @throws HearthError `connection-lost` while there is no engine */
  get client(): Client {
    if (!this.#client) throw connectionLost();
    return this.#client;
  }

  start(): void {
    this.#open();
  }

  /** Tries at once instead of waiting for the next attempt. */
  retryNow(): void {
    if (this.#client) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  /** Calls back with each new connection, and at once if there is one. */
  onReady(listener: (client: Client) => void): () => void {
    this.#readyListeners.add(listener);
    if (this.#client) listener(this.#client);
    return () => this.#readyListeners.delete(listener);
  }

  /**
   * The client, as soon as there is one.
   * @throws HearthError `connection-lost` when none comes within the time
   */
  async whenReady(timeoutMs: number): Promise<Client> {
    if (this.#client) return this.#client;
    return await new Promise<Client>((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        reject(connectionLost());
      }, timeoutMs);
      const stop = this.onReady((client) => {
        clearTimeout(timer);
        stop();
        resolve(client);
      });
    });
  }

  #open(): void {
    const face = desktopBridge() ? "app" : "browser";
    const client = new RpcClient<Routes>(this.#connect(), { protocol: protocolVersion, face });
    client.ready.then(
      ({ generation }) => {
        this.#attempt = 0;
        this.#client = client;
        this.status.setState({ kind: "ready", generation }, true);
        for (const listener of this.#readyListeners) listener(client);
      },
      (error: unknown) => this.#lost(error),
    );
    client.onClose(() => {
      if (this.#client === client) this.#lost(connectionLost());
    });
  }

  #lost(error: unknown): void {
    this.#client = undefined;
    clearTimeout(this.#timer);
    this.#attempt++;
    this.status.setState({ kind: "lost", attempt: this.#attempt, error: toErrorData(error) }, true);
    // Another version does not go away by asking again.
    if (error instanceof HearthError && error.code === "conflict") return;
    const wait = Math.min(maxRetryMs, firstRetryMs * 2 ** (this.#attempt - 1));
    this.#timer = setTimeout(() => this.#open(), wait);
  }
}

function defaultPort(): Port {
  const bridge = desktopBridge();
  if (bridge) return bridgePort(bridge);
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return webSocketPort(new WebSocket(`${scheme}://${location.host}/rpc`));
}
