import { cancelledError, HearthError, toErrorData } from "../contract/errors.ts";
import type { FaceHandle, HandlersOf, Observable, RouteMap } from "../contract/defineRoute.ts";
import {
  hostCapabilities,
  hostFallbacks,
  type HostCapabilities,
  type HostCapabilityName,
} from "../contract/hostCapabilities.ts";
import type { InputOf, OutputOf } from "../contract/defineRoute.ts";
import { clientFrameSchema, type ClientFrame, type ServerFrame } from "./frames.ts";
import { diff } from "./patch.ts";
import type { Port } from "./Port.ts";

/** Items and patches that come faster than this are sent together, in milliseconds. */
const coalesceMs = 16;

export interface RpcServerOptions<M extends RouteMap> {
  routes: M;
  handlers: HandlersOf<M>;
  protocol: number;
  generation: string;
  onFaceJoined?: (face: Face) => void;
  onFaceLeft?: (face: Face) => void;
  /** Told of each fault that is Hearth's own, for the log. */
  onFault?: (route: string, error: unknown) => void;
}

/** A face as the engine sees it: it can be asked for what only a face has. */
export interface Face extends FaceHandle {
  ask<N extends HostCapabilityName>(
    name: N,
    input: InputOf<HostCapabilities[N]>,
  ): Promise<OutputOf<HostCapabilities[N]>>;
}

/** Serves the routes on any number of ports. */
export class RpcServer<M extends RouteMap> {
  readonly #options: RpcServerOptions<M>;
  readonly #connections = new Map<string, Connection<M>>();
  #nextFace = 1;

  constructor(options: RpcServerOptions<M>) {
    this.#options = options;
  }

