import { cancelledError, HearthError, toErrorData } from "../contract/errors.ts";
import type {
  InputOf,
  ItemOf,
  OutputOf,
  RouteMap,
  RouteNames,
  ValueOf,
} from "../contract/defineRoute.ts";
import {
  hostCapabilities,
  type HostCapabilities,
  type HostCapabilityName,
} from "../contract/hostCapabilities.ts";
import { serverFrameSchema, type ClientFrame, type ServerFrame } from "./frames.ts";
import { applyPatches } from "./patch.ts";
import type { Port } from "./Port.ts";

/** What a face does for the engine. A capability that is left out answers with its fallback. */
export type HostHandlers = {
  [N in HostCapabilityName]?: (
    input: OutputOfInput<N>,
  ) => Promise<OutputOf<HostCapabilities[N]>> | OutputOf<HostCapabilities[N]>;
};
type OutputOfInput<N extends HostCapabilityName> = InputOf<HostCapabilities[N]>;

export interface RpcClientOptions {
  protocol: number;
  /** The kind of face, shown to the user: "app", "browser", "cli". */
  face: string;
  host?: HostHandlers;
}

export interface CallOptions {
  signal?: AbortSignal;
}

/** A running stream: items by `for await`, the end by `result`. Each works without the other. */
export interface StreamCall<T, O> extends AsyncIterable<T> {
  readonly result: Promise<O>;
  cancel(): void;
}

interface Pending {
  onFrame(frame: ServerFrame): void;
  onError(error: Error): void;
}

/** The caller's side. Types of inputs, items, values and results come from the routes. */
export class RpcClient<M extends RouteMap> {
  readonly #port: Port;
  readonly #host: HostHandlers;
  readonly #pending = new Map<number, Pending>();
  readonly #welcome = Promise.withResolvers<{ generation: string; faceId: string }>();
  readonly #closeListeners: (() => void)[] = [];
  #nextId = 1;
  #closed = false;

  constructor(port: Port, options: RpcClientOptions) {
    this.#port = port;
    this.#host = options.host ?? {};
    // Unheard failures of the greeting must not end the process; callers see them in `ready`.
    this.#welcome.promise.catch(() => {});
    port.onFrame((frame) => this.#receive(frame, options.protocol));
    port.onClose(() => this.#portClosed());
    this.#send({ type: "hello", protocol: options.protocol, face: options.face });
  }

  /** Resolves when the engine has answered the greeting. */
  get ready(): Promise<{ generation: string; faceId: string }> {
    return this.#welcome.promise;
  }

  get closed(): boolean {
    return this.#closed;
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#closeListeners.push(listener);
  }

  close(): void {
    this.#port.close();
  }

  call<N extends RouteNames<M, "call">>(
    route: N,
    input: InputOf<M[N]>,
    options: CallOptions = {},
  ): Promise<OutputOf<M[N]>> {
    return new Promise<OutputOf<M[N]>>((resolve, reject) => {
      this.#request(route, input, options.signal, {
        onFrame: (frame) => {
          if (frame.type === "reply") resolve(frame.data as OutputOf<M[N]>);
        },
        onError: reject,
      });
    });
  }

