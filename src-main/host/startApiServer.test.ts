import http from "node:http";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { fakeEngine, knownKey } from "./api/testing/fakeEngine.ts";
import { findFreePort, startApiServer, type RunningApiServer } from "./startApiServer.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Something else that listens on a port. */
async function occupy(port: number): Promise<net.Server> {
  const server = net.createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return server;
}

async function serve(
  port: number,
  open = false,
): Promise<{
  server: RunningApiServer;
  get: (path: string, headers?: Record<string, string>, address?: string) => Promise<number>;
}> {
  const { client } = fakeEngine();
  const server = await startApiServer({ port, open, engine: () => Promise.resolve(client) });
  closers.push(() => server.close());
  const get = (
    path: string,
    headers: Record<string, string> = {},
    address = "127.0.0.1",
  ): Promise<number> =>
    new Promise((resolve, reject) => {
      const authorization = `Bearer ${knownKey}`;
      const request = http.get(
        { host: address, port, path, headers: { authorization, ...headers }, agent: false },
        (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode ?? 0));
        },
      );
      request.on("error", reject);
    });
  return { server, get };
}

describe("startApiServer", () => {
  it("answers programs with a key, and has no page and no way to the engine", async () => {
    const port = await freePort();
    const { server, get } = await serve(port);
    expect(server.url).toBe(`http://127.0.0.1:${port}/v1`);
    expect(server.otherUrls).toEqual([]);
    expect(await get("/v1/models")).toBe(200);
    expect(await get("/v1/models", { authorization: "Bearer other" })).toBe(401);
    for (const path of ["/", "/index.html", "/rpc", "/engine", "/engine/retry"]) {
      expect(await get(path)).toBe(404);
    }
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`);
    const [, refused] = (await once(socket, "unexpected-response")) as [
      unknown,
      http.IncomingMessage,
    ];
    expect(refused.statusCode).toBe(404);
    socket.on("error", () => undefined);
    socket.terminate();
  });

  it("lets in no page of another site, by name, origin or fetch", async () => {
    const port = await freePort();
    const { get } = await serve(port);
    expect(await get("/v1/models", { host: `localhost:${port}` })).toBe(200);
    expect(await get("/v1/models", { host: `evil.example:${port}` })).toBe(403);
    expect(await get("/v1/models", { origin: "http://evil.example" })).toBe(403);
    expect(await get("/v1/models", { "sec-fetch-site": "cross-site" })).toBe(403);
  });

  it("says that a port is taken, and finds one that is not", async () => {
    const port = await freePort();
    await occupy(port);
    await expect(serve(port)).rejects.toMatchObject({
      code: "conflict",
      title: `Port ${port} is taken.`,
    });
    const other = await findFreePort(port);
    expect(other).toBeGreaterThan(port);
    expect((await serve(other ?? 0)).server.url).toContain(String(other));
    expect(await findFreePort(65_535)).toBeNull();
  });

  it("waits a moment for a port that is just given back", async () => {
    const port = await freePort();
    const before = await occupy(port);
    setTimeout(() => before.close(), 300);
    expect(await (await serve(port)).get("/v1/models")).toBe(200);
  });

  it("is reached at every address of this computer where it is open, by no other name", async () => {
    const port = await freePort();
    const { server, get } = await serve(port, true);
    // Any address of the loopback net stands for one of a cable.
    const address = "127.0.0.9";
    expect(await get("/v1/models", {}, address)).toBe(200);
    expect(await get("/v1/models", { host: `192.0.2.1:${port}` }, address)).toBe(403);
    expect(await get("/v1/models", { origin: `http://${address}:${port}` }, address)).toBe(200);
    const cables = Object.values(os.networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal);
    expect(server.otherUrls).toEqual(cables.map((cable) => `http://${cable.address}:${port}/v1`));
  });
});
