import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { Egress } from "../../egress/Egress.ts";
import { FaultyServer } from "../testing/faultyServer.ts";
import {
  downloadFile,
  type DownloadOptions,
  type DownloadProgress,
  type DownloadResult,
} from "./downloadFile.ts";

const content = randomBytes(300_000);
const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const sha256 = sha256Of(content);

let folder: string;
let target: string;
let server: FaultyServer;
let egress: Egress;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "hearth-download-"));
  target = path.join(folder, "model.gguf");
  server = await FaultyServer.start(content);
  egress = new Egress({ process: "test", onRequest: () => undefined });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Without a hash that is known beforehand. */
function downloadUnknown(options: Partial<DownloadOptions> = {}): Promise<DownloadResult> {
  return downloadFile({
    egress,
    url: `${server.url}/model.gguf`,
    target,
    reason: "Test",
    allowLoopback: true,
    firstDelayMs: 1,
    idleMs: 300,
    ...options,
  });
}

function download(options: Partial<DownloadOptions> = {}): Promise<DownloadResult> {
  return downloadUnknown({ sha256, ...options });
}

async function failure(work: Promise<unknown>): Promise<HearthError> {
  const error: unknown = await work.then(
    () => new Error("it passed"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HearthError)) throw error;
  return error;
}

async function expectWhole(): Promise<void> {
  expect(await readdir(folder)).toEqual(["model.gguf"]);
  expect(sha256Of(await readFile(target))).toBe(sha256Of(server.content));
}

const ranges = (): (string | undefined)[] => server.requests.map(({ range }) => range);
const partBytes = async (): Promise<number> => (await stat(`${target}.part`)).size;

