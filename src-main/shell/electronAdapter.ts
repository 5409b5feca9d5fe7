import type { Protocol } from "electron";
import type { StaticAnswer } from "../host/staticFiles.ts";
import { securityHeaders } from "../host/contentSecurityPolicy.ts";

/** An answer for the page, before it is put into the form that this Electron wants. */
export interface SchemeAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** The answer for a file, or for its absence, with the headers that every answer has. */
export function schemeAnswer(method: string, found: StaticAnswer): SchemeAnswer {
  const plain = { ...securityHeaders(), "Content-Type": "text/plain; charset=utf-8" };
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, headers: plain, body: Buffer.alloc(0) };
  }
  if (found.status !== 200) return { status: found.status, headers: plain, body: Buffer.alloc(0) };
  return {
    status: 200,
    headers: { ...securityHeaders(), "Content-Type": found.type, "Cache-Control": "no-cache" },
    body: method === "HEAD" ? Buffer.alloc(0) : found.body,
  };
}

/** How this Electron serves a scheme: by `handle` since 25, by callbacks before. */
export function schemeWay(protocol: object): "handle" | "callback" {
  return "handle" in protocol && typeof protocol.handle === "function" ? "handle" : "callback";
}

/** The parts of a `Content-Type`, which the older way wants apart. */
export function splitContentType(value: string): { mimeType: string; charset?: string } {
  const [mimeType = "", parameter = ""] = value.split(/;\s*/);
  const charset = /^charset=(.+)$/.exec(parameter)?.[1];
  return charset === undefined ? { mimeType } : { mimeType, charset };
}

/** Serves a scheme on any Electron from 22 on. */
export function serveScheme(
  protocol: Protocol,
  scheme: string,
  answer: (method: string, url: string) => Promise<SchemeAnswer>,
): void {
  if (schemeWay(protocol) === "handle") {
    protocol.handle(scheme, async (request) => {
      const { status, headers, body } = await answer(request.method, request.url);
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  protocol.registerBufferProtocol(scheme, (request, respond) => {
    answer(request.method, request.url).then(
      ({ status, headers, body }) =>
        respond({
          statusCode: status,
          headers,
          data: body,
          ...splitContentType(headers["Content-Type"] ?? ""),
        }),
      () => respond({ statusCode: 500, data: Buffer.alloc(0) }),
    );
  });
}

/**
 * Whether secrets may be given to the key store. On Linux without a key ring, Electron offers one
 * that uses a key which everybody knows; that would only look safe.
 */
export function canSeal(store: {
  isEncryptionAvailable(): boolean;
  getSelectedStorageBackend?(): string;
}): boolean {
  return store.isEncryptionAvailable() && store.getSelectedStorageBackend?.() !== "basic_text";
}
