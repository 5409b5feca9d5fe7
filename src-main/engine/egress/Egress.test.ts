import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { HearthError } from "../../contract/errors.ts";
import { Egress, type EgressOptions } from "./Egress.ts";
import { redactUrl, type RequestRecord } from "./requestRecord.ts";

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const fixture = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, "fixtures", name), "utf8");

async function serve(listener: http.RequestListener, secure = false): Promise<string> {
  const server = secure
    ? https.createServer(
        { key: fixture("localhost.key.pem"), cert: fixture("localhost.cert.pem") },
        listener,
      )
    : http.createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return secure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
}

function makeEgress(options: Partial<EgressOptions> = {}): {
  egress: Egress;
  log: RequestRecord[];
} {
  const log: RequestRecord[] = [];
  const egress = new Egress({
    process: "test",
    onRequest: (record) => log.push(record),
    ...options,
  });
  return { egress, log };
}

const local = { reason: "Test", allowLoopback: true } as const;

async function failure(work: Promise<unknown>): Promise<HearthError> {
  const error: unknown = await work.then(
    () => new Error("it passed"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HearthError)) throw error;
  return error;
}

describe("Egress.fetch", () => {
  it("fetches, and reports the start and the end under one id", async () => {
    const { egress, log } = makeEgress();
    const base = await serve((_request, response) => response.end("hello"));
    const response = await egress.fetch(`${base}/a?b=1&X-Signature=zzz`, local);
    expect(await response.text()).toBe("hello");
    expect(log).toHaveLength(2);
    expect(log[0]).toMatchObject({ outcome: "allowed", method: "GET", process: "test" });
    expect(log[0]?.url).toBe(`${base}/a?b=1&X-Signature=…`);
    expect(log[0]).not.toHaveProperty("status");
    expect(log[1]).toMatchObject({ id: log[0]?.id, status: 200, bytes: 5, outcome: "allowed" });
  });

  it("sends a body and headers", async () => {
    const { egress } = makeEgress();
    const base = await serve((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () =>
        response.end(`${request.method} ${String(request.headers["x-a"])} ${text}`),
      );
    });
    const response = await egress.fetch(base, {
      ...local,
      method: "POST",
      headers: { "x-a": "1" },
      body: "{}",
    });
    expect(await response.text()).toBe("POST 1 {}");
  });

  it("refuses everything while the offline lock is on", async () => {
    const { egress, log } = makeEgress({ offline: true });
    let hits = 0;
    const base = await serve((_request, response) => {
      hits++;
      response.end();
    });
    expect((await failure(egress.fetch(base, local))).code).toBe("offline");
    expect(hits).toBe(0);
    expect(log).toMatchObject([{ outcome: "refused" }]);
    egress.setOffline(false);
    expect((await egress.fetch(base, local)).status).toBe(200);
  });

  it("ends a running download when the lock is turned on", async () => {
    const { egress, log } = makeEgress();
    const base = await serve((_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("x");
    });
    const response = await egress.fetch(base, local);
    setTimeout(() => egress.setOffline(true), 20);
    expect((await failure(response.text())).code).toBe("offline");
    expect(log.at(-1)).toMatchObject({ outcome: "failed", bytes: 1 });
  });

  it.each([
    "http://127.0.0.1:1/",
    "http://localhost:1/",
    "https://[::1]:1/",
    "http://2130706433/",
    "http://example.org/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:192.168.0.1]/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "data:text/plain,x",
  ])("refuses %s", async (url) => {
    const { egress, log } = makeEgress();
    expect((await failure(egress.fetch(url, { reason: "Test" }))).code).toBe("not-allowed");
    expect(log.at(-1)?.outcome).toBe("refused");
  });

  it("refuses what is no address at all", async () => {
    const { egress } = makeEgress();
    const error = await failure(egress.fetch("not an address", { reason: "Test" }));
    expect(error.code).toBe("not-allowed");
  });

  it("does not let loopback permission reach into private networks or plain http elsewhere", async () => {
    const { egress } = makeEgress();
    expect((await failure(egress.fetch("http://10.0.0.1/", local))).code).toBe("not-allowed");
    expect((await failure(egress.fetch("https://192.168.0.1/", local))).code).toBe("not-allowed");
  });

  it("follows redirects, dropping credentials when the host changes", async () => {
    const { egress, log } = makeEgress();
    const seen: (string | undefined)[] = [];
    const cdn = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end("file");
    });
    const base = await serve((request, response) => {
      seen.push(request.headers.authorization);
      if (request.url === "/start") response.writeHead(307, { location: "/again" }).end();
      else response.writeHead(302, { location: `${cdn}/f` }).end();
    });
    const response = await egress.fetch(`${base}/start`, {
      ...local,
      headers: { Authorization: "Bearer secret" },
    });
    expect(await response.text()).toBe("file");
    expect(response.url).toBe(`${cdn}/f`);
    expect(response.redirects.map(({ status }) => status)).toEqual([307, 302]);
    expect(seen).toEqual(["Bearer secret", "Bearer secret", undefined]);
    expect(new Set(log.map((record) => record.id)).size).toBe(3);
  });

  it.each([["http://10.0.0.1/"], ["file:///etc/passwd"], ["http://example.org/plain"]])(
    "refuses a redirect to %s",
    async (location) => {
      const { egress, log } = makeEgress();
      const base = await serve((_request, response) => {
        response.writeHead(302, { location }).end();
      });
      expect((await failure(egress.fetch(base, local))).code).toBe("not-allowed");
      expect(log.at(-1)).toMatchObject({ outcome: "refused" });
    },
  );

  it("gives up on a redirect loop", async () => {
    const { egress } = makeEgress();
    const base = await serve((_request, response) => {
      response.writeHead(302, { location: "/" }).end();
    });
    expect((await failure(egress.fetch(base, local))).title).toContain("in circles");
  });

  it("is cancelled by its signal before and during the body", async () => {
    const { egress } = makeEgress();
    const base = await serve((request, response) => {
      if (request.url === "/slow") return;
      response.writeHead(200, { "content-length": 100 });
      response.write("x");
    });
    const first = AbortSignal.timeout(30);
    const { code } = await failure(egress.fetch(`${base}/slow`, { ...local, signal: first }));
    expect(code).toBe("cancelled");
    const second = new AbortController();
    const response = await egress.fetch(base, { ...local, signal: second.signal });
    setTimeout(() => second.abort(), 20);
    expect((await failure(response.text())).code).toBe("cancelled");
  });

  it("names a silent server, a broken connection, a refused one and an unknown name", async () => {
    const { egress, log } = makeEgress();
    const base = await serve((request, response) => {
      if (request.url === "/silent") return;
      response.writeHead(200, { "content-length": 100 });
      response.write("x");
      if (request.url === "/broken") setTimeout(() => response.destroy(), 20);
    });
    const quick = { ...local, timeouts: { idleMs: 50 } };
    const silent = await failure(egress.fetch(`${base}/silent`, quick));
    expect(silent.reason).toMatch(/did not answer in time/u);
    const stalled = await egress.fetch(`${base}/stalled`, quick);
    expect((await failure(stalled.text())).reason).toMatch(/did not answer in time/u);
    const broken = await egress.fetch(`${base}/broken`, local);
    expect((await failure(broken.text())).reason).toBe("The connection broke off.");
    expect(log.at(-1)).toMatchObject({ outcome: "failed", status: 200, bytes: 1 });
    const refused = await failure(egress.fetch("http://127.0.0.1:1/", local));
    expect(refused.reason).toMatch(/refused the connection/u);
    const unknown = await failure(egress.fetch("https://nowhere.invalid/", { reason: "Test" }));
    expect(unknown.code).toBe("unavailable");
    expect(unknown.reason).toMatch(/nowhere\.invalid|network/u);
  });

  it("caps text it is asked to hold in memory", async () => {
    const { egress } = makeEgress();
    const base = await serve((_request, response) => response.end("x".repeat(1000)));
    const response = await egress.fetch(base, local);
    expect((await failure(response.text(999))).title).toMatch(/too long/u);
  });

  it("speaks https to a trusted certificate and refuses an untrusted one", async () => {
    const base = await serve((_request, response) => response.end("secure"), true);
    const trusting = makeEgress({ extraCertificates: [fixture("localhost.cert.pem")] });
    const response = await trusting.egress.fetch(base, local);
    expect(await response.text()).toBe("secure");
    const { egress } = makeEgress();
    const error = await failure(egress.fetch(base, local));
    expect(error.reason).toMatch(/could not be verified/u);
  });
});

