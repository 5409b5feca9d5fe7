import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";

export type Fault = {
  /** Answer with this status and no file. */
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Break the connection after this many bytes of the body. */
  dropAfter?: number;
  /** Go silent after this many bytes of the body. */
  stallAfter?: number;
  ignoreRange?: boolean;
  ignoreIfRange?: boolean;
  /** What Content-Length says; null leaves it out. */
  contentLength?: number | null;
  /** Leave the ETag out. */
  noEtag?: boolean;
  redirect?: string;
  /** Destroy the connection before any answer. */
  hangUp?: boolean;
};

export type SeenRequest = {
  url: string;
  range: string | undefined;
  ifRange: string | undefined;
  authorization: string | undefined;
};

/**
 * A file server that behaves (strong ETag, Range, If-Range, 416) except where a script of faults,
 * one per request, says otherwise.
 */
export class FaultyServer implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  /** Applied to one request each, in order; after the last one all goes well. */
  faults: Fault[] = [];
  /** Applied to every request that has none of its own. */
  always: Fault = {};
  content: Buffer;
  readonly #server: http.Server;

  private constructor(content: Buffer) {
    this.content = content;
    this.#server = http.createServer((request, response) => this.#answer(request, response));
  }

  static async start(content: Buffer): Promise<FaultyServer> {
    const server = new FaultyServer(content);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get etag(): string {
    return `"${createHash("md5").update(this.content).digest("hex")}"`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { range, "if-range": ifRange, authorization } = request.headers;
    const seenIfRange = typeof ifRange === "string" ? ifRange : undefined;
    this.requests.push({ url: request.url ?? "", range, ifRange: seenIfRange, authorization });
    const fault = this.faults.shift() ?? this.always;
    if (fault.hangUp) {
      response.destroy();
    } else if (fault.redirect !== undefined) {
      response.writeHead(302, { location: fault.redirect, ...fault.headers }).end();
    } else if (fault.status === undefined) {
      this.#sendFile(range, seenIfRange, fault, response);
    } else {
      response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
    }
  }

  #sendFile(
    range: string | undefined,
    ifRange: string | undefined,
    fault: Fault,
    response: http.ServerResponse,
  ): void {
    const size = this.content.length;
    const isSame = fault.ignoreIfRange === true || ifRange === undefined || ifRange === this.etag;
    const wanted = fault.ignoreRange || !isSame ? null : /^bytes=(\d+)-$/u.exec(range ?? "");
    const from = wanted === null ? 0 : Number(wanted[1]);
    if (wanted !== null && from >= size) {
      response.writeHead(416, { "content-range": `bytes */${size}` }).end();
      return;
    }
    const body = this.content.subarray(from);
    const length = fault.contentLength === undefined ? body.length : fault.contentLength;
    response.writeHead(wanted === null ? 200 : 206, {
      "content-type": "application/octet-stream",
      "accept-ranges": "bytes",
      ...(fault.noEtag ? {} : { etag: this.etag }),
      ...(wanted === null ? {} : { "content-range": `bytes ${from}-${size - 1}/${size}` }),
      ...(length === null ? {} : { "content-length": length }),
      ...fault.headers,
    });
    const cut = fault.dropAfter ?? fault.stallAfter;
    if (cut === undefined) {
      response.end(body);
      return;
    }
    response.write(body.subarray(0, cut), () => {
      // Give the bytes time to leave before the connection is torn down.
      if (fault.dropAfter !== undefined) setTimeout(() => response.destroy(), 5);
    });
  }
}
