import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectNothingListed, expectRight, HubDownload } from "../testing/HubDownload.ts";
import type { HubFault } from "../testing/FakeHub.ts";

const content = randomBytes(300_000);
const login = "<!DOCTYPE html><html><body>Please log in to the hotel's network</body></html>";
const html = { "content-type": "text/html; charset=utf-8" };
const always = 1000;

let test: HubDownload;

beforeEach(async () => {
  test = await HubDownload.open(content);
});
afterEach(async () => {
  await test[Symbol.asyncDispose]();
});

const times = (fault: HubFault, count: number): HubFault[] => [{ ...fault, times: count }];

describe("faults that end in the right bytes", () => {
  const cases: readonly (readonly [name: string, faults: HubFault[]])[] = [
    ["no fault at all", []],
    ["the connection drops in the first part", [{ on: "cdn", dropAfter: 10_000 }]],
    ["the connection drops at every part once", times({ on: "cdn", dropAfter: 40_000 }, 5)],
    ["the delivery host hangs up before it answers", times({ on: "cdn", hangUp: true }, 2)],
    ["the hub hangs up before it answers", times({ on: "hub", hangUp: true }, 2)],
    ["a part goes silent", [{ on: "cdn", stallAfter: 5000 }]],
    ["HTTP 500 from the hub", [{ on: "hub", status: 500 }]],
    ["HTTP 502 from the delivery host", [{ on: "cdn", status: 502 }]],
    [
      "HTTP 503 with Retry-After in seconds",
      [{ on: "cdn", status: 503, headers: { "retry-after": "0" } }],
    ],
    [
      "HTTP 503 with Retry-After as a date",
      [{ on: "cdn", status: 503, headers: { "retry-after": new Date(0).toUTCString() } }],
    ],
    [
      "HTTP 429 with the hub's own header",
      [{ on: "hub", status: 429, headers: { ratelimit: '"resolvers";r=0;t=0' } }],
    ],
    ["HTTP 408", [{ on: "cdn", status: 408 }]],
    [
      "the signed address is no longer valid",
      [{ on: "cdn", status: 403, body: "<Error><Code>AccessDenied</Code></Error>" }],
    ],
    ["the server ignores ranges", times({ on: "cdn", ignoreRange: true }, always)],
    [
      "the server ignores ranges from the second part on",
      [{ on: "cdn" }, ...times({ on: "cdn", ignoreRange: true }, always)],
    ],
    [
      "the server ignores ranges and drops once",
      [
        { on: "cdn", ignoreRange: true, dropAfter: 100_000 },
        ...times({ on: "cdn", ignoreRange: true }, always),
      ],
    ],
    ["no Content-Length", times({ on: "cdn", contentLength: null }, 3)],
    ["a Content-Length that is too large", [{ on: "cdn", contentLength: 90_000 }]],
    ["a Content-Length that is too small", [{ on: "cdn", contentLength: 1000 }]],
    ["more bytes than were asked for", [{ on: "cdn", surplus: randomBytes(5000) }]],
    ["another part than was asked for", [{ on: "cdn", shiftRange: 100 }]],
    [
      "HTTP 416 for a part that there is",
      [{ on: "cdn", status: 416, headers: { "content-range": "bytes */300000" } }],
    ],
    ["no ETag", times({ on: "cdn", noEtag: true }, always)],
    [
      "an ETag that changes between the delivery hosts",
      [{ on: "cdn" }, { on: "cdn", etag: '"another"' }],
    ],
    ["a weak ETag", times({ on: "cdn", etag: 'W/"weak"' }, 2)],
    ["one byte arrives wrong", [{ on: "cdn", flipByte: 17 }]],
    ["zero bytes and the end", [{ on: "cdn", dropAfter: 0 }]],
  ];
  it.each(cases)("%s", async (_name, faults) => {
    const item = await test.wanted();
    test.hub.faults = [...faults];
    await test.fetch(item);
    await expectRight(test);
  });
});