describe("a server of the user's own", () => {
  const own = { reason: "Test", ownServer: { plainHttp: false } } as const;

  it("may be on this computer, and its redirects are not followed", async () => {
    const { egress } = makeEgress();
    let hits = 0;
    const elsewhere = await serve((_request, response) => {
      hits++;
      response.end();
    });
    const base = await serve((_request, response) => {
      response.writeHead(302, { location: elsewhere }).end();
    });
    expect((await egress.fetch(base, own)).status).toBe(302);
    expect(hits).toBe(0);
  });

  it.each(["http://169.254.169.254/", "http://[fe80::1]/", "http://0.0.0.0/", "http://224.0.0.1/"])(
    "is not %s",
    async (url) => {
      const { egress } = makeEgress();
      expect((await failure(egress.fetch(url, own))).code).toBe("not-allowed");
    },
  );

  it("is on the internet only with encryption", async () => {
    const { egress } = makeEgress();
    const plain = await failure(egress.fetch("http://192.88.99.1/", own));
    expect(plain.title).toMatch(/without encryption/u);
  });

  it("is still behind the offline lock", async () => {
    const { egress } = makeEgress({ offline: true });
    expect((await failure(egress.fetch("http://127.0.0.1:1/", own))).code).toBe("offline");
  });
});

describe("redactUrl", () => {
  it("hides users, passwords and signed values", () => {
    expect(redactUrl("https://u:p@h.test/f?Key-Pair-Id=K&Expires=1&Policy=x#y")).toBe(
      "https://h.test/f?Key-Pair-Id=…&Expires=1&Policy=…#y",
    );
  });
});
