import type { HostHandlers } from "../rpc/RpcClient.ts";
import { EngineRelay } from "../supervisor/EngineRelay.ts";
import type { EngineDoor } from "../supervisor/EngineDoor.ts";
import { shellChannels } from "./channels.ts";

/** A page that says more than this before the engine listens is not waiting for it. */
const maxWaitingFrames = 1000;

interface Connection {
  /** The page's number for it. */
  connection: number;
  stop: AbortController;
  /** Absent while the engine is not there yet. */
  relay?: EngineRelay;
}

/** One window's connection to the engine. There is at most one at a time; each has a number of the page's. */
export class WindowLink {
  readonly #door: EngineDoor;
  readonly #host: HostHandlers;
  readonly #send: (channel: string, ...values: unknown[]) => void;
  #current: Connection | undefined;
  #waiting: unknown[] = [];

  /** @param options.send sends to the page, and does nothing where there is none any more */
  constructor(options: {
    door: EngineDoor;
    host: HostHandlers;
    send: (channel: string, ...values: unknown[]) => void;
  }) {
    this.#door = options.door;
    this.#host = options.host;
    this.#send = options.send;
  }

  /** Opens a connection in place of the one there may be. Failure is told as its closing. */
  async open(connection: number): Promise<void> {
    this.#drop();
    const own: Connection = { connection, stop: new AbortController() };
    this.#current = own;
    const closed = (): void => {
      if (this.#current !== own) return;
      this.#drop();
      this.#send(shellChannels.engineClosed, connection);
    };
    try {
      const { socket } = await this.#door.open(own.stop.signal);
      own.relay = new EngineRelay({
        socket,
        host: this.#host,
        toPage: (text) => {
          if (this.#current === own) this.#send(shellChannels.frame, connection, text);
        },
        onClose: closed,
      });
      // The page may have left while the engine was starting.
      if (this.#current !== own) return own.relay.close();
      for (const text of this.#waiting.splice(0)) this.post(connection, text);
    } catch {
      // The door tells the reason as its status, which the page hears apart.
      closed();
    }
  }

  /** Passes a frame of the page on. One that is not allowed ends the connection. */
  post(connection: number, text: unknown): void {
    const own = this.#current;
    if (own?.connection !== connection) return;
    const taken = own.relay
      ? own.relay.fromPage(text)
      : this.#waiting.push(text) <= maxWaitingFrames;
    if (!taken) this.close(connection);
  }

  /** Closes for the page, which is told as by any other end. */
  close(connection: number): void {
    if (this.#current?.connection !== connection) return;
    this.#drop();
    this.#send(shellChannels.engineClosed, connection);
  }

  /** The page has gone. */
  dispose(): void {
    this.#drop();
  }

  #drop(): void {
    const own = this.#current;
    this.#current = undefined;
    this.#waiting = [];
    own?.stop.abort();
    own?.relay?.close();
  }
}