describe("faults that end in a plain error", () => {
  const gated = { "x-error-code": "GatedRepo" };
  const cases: readonly (readonly [
    name: string,
    code: string,
    words: RegExp,
    faults: HubFault[],
  ])[] = [
    [
      "HTTP 401",
      "download-failed",
      /no such model, or it is private/u,
      [{ on: "hub", status: 401 }],
    ],
    ["HTTP 403", "download-failed", /forbids it \(HTTP 403\)/u, [{ on: "hub", status: 403 }]],
    [
      "HTTP 401, gated",
      "download-failed",
      /accepted its terms and say who/u,
      [{ on: "hub", status: 401, headers: gated }],
    ],
    [
      "HTTP 404",
      "download-failed",
      /no such file/u,
      [{ on: "hub", status: 404, headers: { "x-error-code": "EntryNotFound" } }],
    ],
    [
      "a version that is gone",
      "download-failed",
      /does not have this version/u,
      [{ on: "hub", status: 404, headers: { "x-error-code": "RevisionNotFound" } }],
    ],
    ["HTTP 410", "download-failed", /does not have it \(HTTP 410\)/u, [{ on: "cdn", status: 410 }]],
    [
      "HTTP 429 for an hour",
      "download-failed",
      /asks to slow down/u,
      [{ on: "hub", status: 429, headers: { "retry-after": "3600" } }],
    ],
    [
      "HTTP 500 for good",
      "download-failed",
      /trouble of its own \(HTTP 500\)/u,
      times({ on: "hub", status: 500 }, always),
    ],
    [
      "a login page of the network",
      "download-failed",
      /web page instead/u,
      [{ on: "hub", status: 200, headers: html, body: login }],
    ],
    [
      "a login page without its type",
      "download-failed",
      /web page instead/u,
      [{ on: "hub", status: 200, body: login }],
    ],
    [
      "a redirect to a login page",
      "download-failed",
      /web page instead/u,
      [{ on: "cdn", status: 200, headers: html, body: login }],
    ],
    [
      "a redirect to plain http elsewhere",
      "download-failed",
      /address that it does not contact/u,
      [{ on: "hub", redirect: "http://portal.example/login" }],
    ],
    [
      "a redirect to a private network",
      "download-failed",
      /address that it does not contact/u,
      [{ on: "hub", redirect: "https://192.168.1.1/model" }],
    ],
    [
      "redirects in circles",
      "download-failed",
      /More than 8 redirects/u,
      times({ on: "hub", redirect: "/some/circle" }, always),
    ],
    [
      "a file of another size",
      "checksum-mismatch",
      /should have 300000 bytes, but the server has one of 299999/u,
      [{ on: "cdn", statedTotal: 299_999 }],
    ],
    [
      "HTTP 416 as the file is shorter",
      "checksum-mismatch",
      /one of 5000/u,
      [{ on: "cdn", status: 416, headers: { "content-range": "bytes */5000" } }],
    ],
    [
      "wrong bytes each time",
      "checksum-mismatch",
      /SHA-256 is not the one/u,
      times({ on: "cdn", flipByte: 3 }, always),
    ],
    [
      "a packed answer",
      "download-failed",
      /packed \(gzip\)/u,
      [{ on: "cdn", extraHeaders: { "content-encoding": "gzip" } }],
    ],
    [
      "silence for good",
      "download-failed",
      /did not answer in time/u,
      times({ on: "cdn", stallAfter: 0 }, always),
    ],
    [
      "a part that is always another",
      "download-failed",
      /another part/u,
      times({ on: "cdn", shiftRange: 7 }, always),
    ],
    [
      "a server that ignores ranges and always breaks off",
      "download-failed",
      /broke off|closed/u,
      times({ on: "cdn", ignoreRange: true, dropAfter: 50_000 }, always),
    ],
    [
      "hanging up for good",
      "download-failed",
      /broke off|closed/u,
      times({ on: "cdn", hangUp: true }, always),
    ],
  ];
  it.each(cases)("%s", async (_name, code, words, faults) => {
    const item = await test.wanted();
    test.hub.faults = [...faults];
    const error = await test.failure(test.fetch(item));
    expect(error.code).toBe(code);
    expect(error.reason).toMatch(words);
    expect(error.suggestion).not.toBe("");
    await expectNothingListed(test);
  });

  it("another file under this name", async () => {
    const item = await test.wanted();
    const there = test.hub.repositories.get(test.repository);
    if (there) there.statedSha256 = new Map([[test.key, "0".repeat(64)]]);
    const error = await test.failure(test.fetch(item));
    expect(error.code).toBe("checksum-mismatch");
    expect(error.reason).toMatch(/offers another file/u);
    await expectNothingListed(test);
  });

  it("a disk that is too small, told before a byte is asked for", async () => {
    const item = await test.wanted();
    const before = test.hub.seen.length;
    const error = await test.failure(test.fetch(item, { freeBytes: () => Promise.resolve(1000) }));
    expect(error.code).toBe("disk-full");
    expect(error.reason).toBe("It needs 67.4 MB more; 1.0 kB are free.");
    expect(test.hub.seen).toHaveLength(before);
  });

  it("the offline lock, which keeps what came", async () => {
    const item = await test.wanted();
    test.hub.faults = [{ on: "cdn" }, ...times({ on: "cdn", status: 500 }, always)];
    await test.failure(test.fetch(item));
    test.hub.faults = [];
    test.folder.egress.setOffline(true);
    expect((await test.failure(test.fetch(item))).code).toBe("offline");
    test.folder.egress.setOffline(false);
    const before = test.hub.seen.length;
    await test.fetch(item);
    await expectRight(test);
    // The first 64 KiB were there.
    const asked = test.hub.seen.slice(before).filter(({ on }) => on === "cdn");
    expect(asked.map(({ range }) => range)).not.toContain("bytes=0-65535");
  });
});
