import { describe, expect, it } from "vitest";
import { isOwnHost, isOwnOrigin, judgeRequest, type GuardedHeaders } from "./originGuard.ts";

describe("isOwnHost", () => {
  it.each([
    ["127.0.0.1:8080", true],
    ["localhost:8080", true],
    ["127.0.0.1", false],
    ["127.0.0.1:8081", false],
    ["127.0.0.1:80800", false],
    ["evil.test", false],
    ["evil.test:8080", false],
    ["127.0.0.1.evil.test:8080", false],
    ["localhost.evil.test:8080", false],
    ["localhost:8080.evil.test", false],
    ["user@127.0.0.1:8080", false],
    ["127.0.0.1:8080@evil.test", false],
    ["127.1:8080", false],
    ["0.0.0.0:8080", false],
    ["2130706433:8080", false],
    ["[::1]:8080", false],
    ["LOCALHOST:8080", false],
    [" 127.0.0.1:8080", false],
    ["", false],
    [undefined, false],
  ])("%s is %s", (host, own) => {
    expect(isOwnHost(host, 8080)).toBe(own);
  });
});

describe("isOwnHost that is opened to other computers", () => {
  it.each([
    ["192.168.1.7:8080", true],
    ["[fe80::1]:8080", true],
    ["127.0.0.1:8080", true],
    ["192.168.1.7:8081", false],
    ["192.168.1.7", false],
    ["192.168.1.8:8080", false],
    ["fe80::1:8080", false],
    ["hearth.evil.test:8080", false],
  ])("%s is %s", (host, own) => {
    expect(isOwnHost(host, 8080, ["192.168.1.7", "fe80::1"])).toBe(own);
  });
});

describe("isOwnOrigin", () => {
  it.each([
    ["http://127.0.0.1:8080", true],
    ["https://127.0.0.1:8080", false],
    ["http://localhost:8080", false],
    ["http://127.0.0.1:8081", false],
    ["http://127.0.0.1:8080.evil.test", false],
    ["http://127.0.0.1:8080/", false],
    ["http://evil.test", false],
    ["null", false],
    ["", false],
    ["file://", false],
    ["app://hearth", false],
  ])("%s is %s", (origin, own) => {
    expect(isOwnOrigin(origin, "127.0.0.1:8080")).toBe(own);
  });
});

describe("judgeRequest", () => {
  const host = "127.0.0.1:8080";
  const origin = `http://${host}`;
  const rows: [
    string,
    { method?: string; socket?: boolean; key?: boolean } & GuardedHeaders,
    boolean,
  ][] = [
    ["typing the address", { host, "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }, true],
    [
      "a link from another site",
      { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
      true,
    ],
    [
      "an image on another site",
      { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
      false,
    ],
    [
      "a page on another port",
      { host, "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" },
      false,
    ],
    [
      "a form on another site",
      { method: "POST", host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
      false,
    ],
    ["a form without an origin", { method: "POST", host }, false],
    ["a script of another site", { host, origin: "https://evil.test" }, false],
    ["a sandboxed frame", { host, origin: "null" }, false],
    [
      "another name for this computer",
      { host: "evil.test:8080", origin: "http://evil.test:8080" },
      false,
    ],
    ["no name at all", {}, false],
    [
      "the page's own file",
      { host, "sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors" },
      true,
    ],
    [
      "the page's own request",
      { method: "POST", host, origin, "sec-fetch-site": "same-origin" },
      true,
    ],
    ["the page's socket", { host, origin, socket: true }, true],
    ["a socket of another site", { host, origin: "http://evil.test", socket: true }, false],
    ["a socket of nobody", { host, socket: true }, false],
    ["a program's socket with the key", { host, socket: true, key: true }, true],
    [
      "a preflight of another site",
      { method: "OPTIONS", host, origin: "https://evil.test" },
      false,
    ],
    [
      "another site that has the key",
      { host, origin: "https://evil.test", socket: true, key: true },
      false,
    ],
  ];

  it.each(rows)(
    "%s",
    (_name, { method = "GET", socket = false, key = false, ...headers }, expected) => {
      const verdict = judgeRequest({
        method,
        headers,
        port: 8080,
        opensSocket: socket,
        hasKey: key,
      });
      expect(verdict.allowed).toBe(expected);
    },
  );
});