  get faces(): readonly Face[] {
    return [...this.#connections.values()];
  }

  face(id: string): Face | undefined {
    return this.#connections.get(id);
  }

  accept(port: Port): void {
    const id = `f${this.#nextFace++}`;
    const connection = new Connection(id, port, this.#options);
    connection.onJoined = () => {
      this.#connections.set(id, connection);
      this.#options.onFaceJoined?.(connection);
    };
    port.onClose(() => {
      connection.closed();
      if (this.#connections.delete(id)) this.#options.onFaceLeft?.(connection);
    });
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
  }
}

class Connection<M extends RouteMap> implements Face {
  readonly id: string;
  kind = "unknown";
  onJoined: () => void = () => {};
  readonly #port: Port;
  readonly #options: RpcServerOptions<M>;
  readonly #running = new Map<number, AbortController>();
  readonly #asked = new Map<number, (reply: ClientFrame | undefined) => void>();
  #nextAsk = 1;

  constructor(id: string, port: Port, options: RpcServerOptions<M>) {
    this.id = id;
    this.#port = port;
    this.#options = options;
    port.onFrame((frame) => this.#receive(frame));
  }

  async ask<N extends HostCapabilityName>(
    name: N,
    input: InputOf<HostCapabilities[N]>,
  ): Promise<OutputOf<HostCapabilities[N]>> {
    const id = this.#nextAsk++;
    const reply = await new Promise<ClientFrame | undefined>((resolve) => {
      this.#asked.set(id, resolve);
      this.#send({ type: "hostRequest", id, capability: name, input });
    });
    if (reply?.type !== "hostReply") {
      return hostFallbacks[name] as OutputOf<HostCapabilities[N]>;
    }
    return hostCapabilities[name].output.parse(reply.data) as OutputOf<HostCapabilities[N]>;
  }

  close(): void {
    this.#port.close();
  }

  closed(): void {
    for (const controller of this.#running.values()) controller.abort(faceLeft());
    this.#running.clear();
    for (const resolve of this.#asked.values()) resolve(undefined);
    this.#asked.clear();
  }

  #send(frame: ServerFrame): void {
    this.#port.send(frame);
  }

  #receive(raw: unknown): void {
    const parsed = clientFrameSchema.safeParse(raw);
    if (!parsed.success) {
      // A request must always be answered, also a malformed one that still has a usable id.
      const id = typeof raw === "object" && raw !== null && "id" in raw ? raw.id : undefined;
      if (typeof id === "number" && Number.isInteger(id) && id >= 1) {
        this.#send({ type: "error", id, error: toErrorData(parsed.error) });
      }
      return;
    }
    const frame = parsed.data;
    switch (frame.type) {
      case "hello":
        return this.#hello(frame);
      case "cancel":
        this.#running.get(frame.id)?.abort(cancelledError());
        return;
      case "request":
        void this.#request(frame.id, frame.route, frame.input);
        return;
      case "hostReply":
      case "hostError":
        this.#asked.get(frame.id)?.(frame);
        this.#asked.delete(frame.id);
    }
  }

  #hello(frame: { protocol: number; face: string }): void {
    const { protocol, generation } = this.#options;
    this.kind = frame.face;
    this.#send({ type: "welcome", protocol, generation, faceId: this.id });
    // A face of another version reads our version from the welcome and says so to its user.
    if (frame.protocol !== protocol) this.#port.close();
    else this.onJoined();
  }

  async #request(id: number, name: string, rawInput: unknown): Promise<void> {
    if (this.#running.has(id)) {
      this.#send({ type: "error", id, error: toErrorData(duplicateId(id)) });
      return;
    }
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      const { routes, handlers } = this.#options;
      const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
      if (!route) throw unknownRoute(name);
      const input = route.input.parse(rawInput);
      const context = { signal: controller.signal, face: this };
      const handler = handlers[name] as unknown;
      if (route.kind === "state") {
        const observe = handler as (input: unknown, c: typeof context) => Observable<unknown>;
        await this.#serveState(id, observe(input, context), controller.signal);
        return;
      }
      if (route.kind === "stream") {
        const items = new ItemQueue((batch, sequence) =>
          this.#send({ type: "items", id, sequence, items: batch }),
        );
        const run = handler as (
          input: unknown,
          emit: (item: unknown) => void,
          c: typeof context,
        ) => Promise<unknown>;
        try {
          const data = await run(input, (item) => items.push(item), context);
          items.flush();
          this.#send({ type: "reply", id, data });
        } finally {
          items.flush();
        }
        return;
      }
      const run = handler as (input: unknown, c: typeof context) => unknown;
      this.#send({ type: "reply", id, data: await run(input, context) });
    } catch (error) {
      const data = toErrorData(error);
      if (data.code === "internal") this.#options.onFault?.(name, error);
      this.#send({ type: "error", id, error: data });
    } finally {
      this.#running.delete(id);
    }
  }

  async #serveState(id: number, value: Observable<unknown>, signal: AbortSignal): Promise<void> {
    let sent = value.get();
    let sequence = 0;
    this.#send({ type: "value", id, sequence: 0, value: sent });
    let timer: NodeJS.Timeout | undefined;
    const stop = value.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        const now = value.get();
        const patches = diff(sent, now);
        sent = now;
        if (patches.length > 0) this.#send({ type: "patch", id, sequence: ++sequence, patches });
      }, coalesceMs);
    });
    if (!signal.aborted) {
      await new Promise<void>((resolve) =>
        signal.addEventListener("abort", () => resolve(), { once: true }),
      );
    }
    stop();
    clearTimeout(timer);
  }
}

/** Sends the first item at once and gathers those that follow within one frame's time. */
class ItemQueue {
  readonly #send: (items: unknown[], sequence: number) => void;
  #items: unknown[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sequence = 0;
  #lastFlush = 0;

  constructor(send: (items: unknown[], sequence: number) => void) {
    this.#send = send;
  }

  push(item: unknown): void {
    this.#items.push(item);
    const wait = this.#lastFlush + coalesceMs - performance.now();
    if (wait <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#lastFlush = performance.now();
    this.#send(items, this.#sequence++);
  }
}

/** The reason of a signal when its face went away; work that others may want can go on. */
function faceLeft(): HearthError {
  return new HearthError({ code: "connection-lost", title: "The window or command has gone." });
}

function unknownRoute(name: string): HearthError {
  return new HearthError({
    code: "unknown-route",
    title: "This part of Hearth does not know the request.",
    cause: `There is no route named “${name}”.`,
    suggestion: "Restart Hearth so that all its parts have the same version.",
  });
}

function duplicateId(id: number): HearthError {
  return new HearthError({
    code: "bad-input",
    title: "Two requests have the same number.",
    cause: `Request ${id} is still running.`,
  });
}
