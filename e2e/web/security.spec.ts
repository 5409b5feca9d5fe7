import http from "node:http";
import { expect, test } from "../support/test.ts";

interface Reply {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

interface Asked {
  port: number;
  path?: string;
  method?: string;
  headers?: Record<string, string>;
}

/** One request as a program sends it, with whatever headers it likes. */
async function ask({ port, path = "/", method = "GET", headers = {} }: Asked): Promise<Reply> {
  return await new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: "" });
    });
    request.on("error", reject);
    request.end();
  });
}

const socketHeaders = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

test("the host answers only its own page, with its key", async ({ hearth }) => {
  await hearth.ready();
  const { page } = hearth;
  const { port: portText, origin, search } = new URL(page.url());
  const port = Number(portText);
  // The key has left the address bar, and no script can read the cookie that took its place.
  expect(search).toBe("");
  expect(await page.evaluate(() => document.cookie)).toBe("");
  const [session] = await page.context().cookies();
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Strict" });
  const Cookie = `${session?.name}=${session?.value}`;

  expect(await ask({ port, headers: { Cookie } })).toMatchObject({ status: 200 });
  const refused: [string, Asked, number][] = [
    ["nobody", { port }, 401],
    ["a wrong key", { port, path: "/?token=00000000000000000000000000000000" }, 401],
    ["another name", { port, headers: { Cookie, Host: `evil.test:${port}` } }, 403],
    ["another site", { port, headers: { Cookie, Origin: "https://evil.test" } }, 403],
    ["a sandboxed frame", { port, headers: { Cookie, Origin: "null" } }, 403],
    [
      "a plain form",
      { port, method: "POST", headers: { Cookie, "Content-Type": "text/plain" } },
      403,
    ],
    ["a preflight", { port, method: "OPTIONS", headers: { Origin: "https://evil.test" } }, 403],
    [
      "a socket of nobody",
      { port, path: "/rpc", headers: { ...socketHeaders, Origin: origin } },
      401,
    ],
    [
      "a socket of another site",
      { port, path: "/rpc", headers: { ...socketHeaders, Cookie, Origin: "https://evil.test" } },
      403,
    ],
    [
      "a path out of the folder",
      { port, path: "/..%2f..%2fpackage.json", headers: { Cookie } },
      403,
    ],
  ];
  for (const [who, asked, status] of refused) {
    const reply = await ask(asked);
    expect(reply.status, who).toBe(status);
    expect(reply.headers["access-control-allow-origin"], who).toBeUndefined();
    expect(reply.body, who).not.toContain("<script");
  }
});
