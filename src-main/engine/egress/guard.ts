import { randomUUID } from "node:crypto";
import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { HearthError } from "../../contract/errors.ts";
import { isLoopbackHost } from "./addressRules.ts";
import { isPermittedSocket } from "./permits.ts";
import { redactUrl, type RequestRecord } from "./requestRecord.ts";

export type GuardOptions = {
  /** Name of this process in the request log. */
  process: string;
  /** Told of every attempt that was refused. */
  onRefused: (record: RequestRecord) => void;
};

let current: GuardOptions | null = null;

/**
 * Shuts the network for this JavaScript world: outgoing connections, datagrams, `fetch` and name
 * lookups fail with `not-allowed` unless Egress made the connection itself, and are reported.
 * Local sockets and pipes stay open, and so does listening on this computer's own addresses.
 *
 * Call it first in every process and in every worker thread (each has its own copy of the
 * modules). It catches libraries that phone home; it cannot hold native code or other programs.
 * A second call replaces the options.
 */
export function installNetworkGuard(options: GuardOptions): void {
  const isFirst = current === null;
  current = options;
  if (!isFirst) return;
  guardFetch();
  guardSockets();
  guardListening();
  guardDatagrams();
  guardNames();
  syncBuiltinESMExports();
}

function refuse(method: string, url: string): HearthError {
  const error = new HearthError({
    code: "not-allowed",
    title: "Hearth refused a network access.",
    cause: `${method} ${redactUrl(url)} did not go through Hearth's own door to the network.`,
    suggestion: "Report this: a part of Hearth tried to connect on its own.",
  });
  current?.onRefused({
    id: randomUUID(),
    at: Date.now(),
    process: current.process,
    method,
    url: redactUrl(url),
    reason: "None given: the attempt did not come through Hearth's network door.",
    outcome: "refused",
    error: error.message,
  });
  return error;
}

function replace(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

function methodOf(target: object, name: string): Method {
  return Reflect.get(target, name) as Method;
}

function guardFetch(): void {
  const original = globalThis.fetch;
  replace(globalThis, "fetch", async function fetch(input: unknown, init?: RequestInit) {
    const url = input instanceof Request ? input.url : String(input);
    // Data and blob addresses hold their content themselves.
    if (/^(?:data|blob):/iu.test(url)) return original(url, init);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    throw refuse(method.toUpperCase(), url);
  });
}

/** `net`, `tls`, `http`, `https`, `http2`, WebSocket and undici all connect through this method. */
function guardSockets(): void {
  const original = methodOf(net.Socket.prototype, "connect");
  replace(net.Socket.prototype, "connect", function connect(this: net.Socket, ...args: unknown[]) {
    const target = connectTarget(args);
    if (target === null || isPermittedSocket(this)) return Reflect.apply(original, this, args);
    const error = refuse("CONNECT", `tcp://${target}`);
    // As with any failed connection: the caller gets its socket first, then the error event.
    process.nextTick(() => this.destroy(error));
    return this;
  });
}

/** `host:port` of a connect call, or null when it goes to a local socket or pipe. */
function connectTarget(args: readonly unknown[]): string | null {
  // net.connect hands its already sorted arguments over as one array.
  const first = Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0];
  if (typeof first === "string" && !/^\d+$/u.test(first)) return null;
  if (typeof first === "object" && first !== null) {
    const { path, host, port } = first as { path?: unknown; host?: unknown; port?: unknown };
    if (typeof path === "string" && port === undefined) return null;
    return `${hostText(host)}:${String(port)}`;
  }
  return `${hostText(args[1])}:${String(first)}`;
}

function hostText(host: unknown): string {
  if (typeof host !== "string" || host === "") return "localhost";
  return net.isIPv6(host) ? `[${host}]` : host;
}

function guardListening(): void {
  const original = methodOf(net.Server.prototype, "listen");
  replace(net.Server.prototype, "listen", function listen(this: net.Server, ...args: unknown[]) {
    const address = listenAddress(args);
    if (address === null) return Reflect.apply(original, this, args);
    const error = refuse("LISTEN", `tcp://${address}`);
    process.nextTick(() => this.emit("error", error));
    return this;
  });
}

/** The address of a listen call that others on the network could reach, or null if none could. */
function listenAddress(args: readonly unknown[]): string | null {
  const first = args[0];
  let host: unknown = args[1];
  let port: unknown = first;
  if (typeof first === "string" && !/^\d+$/u.test(first)) return null;
  if (typeof first === "object" && first !== null) {
    const options = first as { host?: unknown; port?: unknown };
    // Without a port it is a path, a handle or an inherited descriptor.
    if (options.port === undefined) return null;
    ({ host, port } = options);
  }
  if (typeof host === "string" && isLoopbackHost(host)) return null;
  return `${typeof host === "string" ? hostText(host) : "[::]"}:${String(port)}`;
}

function guardDatagrams(): void {
  for (const name of ["send", "sendto", "connect"] as const) {
    replace(dgram.Socket.prototype, name, function refused(this: dgram.Socket, ...args: unknown[]) {
      const error = refuse(
        "UDP",
        `udp://${args.filter((arg) => typeof arg !== "object").join(":")}`,
      );
      const callback = args.at(-1);
      process.nextTick(() => {
        if (typeof callback === "function") Reflect.apply(callback, this, [error]);
        else this.emit("error", error);
      });
    });
  }
}

/** Names that are looked up on this computer alone; listening on them needs that. */
function isLocalName(name: unknown): boolean {
  return typeof name !== "string" || name === "" || net.isIP(name) !== 0 || isLoopbackHost(name);
}

function guardNames(): void {
  guardLookups(dns, "callback");
  guardLookups(dns.Resolver.prototype, "callback");
  guardLookups(dns.promises, "promise");
  guardLookups(dns.promises.Resolver.prototype, "promise");
}

function guardLookups(target: object, style: "callback" | "promise"): void {
  const names = Object.getOwnPropertyNames(target).filter((name) =>
    /^(?:lookup|lookupService|reverse|resolve.*)$/u.test(name),
  );
  for (const name of names) {
    const original: unknown = Reflect.get(target, name);
    if (typeof original !== "function") continue;
    replace(target, name, function lookup(this: unknown, ...args: unknown[]): unknown {
      const passes = name === "lookup" && isLocalName(args[0]);
      if (passes) return Reflect.apply(original, this, args);
      const error = refuse("LOOKUP", `dns://${String(args[0])}`);
      if (style === "promise") return Promise.reject(error);
      const callback = args.at(-1);
      process.nextTick(() => {
        if (typeof callback === "function") Reflect.apply(callback, undefined, [error]);
      });
      return undefined;
    });
  }
}
