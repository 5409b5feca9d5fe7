import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { toErrorData } from "../contract/errors.ts";
import type { EngineDoor } from "../supervisor/EngineDoor.ts";
import { EngineRelay, maxPageFrameLength } from "../supervisor/EngineRelay.ts";

/** More pages than this at once is no user. */
const maxPages = 64;
/** The engine is held back while a page has this much still to take, in bytes. */
const slowPageBytes = 8 * 1024 * 1024;

/** Why a page's WebSocket was closed; in the range that applications may use. */
export const socketCloseCodes = { engineClosed: 4000, engineUnavailable: 4001 } as const;

/** The pages' WebSockets, each with an engine connection of its own. */
export class RpcSockets {
  readonly #door: EngineDoor;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: maxPageFrameLength });
  readonly #closing = new AbortController();

  constructor(door: EngineDoor) {
    this.#door = door;
  }

  /** Takes a request that has been found good. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#server.clients.size >= maxPages) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (page) => void this.#serve(page));
  }

  close(): void {
    this.#closing.abort();
    for (const page of this.#server.clients) page.terminate();
    this.#server.close();
  }

  async #serve(page: WebSocket): Promise<void> {
    page.on("error", () => {
      // "close" follows and ends the relay.
    });
    // What the page says meanwhile waits in its socket.
    page.pause();
    let relay: EngineRelay;
    try {
      const { socket } = await this.#door.open(this.#closing.signal);
      relay = new EngineRelay({
        socket,
        toPage: (text) => {
          page.send(text, () => {
            if (page.bufferedAmount < slowPageBytes) relay.resume();
          });
          if (page.bufferedAmount >= slowPageBytes) relay.pause();
        },
        onClose: () => page.close(socketCloseCodes.engineClosed, "engine closed"),
      });
    } catch (error) {
      page.resume();
      page.close(socketCloseCodes.engineUnavailable, toErrorData(error).code);
      return;
    }
    if (page.readyState === page.CLOSED) return relay.close();
    page.on("close", () => relay.close());
    page.on("message", (data, isBinary) => {
      const text = isBinary ? undefined : messageText(data);
      if (!relay.fromPage(text)) page.close(1008, "bad frame");
    });
    page.resume();
  }
}

function messageText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString("utf8");
}
