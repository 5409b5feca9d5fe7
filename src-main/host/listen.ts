import { createServer, type Server } from "node:http";
import { isIP, type AddressInfo } from "node:net";
import os from "node:os";
import { HearthError } from "../contract/errors.ts";

/** Only this computer can reach it. */
export const loopback = "127.0.0.1";

const wildcards = ["0.0.0.0", "::"];

export interface Listeners {
  readonly servers: readonly Server[];
  readonly port: number;
  /** Beside loopback, the addresses at which other computers can reach it. */
  readonly addresses: readonly string[];
}

/**
 * Listens on loopback, and also on `bind` where the user wants other computers to reach the host.
 * @throws HearthError `bad-input` for what is no address, `conflict` when the port is taken,
 *   `not-allowed` when it may not be used
 */
export async function listenAt(port: number, bind: string = loopback): Promise<Listeners> {
  if (isIP(bind) === 0) {
    throw new HearthError({
      code: "bad-input",
      title: `“${bind}” is not an address.`,
      suggestion:
        "Give an IP address of this computer, or 0.0.0.0 for all; leave it out for this computer alone.",
    });
  }
  if (wildcards.includes(bind)) {
    const server = await listen(port, bind);
    return { servers: [server], port: portOf(server), addresses: openAddresses(bind) };
  }
  const own = await listen(port, loopback);
  if (bind === loopback) return { servers: [own], port: portOf(own), addresses: [] };
  try {
    const open = await listen(portOf(own), bind);
    return { servers: [own, open], port: portOf(own), addresses: [bind] };
  } catch (error) {
    own.close();
    throw error;
  }
}

/** Whether an address is of this computer alone, as sockets write it. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/u.test(address);
}

/**
 * The addresses of now at which other computers reach what listens at a wildcard. Those that hold on
 * one cable only are left out, as they mean nothing without its name.
 * @param wildcard `0.0.0.0` for the older kind of address, `::` for both kinds
 */
export function openAddresses(wildcard: string): string[] {
  return Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family, address }) => {
      return (
        !internal && (family === "IPv4" || (wildcard === "::" && !/^fe[89ab]/iu.test(address)))
      );
    })
    .map(({ address }) => address);
}

/** An address of a socket as a URL has it: an IPv4 one in its own form, and without a cable's name. */
export function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/u, "").replace(/%.*$/u, "");
}

/** Ends servers and what is connected to them. */
export async function closeServers(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map((server) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    }),
  );
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listen(port: number, host: string): Promise<Server> {
  // A client has this long to send a request; an answer may take as long as it needs.
  const server = createServer({ headersTimeout: 20_000, requestTimeout: 120_000 });
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenFailed(port, host, error)));
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

function listenFailed(port: number, host: string, error: NodeJS.ErrnoException): HearthError {
  const suggestion = "Choose another with --port, or leave it out to get a free one.";
  if (error.code === "EADDRINUSE") {
    return new HearthError(
      {
        code: "conflict",
        title: `Port ${port} is taken.`,
        cause: "Another program on this computer listens on it.",
        suggestion,
      },
      { cause: error },
    );
  }
  if (error.code === "EADDRNOTAVAIL") {
    return new HearthError(
      {
        code: "bad-input",
        title: `${host} is not an address of this computer.`,
        suggestion: "Give one that is, or 0.0.0.0 for all.",
      },
      { cause: error },
    );
  }
  return new HearthError(
    {
      code: "not-allowed",
      title: `Hearth cannot listen on port ${port}.`,
      cause: error.message,
      suggestion,
    },
    { cause: error },
  );
}
