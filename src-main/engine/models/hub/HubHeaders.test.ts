import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import type { HubFault } from "../testing/FakeHub.ts";
import { fakeRepository } from "../testing/fakeRepository.ts";
import { HubFolder } from "../testing/hubFolder.ts";
import { quantizedModel } from "../testing/quantizedModel.ts";
import { HubHeaders } from "./HubHeaders.ts";
import { listQuantizations } from "./quantizations.ts";

const repository = "some/model-GGUF";
/** Small enough that the header of the tests takes several requests. */
const firstBytes = 1024;
const { signal } = new AbortController();

let folder: HubFolder;
let headers: HubHeaders;
let model: Buffer;

beforeAll(async () => {
  model = Buffer.concat([await quantizedModel("Q8_0"), Buffer.alloc(2_000_000)]);
});
beforeEach(async () => {
  folder = await HubFolder.open();
  folder.hub.add(fakeRepository(repository, { "m.Q8_0.gguf": model, "m.Q4_0.gguf": "no model" }));
  headers = open();
});
afterEach(() => folder[Symbol.asyncDispose]());

const open = (mostBytes?: number): HubHeaders =>
  new HubHeaders({
    egress: folder.egress,
    hub: folder.client,
    tuning: {
      firstBytes,
      firstDelayMs: 1,
      idleMs: 150,
      ...(mostBytes === undefined ? {} : { mostBytes }),
    },
  });

async function filesOf(quantization: string) {
  const listed = listQuantizations(await folder.client.files(repository, "main")).quantizations;
  return listed.find((one) => one.quantization === quantization)?.files ?? [];
}

const read = async (quantization = "Q8_0", stop: AbortSignal = signal) =>
  headers.read(repository, "main", await filesOf(quantization), stop);

const asked = (): (string | undefined)[] =>
  folder.hub.seen.filter(({ on }) => on === "cdn").map(({ range }) => range);

/** Bytes of files that came over the line, as the network log has them. */
const received = (): number =>
  folder.log
    .filter(({ url }) => url.startsWith(folder.hub.cdnUrl))
    .reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);

async function failure(work: Promise<unknown>): Promise<HearthError> {
  const error: unknown = await work.then(
    () => new Error("it passed"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HearthError)) throw error;
  return error;
}

