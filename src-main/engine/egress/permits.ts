import dns from "node:dns";
import type net from "node:net";

/**
 * What egress/ shares with the guard: the sockets it vouches for. A socket is named, not a code
 * path, so nothing that merely runs inside a download's callbacks gets out with it.
 */
const permittedSockets = new WeakSet<net.Socket>();

export function permitSocket(socket: net.Socket): void {
  permittedSockets.add(socket);
}

export function isPermittedSocket(socket: net.Socket): boolean {
  return permittedSockets.has(socket);
}

/** The system's name lookup, taken before the guard replaces the public one. Egress alone uses it. */
export const systemLookup = dns.promises.lookup;
