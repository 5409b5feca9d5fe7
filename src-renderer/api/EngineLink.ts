import { createStore, type StoreApi } from "zustand/vanilla";
import { HearthError, toErrorData, type ErrorData } from "../../src-main/contract/errors.ts";
import { protocolVersion, type Routes } from "../../src-main/contract/routes.ts";
import { bridgePort } from "../../src-main/rpc/bridgePort.ts";
import type { Port } from "../../src-main/rpc/Port.ts";
import { connectionLost, RpcClient } from "../../src-main/rpc/RpcClient.ts";
import { webSocketPort } from "../../src-main/rpc/webSocketPort.ts";
import { desktopBridge } from "./bridge.ts";
import { defaultKeeper, type EngineKeeper } from "./engineKeeper.ts";

export type LinkStatus =
  | { kind: "connecting" }
  | { kind: "ready"; generation: string }
  | { kind: "lost"; attempt: number; error: ErrorData }
  /** The engine is not started again until the user asks for it, by {@link EngineLink.retry}. */
  | { kind: "stopped"; error: ErrorData };

type Client = RpcClient<Routes>;

const firstRetryMs = 250;
const maxRetryMs = 5000;

/** Keeps the page connected to the engine. The window stays whatever happens to the engine. */
export class EngineLink {
  readonly status: StoreApi<LinkStatus> = createStore<LinkStatus>(() => ({ kind: "connecting" }));
  readonly #connect: () => Port;
  readonly #makeKeeper: () => EngineKeeper;
  readonly #readyListeners = new Set<(client: Client) => void>();
  #keeper: EngineKeeper | undefined;
  #client: Client | undefined;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connect: () => Port = defaultPort, makeKeeper: () => EngineKeeper = defaultKeeper) {
    this.#connect = connect;
    this.#makeKeeper = makeKeeper;
  }

  /** @throws HearthError `connection-lost` while there is no engine */
  get client(): Client {
    if (!this.#client) throw connectionLost();
    return this.#client;
  }

  start(): void {
    this.#keeper = this.#makeKeeper();
    this.#open();
  }

  /** Tries at once instead of waiting for the next attempt. */
  retryNow(): void {
    if (this.#client) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  /** Has an engine started that is not started any more by itself. */
  async retry(): Promise<void> {
    clearTimeout(this.#timer);
    // Whatever is still being looked up about earlier attempts no longer counts.
    this.#attempt = 0;
    this.status.setState({ kind: "connecting" }, true);
    await this.#keeper?.retry();
    this.retryNow();
  }

  /** Calls back with each new connection, and at once if there is one. */
  onReady(listener: (client: Client) => void): () => void {
    this.#readyListeners.add(listener);
    if (this.#client) listener(this.#client);
    return () => this.#readyListeners.delete(listener);
  }

  /**
   * The client, as soon as there is one.
   * @throws HearthError `connection-lost` when none comes within the time, or at once why there will
   * be none
   */
  async whenReady(timeoutMs: number): Promise<Client> {
    if (this.#client) return this.#client;
    return await new Promise<Client>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        stopListening();
        stopWatching();
      };
      const watch = (status: LinkStatus): void => {
        if (status.kind !== "stopped") return;
        end();
        reject(HearthError.fromData(status.error));
      };
      const timer = setTimeout(() => {
        end();
        reject(connectionLost());
      }, timeoutMs);
      const stopListening = this.onReady((client) => {
        end();
        resolve(client);
      });
      const stopWatching = this.status.subscribe(watch);
      watch(this.status.getState());
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
    const attempt = ++this.#attempt;
    const lost = { kind: "lost", attempt, error: toErrorData(error) } as const;
    // One that had been given up is shown as that until it is known to be otherwise.
    if (this.status.getState().kind !== "stopped") this.status.setState(lost, true);
    // Another version does not go away by asking again.
    if (error instanceof HearthError && error.code === "conflict") {
      this.status.setState(lost, true);
      return;
    }
    // Also while it is given up, as another window may ask for it.
    const wait = Math.min(maxRetryMs, firstRetryMs * 2 ** (attempt - 1));
    this.#timer = setTimeout(() => this.#open(), wait);
    void this.#lookWhy(lost);
  }

  async #lookWhy(lost: LinkStatus & { kind: "lost" }): Promise<void> {
    const engine = await this.#keeper?.status();
    if (this.#client || this.#attempt !== lost.attempt) return;
    const givenUp = engine?.state === "failed" && engine.givenUp;
    this.status.setState(givenUp ? { kind: "stopped", error: engine.error } : lost, true);
  }
}

function defaultPort(): Port {
  const bridge = desktopBridge();
  if (bridge) return bridgePort(bridge);
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return webSocketPort(new WebSocket(`${scheme}://${location.host}/rpc`));
}