describe("HubHeaders", () => {
  it("fetches no more than the header, in ranges that grow", async () => {
    const [header] = await read();
    expect(header?.tensors).toHaveLength(34);
    const { dataOffset = 0 } = header ?? {};
    expect(dataOffset).toBeGreaterThan(4 * firstBytes);
    const ranges = asked();
    expect(ranges[0]).toBe("bytes=0-1023");
    expect(ranges[1]).toBe("bytes=1024-3071");
    expect(ranges.length).toBeGreaterThan(3);
    expect(received()).toBeLessThan(2 * dataOffset);
    expect(folder.log[0]?.reason).not.toBe("");
    expect(folder.log.at(-1)?.reason).toBe("Header of m.Q8_0.gguf, to tell whether it fits");
  });

  it("asks once for what it knows, whatever version it is asked of", async () => {
    const first = await read();
    const before = asked().length;
    const files = await filesOf("Q8_0");
    expect(await headers.read(repository, "another", files, signal)).toBe(first);
    expect(asked()).toHaveLength(before);
  });

  it("reads all parts of a split model, and notices one too few", async () => {
    const part = await quantizedModel("Q8_0");
    const names = [1, 2].map((number) => `s.F16-0000${number}-of-00002.gguf`);
    folder.hub.add(
      fakeRepository("some/split", Object.fromEntries(names.map((name) => [name, part]))),
    );
    const entries = await folder.client.files("some/split", "main");
    const [split] = listQuantizations(entries).quantizations;
    // Neither says that it is a part.
    const error = await failure(headers.read("some/split", "main", split?.files ?? [], signal));
    expect(error).toMatchObject({
      code: "model-damaged",
      reason: "Its header names 1 as the count of its parts; there are 2.",
    });
    expect(
      new Set(folder.hub.seen.filter(({ on }) => on === "cdn").map(({ path }) => path)),
    ).toEqual(new Set(names.map((name) => `/some/split/resolve/main/${name}`)));
  });

  const always = 1000;
  it.each<[string, HubFault[]]>([
    ["ignores ranges", [{ on: "cdn", ignoreRange: true, times: always }]],
    [
      "ignores ranges from the second on",
      [{ on: "cdn" }, { on: "cdn", ignoreRange: true, times: always }],
    ],
    ["breaks off", [{ on: "cdn", dropAfter: 300 }]],
    ["hangs up", [{ on: "cdn", hangUp: true }]],
    ["goes silent", [{ on: "cdn", stallAfter: 100 }]],
    ["has trouble once", [{ on: "hub", status: 503 }]],
    [
      "sends more than was asked for",
      [{ on: "cdn", surplus: Buffer.alloc(100_000), times: always }],
    ],
    ["has no ETag", [{ on: "cdn", noEtag: true, times: always }]],
  ])("gets the header from a server that %s, and never the whole file", async (_name, faults) => {
    const files = await filesOf("Q8_0");
    folder.hub.faults = [...faults];
    const [header] = await headers.read(repository, "main", files, signal);
    expect(header?.tensors).toHaveLength(34);
    expect(received()).toBeLessThan(2_000_000);
  });

  it.each<[string, string, RegExp, HubFault[]]>([
    [
      "a login page",
      "download-failed",
      /web page/u,
      [{ on: "cdn", status: 200, body: "<!DOCTYPE html><title>Wi-Fi</title>" }],
    ],
    ["a refusal", "download-failed", /forbids it/u, [{ on: "hub", status: 403 }]],
    [
      "trouble for good",
      "download-failed",
      /trouble of its own/u,
      [{ on: "hub", status: 500, times: always }],
    ],
    [
      "a wait of an hour",
      "download-failed",
      /slow down/u,
      [{ on: "hub", status: 429, headers: { "retry-after": "3600" } }],
    ],
    ["another part", "download-failed", /another part/u, [{ on: "cdn", shiftRange: 7 }]],
    ["another size", "checksum-mismatch", /has one of 5/u, [{ on: "cdn", statedTotal: 5 }]],
  ])("says what is wrong: %s", async (_name, code, words, faults) => {
    const files = await filesOf("Q8_0");
    folder.hub.faults = [...faults];
    const error = await failure(headers.read(repository, "main", files, signal));
    expect(error.code).toBe(code);
    expect(error.reason).toMatch(words);
    // Nothing is kept of it.
    folder.hub.faults = [];
    expect(await read()).toHaveLength(1);
  });

  it("knows a file that is no model, and a header that has no end", async () => {
    expect((await failure(read("Q4_0"))).code).toBe("model-unsupported");
    headers = open(3000);
    const error = await failure(read());
    expect(error).toMatchObject({ code: "model-unsupported" });
    expect(error.reason).toBe("Its header is longer than 3000 bytes.");
    expect(received()).toBeLessThan(8000);
  });

  it("ends at once when it is cancelled, and asks nothing while Hearth is offline", async () => {
    const files = await filesOf("Q8_0");
    const stop = new AbortController();
    folder.hub.faults = [{ on: "cdn", stallAfter: 100 }];
    const work = headers.read(repository, "main", files, stop.signal);
    setTimeout(() => stop.abort(), 30);
    expect((await failure(work)).code).toBe("cancelled");
    folder.egress.setOffline(true);
    const before = folder.hub.seen.length;
    const offline = headers.read(repository, "main", files, signal);
    expect((await failure(offline)).code).toBe("offline");
    expect(folder.hub.seen).toHaveLength(before);
  });
});
