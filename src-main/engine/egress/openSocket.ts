import net from "node:net";
import tls from "node:tls";
import { cancelledError, HearthError } from "../../contract/errors.ts";
import { classifyAddress, isLoopbackHost, isOwnNetwork } from "./addressRules.ts";
import { permitSocket, systemLookup } from "./permits.ts";

export type SocketTarget = {
  host: string;
  port: number;
  secure: boolean;
  /** Whether this computer itself may be the target. */
  allowLoopback: boolean;
  /** Whether the networks of the user's own may be, for a server that the user has named. */
  allowPrivate: boolean;
  /** Whether a connection that is not secure may go to the internet. */
  plainHttp: boolean;
};

export type OpenSocketOptions = {
  connectTimeoutMs: number;
  signal: AbortSignal;
  /** Certificates trusted besides the usual ones, PEM. */
  extraCertificates: readonly string[];
};

/**
 * A connected socket to a checked address. The name is looked up once and the connection is made to
 * that very address, so a name cannot be public when checked and private when used.
 */
export async function openSocket(
  target: SocketTarget,
  options: OpenSocketOptions,
): Promise<net.Socket> {
  const addresses = await allowedAddresses(target, options.signal);
  let lastError: unknown;
  for (const address of addresses) {
    try {
      const plain = await connectPlain(address, target.port, options);
      return target.secure ? await secureSocket(plain, target.host, options) : plain;
    } catch (error) {
      if (options.signal.aborted) throw cancelledError();
      lastError = error;
    }
  }
  throw lastError;
}

async function allowedAddresses(target: SocketTarget, signal: AbortSignal): Promise<string[]> {
  if (signal.aborted) throw cancelledError();
  if (isLoopbackHost(target.host) && !target.allowLoopback) throw refusedAddress(target.host);
  const found =
    net.isIP(target.host) === 0
      ? await abortable(systemLookup(target.host, { all: true }), signal)
      : [{ address: target.host }];
  const addresses = found.map(({ address }) => address);
  const allowed = addresses.filter((address) => mayConnect(address, target));
  if (allowed.length > 0) return allowed;
  const isPublic = addresses.some((address) => classifyAddress(address) === "public");
  throw isPublic ? refusedPlain(target.host) : refusedAddress(target.host);
}

/** Whether a connection to an address is one that the target permits. */
export function mayConnect(
  address: string,
  target: Pick<SocketTarget, "secure" | "allowLoopback" | "allowPrivate" | "plainHttp">,
): boolean {
  const kind = classifyAddress(address);
  if (kind === "loopback") return target.allowLoopback;
  if (kind === "private") return target.allowPrivate && isOwnNetwork(address);
  return target.secure || target.plainHttp;
}

function refusedAddress(host: string): HearthError {
  return new HearthError({
    code: "not-allowed",
    title: "Hearth refused to connect.",
    cause: `${host} is an address of this computer or of a private network.`,
    suggestion: "Use a public https address.",
  });
}

function refusedPlain(host: string): HearthError {
  return new HearthError({
    code: "not-allowed",
    title: "Hearth refused to connect without encryption.",
    cause: `${host} is on the internet, where anybody on the way could read what is sent by http.`,
    suggestion: "Use an address that begins with https, or confirm that plain http is meant.",
  });
}

async function connectPlain(
  address: string,
  port: number,
  options: OpenSocketOptions,
): Promise<net.Socket> {
  const socket = new net.Socket();
  permitSocket(socket);
  const connected = untilEvent(socket, "connect", options);
  socket.connect({ host: address, port });
  await connected;
  return socket;
}

async function secureSocket(
  plain: net.Socket,
  host: string,
  options: OpenSocketOptions,
): Promise<tls.TLSSocket> {
  const socket = tls.connect({
    socket: plain,
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.2",
    ...(net.isIP(host) === 0 ? { servername: host } : { host }),
    ...(options.extraCertificates.length > 0
      ? { ca: [...tls.getCACertificates("default"), ...options.extraCertificates] }
      : {}),
  });
  try {
    await untilEvent(socket, "secureConnect", options);
  } catch (error) {
    plain.destroy();
    throw error;
  }
  return socket;
}

function untilEvent(
  socket: net.Socket,
  event: "connect" | "secureConnect",
  { connectTimeoutMs, signal }: OpenSocketOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" }));
    }, connectTimeoutMs);
    const onAbort = (): void => void socket.destroy(cancelledError());
    const onClose = (): void => finish(new Error("The connection was closed."));
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.off(event, onDone).off("error", finish).off("close", onClose);
      if (error) reject(error);
      else resolve();
    };
    const onDone = (): void => finish();
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once(event, onDone).once("error", finish).once("close", onClose);
  });
}

/** A lookup cannot be stopped; its caller can stop waiting. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(cancelledError());
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
