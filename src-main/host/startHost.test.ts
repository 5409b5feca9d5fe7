import fs from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, type ClientOptions } from "ws";
import { protocolVersion, type Routes } from "../contract/routes.ts";
import { RpcClient } from "../rpc/RpcClient.ts";
import { webSocketPort } from "../rpc/webSocketPort.ts";
import { TestHome } from "../supervisor/fixtures/testHome.ts";
import { startHost, type RunningHost } from "./startHost.ts";
import { interfaceRoots } from "./staticFiles.ts";

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

describe("startHost", () => {
  let home: TestHome;
  let page = "";
  let host: RunningHost;
  let cookie = "";

  beforeAll(async () => {
    home = await TestHome.make();
    page = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-page-"));
    await fs.writeFile(path.join(page, "index.html"), "<!doctype html><title>Hearth</title>");
    await fs.writeFile(path.join(page, "secret-link.txt"), "");
    host = await start();
    const exchanged = await get(`/?token=${host.key}`);
    cookie = String(exchanged.headers["set-cookie"]?.[0]).split(";")[0] ?? "";
  });
  afterAll(async () => {
    await host.close();
    await home.dispose();
    await fs.rm(page, { recursive: true, force: true });
  });

  function start(port = 0): Promise<RunningHost> {
    return startHost({ home: home.path, starter: home.starter, roots: interfaceRoots(page), port });
  }

  /** A request as it is: nothing in the path is tidied up on the way. */
  function get(
    rawPath: string,
    headers: Record<string, string> = {},
    method = "GET",
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        { host: "127.0.0.1", port: host.port, path: rawPath, method, headers, agent: false },
        (response) => {
          let body = "";
          response.setEncoding("utf8");
          response.on("data", (part: string) => (body += part));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          );
        },
      );
      request.on("error", reject);
      request.end();
    });
  }

  /** The status with which a WebSocket is answered; 101 is welcome. */
  function knock(target: string, options: ClientOptions): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${host.port}${target}`, options);
      socket.on("open", () => {
        socket.close();
        resolve(101);
      });
      socket.on("unexpected-response", (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on("error", reject);
    });
  }

  const origin = (): string => `http://127.0.0.1:${host.port}`;

  it("can be reached from this computer alone", async () => {
    const others = Object.values(os.networkInterfaces())
      .flat()
      .filter((address) => address?.family === "IPv4" && !address.internal);
    for (const address of others) {
      const refused = await new Promise<boolean>((resolve) => {
        const socket = net.connect(host.port, address?.address);
        socket.on("connect", () => resolve(false));
        socket.on("error", () => resolve(true));
      });
      expect(refused).toBe(true);
    }
    expect((await get("/", { cookie })).status).toBe(200);
  });

  it("exchanges the key for a cookie and takes it out of the address", async () => {
    const answer = await get(`/?token=${host.key}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe("/");
    const set = answer.headers["set-cookie"]?.[0] ?? "";
    expect(set).toMatch(/^hearth-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(set).not.toContain(host.key);
  });

  it("answers nothing without its key", async () => {
    const wrong = `${host.key.slice(0, -1)}${host.key.endsWith("A") ? "B" : "A"}`;
    const tries: [string, Record<string, string>][] = [
      ["/", {}],
      ["/index.html", {}],
      ["/engine", {}],
      ["/pdfjs/wasm/openjpeg.wasm", {}],
      [`/?token=${wrong}`, {}],
      ["/?token=", {}],
      [`/index.html?token=${host.key}`, {}],
      ["/", { cookie: `hearth-${host.port}=` }],
      ["/", { cookie: `hearth-${host.port}=${host.key}` }],
      ["/", { authorization: `Bearer ${wrong}` }],
      ["/", { authorization: `Basic ${host.key}` }],
    ];
    for (const [target, headers] of tries) {
      const answer = await get(target, headers);
      expect(answer.status, `${target} ${JSON.stringify(headers)}`).toBe(401);
      expect(answer.body).not.toContain("<title>");
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
    expect((await get("/", { authorization: `Bearer ${host.key}` })).status).toBe(200);
  });

  it("refuses other sites and other names for this computer, whatever they have", async () => {
    const known = { cookie, authorization: `Bearer ${host.key}` };
    for (const headers of [
      { host: "evil.test" },
      { host: `evil.test:${host.port}` },
      { origin: "https://evil.test" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    ]) {
      for (const method of ["GET", "POST", "OPTIONS"]) {
        const answer = await get("/", { ...known, ...headers }, method);
        expect(answer.status).toBe(403);
        const grants = Object.keys(answer.headers).filter((name) => name.startsWith("access-"));
        expect(grants).toEqual([]);
      }
    }
  });

  it("serves its page with a policy that lets nothing in or out", async () => {
    const answer = await get("/", { cookie });
    expect(answer.body).toContain("<title>Hearth</title>");
    const policy = answer.headers["content-security-policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${host.port};`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*('unsafe-inline'|'unsafe-eval'|\*|https?:|data:)/);
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  it.each([
    "/../package.json",
    "/%2e%2e/package.json",
    "/..%5cpackage.json",
    "//etc/passwd",
    "/index.html%00",
    "/pdfjs/%2e%2e/zod/package.json",
    "http://evil.test/index.html",
  ])("refuses the path %j", async (target) => {
    expect((await get(target, { cookie })).status).toBe(403);
  });

  it("takes no other method", async () => {
    const headers = { cookie, origin: origin() };
    expect((await get("/index.html", headers, "PUT")).status).toBe(405);
    expect((await get("/index.html", headers, "DELETE")).status).toBe(405);
  });

  it("lets only its own page open a socket", async () => {
    expect(await knock("/rpc", { headers: { cookie }, origin: origin() })).toBe(101);
    expect(await knock("/rpc", { headers: { authorization: `Bearer ${host.key}` } })).toBe(101);
    expect(await knock("/rpc", { headers: { cookie } })).toBe(403);
    expect(await knock("/rpc", { headers: { cookie }, origin: "https://evil.test" })).toBe(403);
    const elsewhere = { cookie, host: `evil.test:${host.port}` };
    expect(await knock("/rpc", { headers: elsewhere, origin: origin() })).toBe(403);
    expect(await knock("/rpc", { origin: origin() })).toBe(401);
    expect(await knock("/other", { headers: { cookie }, origin: origin() })).toBe(404);
  });

  function client(): RpcClient<Routes> {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, {
      headers: { cookie },
      origin: origin(),
    });
    return new RpcClient<Routes>(webSocketPort(socket), {
      protocol: protocolVersion,
      face: "browser",
    });
  }

  it("relays a page to the engine, and has no file dialog", async () => {
    const one = client();
    const two = client();
    expect((await one.ready).generation).toBe((await two.ready).generation);
    expect(await one.call("documents.pick", {})).toEqual({ paths: null });
    const running = two.stream("generate.run", { messages: [{ role: "user", content: "Hi" }] });
    for await (const item of running) {
      expect(item).toEqual({ type: "delta", text: "x" });
      break;
    }
    one.close();
    two.close();
  });

  it("ends a page that sends what a page may not", async () => {
    for (const bad of ['{"type":"hostReply","id":1,"data":{}}', "{", Buffer.from("{}")]) {
      const socket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, {
        headers: { cookie },
        origin: origin(),
      });
      const code = new Promise<number>((resolve) => socket.on("close", resolve));
      socket.on("open", () => socket.send(bad));
      expect(await code).toBe(1008);
    }
  });

  it("tells the page of the engine's death, and starts another", async () => {
    const before = client();
    const { generation } = await before.ready;
    const running = before.stream("generate.run", { messages: [{ role: "user", content: "Hi" }] });
    await running[Symbol.asyncIterator]().next();
    await home.kill();
    await expect(running.result).rejects.toMatchObject({ code: "connection-lost" });
    const after = client();
    expect((await after.ready).generation).not.toBe(generation);
    expect(JSON.parse((await get("/engine", { cookie })).body)).toMatchObject({
      state: "connected",
    });
    after.close();
  });

  it("answers programs with a key, and refuses other sites and names in words of their own", async () => {
    const key = { authorization: `Bearer ${host.key}` };
    for (const headers of [
      { ...key, host: `evil.test:${host.port}` },
      { ...key, origin: "https://evil.test" },
      { ...key, origin: "null" },
      { ...key, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    ]) {
      for (const method of ["GET", "POST", "OPTIONS"]) {
        const answer = await get("/v1/chat/completions", headers, method);
        expect(answer.status).toBe(403);
        expect(JSON.parse(answer.body)).toMatchObject({ error: { type: "permission_error" } });
        const grants = Object.keys(answer.headers).filter((name) => name.startsWith("access-"));
        expect(grants).toEqual([]);
      }
    }
    // The page's cookie is for the page: another site's form would bring it along.
    expect((await get("/v1/models", { cookie })).status).toBe(401);
    expect((await get("/v1/nothing", key)).status).toBe(404);
    expect((await get("/v1/messages", { ...key, "anthropic-version": "1" })).body).toContain(
      '"type":"error"',
    );
  });

  it.skipIf(process.platform !== "linux")(
    "can be opened to an address, for programs alone",
    async () => {
      const open = await startHost({
        home: home.path,
        starter: home.starter,
        roots: interfaceRoots(page),
        bind: "127.0.0.2",
      });
      try {
        expect(open.apiUrls).toEqual([
          `http://127.0.0.1:${open.port}/v1`,
          `http://127.0.0.2:${open.port}/v1`,
        ]);
        const headers = { authorization: `Bearer ${open.key}` };
        for (const url of open.apiUrls) {
          expect((await fetch(`${url}/nothing`, { headers })).status).toBe(404);
          expect((await fetch(`${url}/nothing`)).status).toBe(401);
        }
        expect((await fetch(`http://127.0.0.2:${open.port}/`, { headers })).status).toBe(403);
        expect((await fetch(open.url, { redirect: "manual" })).status).toBe(303);
      } finally {
        await open.close();
      }
      await expect(
        startHost({ home: home.path, starter: home.starter, bind: "example.test" }),
      ).rejects.toMatchObject({ code: "bad-input" });
    },
  );

  it("names the port that is taken", async () => {
    await expect(start(host.port)).rejects.toMatchObject({
      code: "conflict",
      title: `Port ${host.port} is taken.`,
    });
  });

  it("closes at once, with pages open", async () => {
    const short = await start();
    const socket = new WebSocket(`ws://127.0.0.1:${short.port}/rpc`, {
      headers: { authorization: `Bearer ${short.key}` },
    });
    await new Promise((resolve) => socket.once("open", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await short.close();
    await closed;
    await expect(fetch(short.url)).rejects.toThrow(/fetch failed/);
  });
});
