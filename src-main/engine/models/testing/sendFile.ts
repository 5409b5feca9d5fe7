import type http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What a delivery host may do wrong while it sends a file. */
export interface FileFault {
  /** Break the connection after this many bytes of the body. */
  dropAfter?: number;
  /** Go silent after this many bytes of the body. */
  stallAfter?: number;
  ignoreRange?: boolean;
  /** Answer another part than was asked for. */
  shiftRange?: number;
  /** What Content-Length says; null leaves it out. */
  contentLength?: number | null;
  /** What Content-Range says the whole file has. */
  statedTotal?: number;
  noEtag?: boolean;
  etag?: string;
  /** Other bytes than the file's, of the same length. */
  flipByte?: number;
  /** More bytes than were asked for. */
  surplus?: Buffer;
  extraHeaders?: Record<string, string>;
  /** Milliseconds between pieces of 64 KB. */
  paceMs?: number;
}

const pieceBytes = 64 * 1024;

/** Answers a request for a file with Range, If-Range and 416, but for what a fault says. */
export function sendFile(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  content: Buffer,
  etag: string,
  fault: FileFault,
): void {
  const { range, "if-range": ifRange } = request.headers;
  const isSame = ifRange === undefined || ifRange === etag;
  const asked = fault.ignoreRange || !isSame ? null : /^bytes=(\d+)-(\d*)$/u.exec(range ?? "");
  const size = content.length;
  const from = asked === null ? 0 : Number(asked[1]) + (fault.shiftRange ?? 0);
  if (asked !== null && from >= size) {
    response.writeHead(416, { "content-range": `bytes */${size}` }).end();
    return;
  }
  const last = asked === null || asked[2] === "" ? size - 1 : Math.min(Number(asked[2]), size - 1);
  const body = Buffer.concat([content.subarray(from, last + 1), fault.surplus ?? Buffer.alloc(0)]);
  if (fault.flipByte !== undefined && body.length > 0) {
    const at = fault.flipByte % body.length;
    body[at] = (body[at] ?? 0) ^ 0xff;
  }
  const length = fault.contentLength === undefined ? body.length : fault.contentLength;
  response.writeHead(asked === null ? 200 : 206, {
    "content-type": "application/octet-stream",
    "accept-ranges": "bytes",
    ...(fault.noEtag ? {} : { etag: fault.etag ?? etag }),
    ...(asked === null
      ? {}
      : { "content-range": `bytes ${from}-${last}/${fault.statedTotal ?? size}` }),
    ...(length === null ? {} : { "content-length": length }),
    ...fault.extraHeaders,
  });
  void sendBody(response, body, fault);
}

async function sendBody(
  response: http.ServerResponse,
  body: Buffer,
  fault: FileFault,
): Promise<void> {
  const cut = fault.dropAfter ?? fault.stallAfter;
  if (cut !== undefined) {
    response.write(body.subarray(0, cut), () => {
      // Give the bytes time to leave before the connection is torn down.
      if (fault.dropAfter !== undefined) setTimeout(() => response.destroy(), 5);
    });
    return;
  }
  const { paceMs = 0 } = fault;
  if (paceMs === 0) {
    response.end(body);
    return;
  }
  response.flushHeaders();
  for (let at = 0; at < body.length && !response.destroyed; at += pieceBytes) {
    // Before the piece: a reader that has all bytes does not wait for the end.
    await sleep(paceMs);
    response.write(body.subarray(at, at + pieceBytes));
  }
  response.end();
}
