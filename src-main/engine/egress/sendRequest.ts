import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { cancelledError } from "../../contract/errors.ts";
import { bareHost } from "./addressRules.ts";
import { openSocket } from "./openSocket.ts";

export type Timeouts = {
  /** To have a connection, milliseconds. */
  connectMs: number;
  /** From the request to the first byte of the answer, and between any two pieces of the body. */
  idleMs: number;
};

export type RequestToSend = {
  url: URL;
  method: string;
  headers: Headers;
  body?: string | Uint8Array;
  allowLoopback: boolean;
  allowPrivate: boolean;
  /** Plain http may go to the internet. */
  plainHttp: boolean;
  timeouts: Timeouts;
  signal: AbortSignal;
  extraCertificates: readonly string[];
};

/** One request on one fresh connection, no redirects. Resolves at the head of the answer. */
export async function sendRequest(request: RequestToSend): Promise<IncomingMessage> {
  const { url, signal, timeouts } = request;
  const secure = url.protocol === "https:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const socket = await openSocket(
    {
      host: bareHost(url),
      port,
      secure,
      allowLoopback: request.allowLoopback,
      allowPrivate: request.allowPrivate,
      plainHttp: request.plainHttp,
    },
    {
      connectTimeoutMs: timeouts.connectMs,
      signal,
      extraCertificates: request.extraCertificates,
    },
  );
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? https : http).request(url, {
      method: request.method,
      headers: {
        "accept-encoding": "identity",
        "user-agent": "Hearth",
        ...Object.fromEntries(request.headers),
      },
      createConnection: () => socket,
    });
    let message: IncomingMessage | undefined;
    // Once the answer has begun its reader must hear the reason, not only that the line broke.
    const stop = (error: Error): void => void (message ?? outgoing).destroy(error);
    const onAbort = (): void => stop(cancelledError());
    socket.setTimeout(timeouts.idleMs, () => {
      // The silence is ours: the reader has not caught up yet.
      if (message?.isPaused()) return;
      stop(Object.assign(new Error("no data in time"), { code: "ETIMEDOUT" }));
    });
    outgoing.on("error", reject);
    outgoing.once("close", () => signal.removeEventListener("abort", onAbort));
    outgoing.once("response", (answer: IncomingMessage) => {
      message = answer;
      resolve(answer);
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    outgoing.end(request.body);
  });
}
