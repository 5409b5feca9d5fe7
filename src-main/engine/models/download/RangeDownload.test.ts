import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectRight, HubDownload } from "../testing/HubDownload.ts";

const content = randomBytes(300_000);
/** Parts of the tests' downloads. */
const segment = 64 * 1024;

let test: HubDownload;

beforeEach(async () => {
  test = await HubDownload.open(content);
});
afterEach(async () => {
  await test[Symbol.asyncDispose]();
});

interface Left {
  bytes?: Buffer;
  done?: [number, number][];
  sha256?: string;
  url?: string;
}

/** What an earlier run would have left of the download. */
async function leave({ bytes = content, done, sha256, url }: Left): Promise<void> {
  const [file] = (await test.wanted()).files;
  if (!file) throw new Error("There is a file.");
  const part = path.join(test.staging, "files", `${test.key}.part`);
  await mkdir(path.dirname(part), { recursive: true });
  await writeFile(part, bytes);
  const journal = {
    version: 1,
    url: url ?? "https://elsewhere.example/file",
    sha256: sha256 ?? file.sha256,
    totalBytes: file.bytes,
    etag: null,
    done: done ?? [[0, bytes.length]],
  };
  await writeFile(`${part}.json`, JSON.stringify(journal));
}

const ranges = (): (string | undefined)[] =>
  test.hub.seen.filter(({ on }) => on === "cdn").map(({ range }) => range);

describe("what an earlier run has left", () => {
  it("is finished without a request where it is whole, from whatever address it came", async () => {
    const item = await test.wanted();
    await leave({});
    test.folder.egress.setOffline(true);
    await test.fetch(item);
    await expectRight(test);
  });

  it("is gone on with: only its gaps are asked for", async () => {
    const item = await test.wanted();
    await leave({
      done: [
        [0, segment],
        [2 * segment, content.length],
      ],
    });
    await test.fetch(item);
    await expectRight(test);
    expect(ranges()).toEqual([`bytes=${segment}-${2 * segment - 1}`]);
  });

  it("is not taken where it belongs to another file", async () => {
    const item = await test.wanted();
    await leave({ bytes: randomBytes(300_000), sha256: "0".repeat(64) });
    await test.fetch(item);
    await expectRight(test);
    expect(ranges()[0]).toBe(`bytes=0-${segment - 1}`);
  });

  it("is found out by its hash where the disk kept other bytes, and fetched anew", async () => {
    const item = await test.wanted();
    await leave({
      bytes: Buffer.concat([randomBytes(segment), content.subarray(segment)]),
      done: [[0, 2 * segment]],
    });
    await test.fetch(item);
    await expectRight(test);
    expect(ranges()).toContain(`bytes=0-${segment - 1}`);
  });

  it("counts for the room only as far as it really lies on the disk", async () => {
    const { staging } = test;
    await mkdir(path.join(staging, "files"), { recursive: true });
    const names = [1, 2].map((part) => `two.Q8_0-0000${part}-of-00002.gguf`);
    const gap = await open(path.join(staging, "files", `${names[0]}.part`), "w");
    await gap.truncate(400_000_000);
    await gap.close();
    const files = names.map((name) => ({
      path: name,
      bytes: 400_000_000,
      sha256: "0".repeat(64),
    }));
    const item = { ...(await test.wanted()), files };
    const freeBytes = (): Promise<number> => Promise.resolve(500_000_000);
    const error = await test.failure(test.fetch(item, { freeBytes }));
    expect(error.code).toBe("disk-full");
    expect(error.reason).toBe("It needs 800.0 MB more; 500.0 MB are free.");
  });
});

describe("a server that states no hash", () => {
  /** As a mirror may: the way to the file says nothing of its content. */
  const mirror = (file: string) => ({
    on: "hub" as const,
    redirect: `${test.hub.cdnUrl}${file}?X-Amz-Signature=s3cr3t`,
    times: 1000,
  });

  it("is held to its validator, and what came of another version is void", async () => {
    const item = await test.wanted();
    const place = `/${test.repository}/resolve/${item.revision}/${test.key}`;
    test.hub.faults = [mirror(place), { on: "cdn", etag: '"older"' }];
    await test.fetch(item, { connections: 1 });
    await expectRight(test);
    const asked = test.hub.seen.filter(({ on }) => on === "cdn");
    expect(asked[1]?.ifRange).toBe('"older"');
    // The first part was asked for again.
    expect(asked.filter(({ range }) => range === `bytes=0-${segment - 1}`)).toHaveLength(2);
  });
});

describe("a server that asks to wait", () => {
  it("is given the time that it names", async () => {
    const item = await test.wanted();
    test.hub.faults = [{ on: "cdn", status: 429, headers: { "retry-after": "1" } }];
    const started = performance.now();
    await test.fetch(item);
    expect(performance.now() - started).toBeGreaterThan(990);
    await expectRight(test);
    const file = path.join(test.folder.modelsDir, test.repository, test.key);
    expect((await readFile(file)).length).toBe(content.length);
  });
});
