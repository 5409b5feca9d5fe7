import http, { type IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { Api, type ApiLimits } from "../Api.ts";
import { fakeEngine, knownKey, type FakeHandlers } from "./fakeEngine.ts";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: () => Record<string, unknown>;
}

/** The key of the run itself, which needs no entry among the keys. */
export const runKey = "run-key";
export const messages = [{ role: "user", content: "Hi" }];

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The API on a real HTTP server, before an engine that answers as the handlers say; closed after the test. */
export async function serveApi(
  handlers: Partial<FakeHandlers> = {},
  limits: Partial<ApiLimits> = {},
): Promise<{
  api: Api;
  die: () => void;
  port: number;
  send: (
    path: string,
    body?: unknown,
    more?: { headers?: Record<string, string>; method?: string },
  ) => Promise<Answer>;
}> {
  const { client, die } = fakeEngine(handlers);
  const api = new Api({
    engine: () => Promise.resolve(client),
    isRunKey: (key) => key === runKey,
    limits,
  });
  const server = http.createServer(
    (request, response) => void api.answer(request, response, request.url ?? ""),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  closers.push(async () => {
    api.close();
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return {
    api,
    die,
    port,
    send: async (path, body, more = {}) => {
      const raw = typeof body === "string" || body instanceof Uint8Array;
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: more.method ?? (body === undefined ? "GET" : "POST"),
        headers: more.headers ?? { authorization: `Bearer ${knownKey}` },
        ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text,
        json: () => JSON.parse(text) as Record<string, unknown>,
      };
    },
  };
}
