import { execFile } from "node:child_process";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RequestRecord } from "./requestRecord.ts";

type Report = {
  results: Record<string, string>;
  refused: RequestRecord[];
  requests: RequestRecord[];
};

describe("installNetworkGuard", () => {
  let report: Report;
  let hits = 0;
  const server = http.createServer((_request, response) => {
    hits++;
    response.end("through the door");
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const probe = path.join(import.meta.dirname, "fixtures", "guardProbe.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [
      probe,
      `http://127.0.0.1:${port}/`,
    ]);
    report = JSON.parse(stdout) as Report;
  });
  afterAll(() => server.close());

  it.each([
    "fetch",
    "fetchRequest",
    "httpRequest",
    "httpLocalhost",
    "netConnect",
    "netConnectOptions",
    "netTextPort",
    "tlsConnect",
    "http2",
    "webSocket",
    "dnsLookup",
    "dnsPromise",
    "dnsNamedImport",
    "dnsResolve",
    "dnsResolver",
    "dnsReverse",
    "udp",
    "listenEverywhere",
    "listenAny",
  ])("refuses %s", (name) => {
    expect(report.results[name]).toBe("not-allowed");
  });

  it.each([
    "listenLoopback",
    "listenLocalhost",
    "listenSocketFile",
    "connectSocketFile",
    "lookupAddress",
  ])("permits %s", (name) => {
    expect(report.results[name]).toBe("passed");
  });

  it("permits fetch of data that the address itself holds", () => {
    expect(report.results["fetchData"]).toBe("hello");
  });

  it("lets egress through, and the server saw nothing else", () => {
    expect(report.results["egress"]).toBe("through the door");
    expect(report.results["egressLocalhost"]).toBe("through the door");
    expect(hits).toBe(2);
    expect(report.requests.map((record) => record.outcome)).toEqual(
      Array.from({ length: 4 }, () => "allowed"),
    );
    expect(report.requests.at(-1)).toMatchObject({ status: 200, bytes: 16, process: "probe" });
  });

  it("reports each refused attempt once, with its target", () => {
    expect(report.refused).toHaveLength(19);
    const targets = report.refused.map(({ method, url }) => `${method} ${url}`);
    expect(targets.filter((target) => target === "LOOKUP dns://example.org")).toHaveLength(5);
    expect(targets[1]).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/$/u);
    expect(targets).toContain("LISTEN tcp://0.0.0.0:0");
    expect(report.refused.every((record) => record.outcome === "refused")).toBe(true);
  });
});
