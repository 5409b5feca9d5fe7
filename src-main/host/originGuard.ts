/**
 * Who may talk to the host. Any web page can make the user's browser send requests to 127.0.0.1;
 * these rules tell such requests from those of Hearth's own page. All of them are pure.
 */

/** The headers that the rules look at, as they came. */
export interface GuardedHeaders {
  host?: string | undefined;
  origin?: string | undefined;
  "sec-fetch-site"?: string | undefined;
  "sec-fetch-mode"?: string | undefined;
}

/**
 * The names under which the host may be asked. Another name that leads here is a page that has made
 * its own name point to this computer.
 * @param addresses more addresses at which the user wants it to be reached; no page can take these
 *   for its own, because they are no names
 */
export function isOwnHost(
  host: string | undefined,
  port: number,
  addresses: readonly string[] = [],
): boolean {
  if (host === `127.0.0.1:${port}` || host === `localhost:${port}`) return true;
  return addresses.some((address) => host === hostHeader(address, port));
}

/** An address with its port, as a Host header and a URL write it. */
export function hostHeader(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Whether the origin is that of the page which this host itself serves under that name. */
export function isOwnOrigin(origin: string, host: string): boolean {
  return origin === `http://${host}`;
}

export type Verdict = { allowed: true } | { allowed: false; reason: string };

const allowed: Verdict = { allowed: true };

/**
 * Judges a request by its headers alone.
 * @param request.opensSocket true for a WebSocket, which no browser opens without an Origin
 * @param request.hasKey true where it carries the key itself, as only a program can
 */
export function judgeRequest(request: {
  method: string;
  headers: GuardedHeaders;
  port: number;
  opensSocket: boolean;
  hasKey: boolean;
  addresses?: readonly string[];
}): Verdict {
  const { method, headers, port, opensSocket, hasKey, addresses } = request;
  const { host, origin } = headers;
  if (host === undefined || !isOwnHost(host, port, addresses)) {
    return refuse("The Host header names another computer.");
  }
  if (origin !== undefined && !isOwnOrigin(origin, host)) {
    return refuse("The request comes from another site.");
  }
  const site = headers["sec-fetch-site"];
  const crossSite = site !== undefined && site !== "same-origin" && site !== "none";
  const navigates = method === "GET" && headers["sec-fetch-mode"] === "navigate";
  // Following a link to the start page is fine; it gets nothing without the key.
  if (crossSite && !navigates) return refuse("The request comes from another site.");
  const changes = opensSocket || (method !== "GET" && method !== "HEAD");
  if (changes && origin === undefined && !hasKey) {
    return refuse("The request does not say where it comes from.");
  }
  return allowed;
}

function refuse(reason: string): Verdict {
  return { allowed: false, reason };
}