describe("downloadFile", () => {
  it("downloads, verifies and leaves only the file", async () => {
    const seen: DownloadProgress[] = [];
    const result = await download({ onProgress: (progress) => seen.push(progress) });
    expect(result).toEqual({ bytes: content.length, sha256 });
    await expectWhole();
    expect(seen.at(-1)).toMatchObject({ stage: "verifying", bytes: 300_000, totalBytes: 300_000 });
    expect(seen.some(({ stage }) => stage === "downloading")).toBe(true);
  });

  it("goes on where the connection dropped, again and again", async () => {
    server.always = { dropAfter: 40_000 };
    await download();
    await expectWhole();
    expect(server.requests.length).toBeGreaterThanOrEqual(8);
    expect(ranges().at(0)).toBeUndefined();
    expect(server.requests.slice(1).every(({ ifRange }) => ifRange === server.etag)).toBe(true);
  });

  it("takes up a partial file after cancelling", async () => {
    const stop = new AbortController();
    server.faults = [{ stallAfter: 100_000 }];
    const work = download({
      signal: stop.signal,
      onProgress: () => setTimeout(() => stop.abort(), 30),
    });
    expect((await failure(work)).code).toBe("cancelled");
    const kept = await partBytes();
    expect(kept).toBeGreaterThan(0);
    await download();
    await expectWhole();
    expect(ranges()).toEqual([undefined, `bytes=${kept}-`]);
  });

  it("starts over when the server ignores the range", async () => {
    server.faults = [{ dropAfter: 100_000 }, { ignoreRange: true }];
    await download();
    await expectWhole();
    expect(server.requests).toHaveLength(2);
  });

  it("gives up in the end when every try starts from nothing and breaks", async () => {
    server.always = { ignoreRange: true, dropAfter: 50_000 };
    const error = await failure(download());
    expect(error).toMatchObject({ code: "download-failed", reason: "The connection broke off." });
    expect(server.requests.length).toBeLessThan(10);
  });

  it.each([
    ["honours If-Range", {}],
    ["ignores If-Range", { ignoreIfRange: true }],
  ])("starts over when the file changed, with a server that %s", async (_name, fault) => {
    server.faults = [{ dropAfter: 100_000 }];
    await failure(downloadUnknown({ patience: 0 }));
    expect(await partBytes()).toBe(100_000);
    server.content = randomBytes(250_000);
    server.faults = [fault];
    await downloadUnknown();
    await expectWhole();
    expect(ranges()[1]).toBe("bytes=100000-");
  });

  it("mends a partial file of mixed versions, found by its hash", async () => {
    server.always = { noEtag: true };
    server.faults = [{ dropAfter: 100_000, noEtag: true }];
    const other = randomBytes(300_000);
    await download();
    await rm(target);
    // As left by a crash in the middle of a disk write: right size so far, wrong bytes.
    await writeFile(`${target}.part`, other.subarray(0, 100_000));
    await writeFile(
      `${target}.part.json`,
      JSON.stringify({ url: `${server.url}/model.gguf`, etag: null, totalBytes: 300_000, sha256 }),
    );
    server.requests.length = 0;
    await download();
    await expectWhole();
    expect(ranges()).toEqual(["bytes=100000-", undefined]);
  });

  it("does not touch a partial file of another address", async () => {
    await writeFile(`${target}.part`, "bytes of something else");
    await writeFile(
      `${target}.part.json`,
      JSON.stringify({ url: "https://example.org/x", etag: '"a"', totalBytes: 9, sha256 }),
    );
    await download();
    await expectWhole();
    expect(ranges()).toEqual([undefined]);
  });

  it("finishes a whole partial file without the network", async () => {
    await writeFile(`${target}.part`, content);
    await writeFile(
      `${target}.part.json`,
      JSON.stringify({ url: `${server.url}/model.gguf`, etag: null, totalBytes: 300_000, sha256 }),
    );
    await download();
    await expectWhole();
    expect(server.requests).toHaveLength(0);
  });

  it("answers 416 by starting over, or by being done", async () => {
    const state = { url: `${server.url}/model.gguf`, etag: null, sha256 };
    await writeFile(`${target}.part`, Buffer.concat([content, content]));
    await writeFile(`${target}.part.json`, JSON.stringify({ ...state, totalBytes: null }));
    await download();
    await expectWhole();
    expect(ranges()).toEqual(["bytes=600000-", undefined]);
    await rm(target);
    await writeFile(`${target}.part`, content);
    await writeFile(`${target}.part.json`, JSON.stringify({ ...state, totalBytes: null }));
    await download();
    await expectWhole();
  });

  it.each([
    ["absent", null],
    ["too large", 300_500],
    ["too small", 1000],
  ])("gets the right bytes with a Content-Length that is %s", async (_name, contentLength) => {
    server.faults = [{ contentLength }];
    expect((await download({ expectedBytes: 300_000 })).sha256).toBe(sha256);
    await expectWhole();
  });

  it("never takes a short file for whole, even if nobody knows its size", async () => {
    server.always = { contentLength: 1000, ignoreRange: true };
    expect((await failure(download())).code).toBe("checksum-mismatch");
    expect(await readdir(folder)).toEqual([]);
  });

  it("waits as long as Retry-After says, and tries again after 5xx and hang-ups", async () => {
    server.faults = [
      { status: 429, headers: { "retry-after": "1" } },
      { status: 503 },
      { hangUp: true },
      { status: 500 },
    ];
    const started = performance.now();
    await download();
    expect(performance.now() - started).toBeGreaterThan(990);
    await expectWhole();
    expect(server.requests).toHaveLength(5);
  });

  it("does not wait an hour", async () => {
    server.always = { status: 429, headers: { "retry-after": "3600" } };
    expect((await failure(download())).reason).toMatch(/slow down/u);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [401, /without a login/u],
    [403, /without a login/u],
    [404, /does not have it/u],
    [500, /HTTP 500/u],
  ])("says what HTTP %i means", async (status, words) => {
    server.always = { status };
    const error = await failure(download());
    expect(error.code).toBe("download-failed");
    expect(error.reason).toMatch(words);
    expect(error.suggestion).not.toBe("");
  });

  it.each([
    ["by its type", { status: 200, headers: { "content-type": "text/html" }, body: "Sign in" }],
    ["by its looks", { status: 200, body: "\n<!DOCTYPE html><title>Wi-Fi login" }],
  ])("does not take a login page for a model, %s", async (_name, fault) => {
    server.always = fault;
    const error = await failure(download());
    expect(error.reason).toMatch(/web page/u);
    expect(error.suggestion).toMatch(/login page/u);
    expect(await readdir(folder)).not.toContain("model.gguf");
    server.always = {};
    await download();
    await expectWhole();
  });

  it("follows a redirect to another host, resuming there", async () => {
    await using cdn = await FaultyServer.start(content);
    cdn.faults = [{ dropAfter: 100_000 }];
    server.always = { redirect: `${cdn.url}/blob?sig=secret` };
    await download();
    await expectWhole();
    expect(cdn.requests[1]?.range).toMatch(/^bytes=[1-9]/u);
  });

  it("uses the hash that the publisher states, and believes no other file", async () => {
    await using cdn = await FaultyServer.start(content);
    const redirect = `${cdn.url}/blob`;
    server.always = { redirect, headers: { "x-linked-etag": `"${sha256}"` } };
    expect((await downloadUnknown()).sha256).toBe(sha256);
    await rm(target);
    cdn.content = randomBytes(300_000);
    expect((await failure(downloadUnknown())).code).toBe("checksum-mismatch");
    expect((await failure(download({ sha256: "0".repeat(64) }))).code).toBe("checksum-mismatch");
    expect(await readdir(folder)).toEqual([]);
  });

  it("refuses another size before it downloads anything", async () => {
    server.faults = [{ dropAfter: 1000 }];
    await failure(download({ patience: 0 }));
    server.content = randomBytes(400_000);
    server.always = { ignoreIfRange: true };
    const error = await failure(download({ expectedBytes: 300_000 }));
    expect(error.code).toBe("checksum-mismatch");
  });

  it("refuses wrong content whole, and keeps none of it", async () => {
    server.content = randomBytes(300_000);
    expect((await failure(download())).code).toBe("checksum-mismatch");
    expect(await readdir(folder)).toEqual([]);
  });

  it("checks the room first and says how much is missing", async () => {
    const error = await failure(download({ freeBytes: () => Promise.resolve(1000) }));
    expect(error.code).toBe("disk-full");
    expect(error.reason).toBe("It needs 67.4 MB more; 1.0 kB are free.");
    expect(await readdir(folder)).toEqual([]);
  });

  it("gives up on silence, keeping what came", async () => {
    server.always = { stallAfter: 0 };
    server.faults = [{ stallAfter: 50_000 }];
    const error = await failure(download({ patience: 2, idleMs: 60 }));
    expect(error.reason).toMatch(/did not answer in time/u);
    expect(await partBytes()).toBe(50_000);
  });

  it("is refused while offline, keeping what came", async () => {
    server.faults = [{ dropAfter: 50_000 }];
    await failure(download({ patience: 0 }));
    egress.setOffline(true);
    expect((await failure(download())).code).toBe("offline");
    expect(await partBytes()).toBe(50_000);
  });

  it("runs once per file at a time", async () => {
    server.faults = [{ stallAfter: 10 }];
    const first = download();
    expect((await failure(download())).code).toBe("conflict");
    await first;
    await expectWhole();
  });
});