  stream<N extends RouteNames<M, "stream">>(
    route: N,
    input: InputOf<M[N]>,
    options: CallOptions = {},
  ): StreamCall<ItemOf<M[N]>, OutputOf<M[N]>> {
    const controller = new AbortController();
    const { signal } = controller;
    if (options.signal?.aborted) controller.abort();
    else options.signal?.addEventListener("abort", () => controller.abort(), { once: true });
    const items: ItemOf<M[N]>[] = [];
    const result = Promise.withResolvers<OutputOf<M[N]>>();
    result.promise.catch(() => {});
    let wake = Promise.withResolvers<void>();
    let ended = false;
    let failure: Error | undefined;
    let sequence = 0;
    this.#request(route, input, signal, {
      onFrame: (frame) => {
        if (frame.type === "items") {
          if (frame.sequence !== sequence++) throw gap(route);
          items.push(...(frame.items as ItemOf<M[N]>[]));
        } else if (frame.type === "reply") {
          ended = true;
          result.resolve(frame.data as OutputOf<M[N]>);
        }
        wake.resolve();
      },
      onError: (error) => {
        ended = true;
        failure = error;
        result.reject(error);
        wake.resolve();
      },
    });
    async function* iterate(): AsyncGenerator<ItemOf<M[N]>, void, undefined> {
      try {
        for (;;) {
          while (items.length > 0) yield items.shift() as ItemOf<M[N]>;
          if (failure) throw failure;
          if (ended) return;
          await wake.promise;
          wake = Promise.withResolvers<void>();
        }
      } finally {
        // Leaving the loop early means that nobody wants the rest.
        if (!ended) controller.abort();
      }
    }
    return {
      result: result.promise,
      cancel: () => controller.abort(),
      [Symbol.asyncIterator]: iterate,
    };
  }

  /** Follows a state route. `onValue` is called with each new value until the returned stop. */
  watch<N extends RouteNames<M, "state">>(
    route: N,
    input: InputOf<M[N]>,
    onValue: (value: ValueOf<M[N]>) => void,
    onError: (error: Error) => void = () => {},
  ): () => void {
    const controller = new AbortController();
    let value: unknown;
    let sequence = 0;
    this.#request(route, input, controller.signal, {
      onFrame: (frame) => {
        if (controller.signal.aborted) return;
        if (frame.type === "value") {
          value = frame.value;
        } else if (frame.type === "patch") {
          if (frame.sequence !== ++sequence) throw gap(route);
          value = applyPatches(value, frame.patches);
        } else return;
        onValue(value as ValueOf<M[N]>);
      },
      onError: (error) => {
        if (!controller.signal.aborted) onError(error);
      },
    });
    return () => controller.abort();
  }

  #request(route: string, input: unknown, signal: AbortSignal | undefined, pending: Pending): void {
    if (this.#closed) return pending.onError(connectionLost());
    if (signal?.aborted) return pending.onError(cancelledError());
    const id = this.#nextId++;
    const onAbort = (): void => {
      this.#send({ type: "cancel", id });
      settle();
      pending.onError(cancelledError());
    };
    const settle = (): void => {
      this.#pending.delete(id);
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#pending.set(id, {
      onFrame: (frame) => {
        if (frame.type === "reply") settle();
        try {
          pending.onFrame(frame);
        } catch (error) {
          this.#send({ type: "cancel", id });
          settle();
          pending.onError(error instanceof Error ? error : new Error(String(error)));
        }
      },
      onError: (error) => {
        settle();
        pending.onError(error);
      },
    });
    this.#send({ type: "request", id, route, input });
  }

  #send(frame: ClientFrame): void {
    this.#port.send(frame);
  }

  #receive(raw: unknown, protocol: number): void {
    const parsed = serverFrameSchema.safeParse(raw);
    if (!parsed.success) return;
    const frame = parsed.data;
    switch (frame.type) {
      case "welcome":
        if (frame.protocol === protocol) this.#welcome.resolve(frame);
        else this.#welcome.reject(otherVersion(protocol, frame.protocol));
        return;
      case "hostRequest":
        void this.#answerHost(frame.id, frame.capability, frame.input);
        return;
      case "error":
        this.#pending.get(frame.id)?.onError(HearthError.fromData(frame.error));
        return;
      default:
        this.#pending.get(frame.id)?.onFrame(frame);
    }
  }

  async #answerHost(id: number, capability: string, input: unknown): Promise<void> {
    try {
      this.#send({ type: "hostReply", id, data: await answerHost(this.#host, capability, input) });
    } catch (error) {
      this.#send({ type: "hostError", id, error: toErrorData(error) });
    }
  }

  #portClosed(): void {
    this.#closed = true;
    const error = connectionLost();
    this.#welcome.reject(error);
    for (const pending of [...this.#pending.values()]) pending.onError(error);
    this.#pending.clear();
    for (const listener of this.#closeListeners.splice(0)) listener();
  }
}

/** Runs one capability of a face on an input that is not trusted yet. */
export async function answerHost(
  handlers: HostHandlers,
  capability: string,
  input: unknown,
): Promise<unknown> {
  const known: Record<string, ((input: never) => unknown) | undefined> = handlers;
  const handler = Object.hasOwn(known, capability) ? known[capability] : undefined;
  if (!handler || !Object.hasOwn(hostCapabilities, capability)) {
    throw new HearthError({ code: "unavailable", title: "This face cannot do that." });
  }
  const route = hostCapabilities[capability as HostCapabilityName];
  return await handler(route.input.parse(input) as never);
}

export function connectionLost(): HearthError {
  return new HearthError({
    code: "connection-lost",
    title: "The connection to the engine was lost.",
    cause: "The engine process ended or was restarted.",
    suggestion: "Hearth reconnects by itself. Then try again; what was saved is kept.",
  });
}

function gap(route: string): HearthError {
  return new HearthError({
    code: "connection-lost",
    title: "Part of an answer was lost on the way.",
    cause: `A frame of “${route}” is missing.`,
    suggestion: "Try again.",
  });
}

function otherVersion(own: number, theirs: number): HearthError {
  return new HearthError({
    code: "conflict",
    title: "Another version of Hearth is using this home folder.",
    cause: `This part speaks protocol ${own}, the running engine speaks ${theirs}.`,
    suggestion: "Close the other Hearth windows and commands, then start again.",
  });
}
