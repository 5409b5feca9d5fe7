import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gzipOf, tarOf, type TarFile } from "../testing/tarballs.ts";
import { BadTarball, readTarball } from "./readTarball.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "hearth-tar-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const limits = { bytes: 100_000, entries: 5 };

/** What is in an archive, as the reader hands it out. */
async function read(packed: Buffer, signal?: AbortSignal): Promise<Record<string, string>> {
  const file = path.join(root, "a.tgz");
  await writeFile(file, packed);
  const found: Record<string, string> = {};
  await readTarball(
    file,
    limits,
    async ({ path: name }) => {
      if (name.endsWith("skipped")) return null;
      const pieces: Buffer[] = [];
      return {
        write: async (piece) => void pieces.push(Buffer.from(piece)),
        end: async () => void (found[name] = Buffer.concat(pieces).toString("latin1")),
      };
    },
    signal,
  );
  return found;
}

const readFiles = (files: readonly TarFile[]) => read(gzipOf(tarOf(files)));

describe("readTarball", () => {
  it("hands out the files of an archive, whatever their size, and passes others over", async () => {
    const files = [
      { path: "package/empty", content: "" },
      { path: "package/skipped", content: "s".repeat(700) },
      { path: "package/one-block", content: "1".repeat(512) },
      { path: "package/bins/linux-x64/lib.so", content: "x".repeat(70_001) },
    ];
    expect(await readFiles(files)).toEqual({
      "package/empty": "",
      "package/one-block": "1".repeat(512),
      "package/bins/linux-x64/lib.so": "x".repeat(70_001),
    });
  });

  const good: TarFile = { path: "package/a", content: "a" };

  it.each<[string, readonly TarFile[], RegExp]>([
    ["a way out of the folder", [{ path: "package/../../etc/passwd" }], /no plain name/],
    ["an absolute path", [{ path: "/etc/passwd" }], /no plain name/],
    ["a path of Windows", [{ path: "package\\a" }], /no plain name/],
    ["a drive of Windows", [{ path: "C:/a" }], /no plain name/],
    ["a dot", [{ path: "package/./a" }], /no plain name/],
    ["a control character", [{ path: "package/a\nb" }], /“package\/a\?b” in it is no plain name/],
    ["a symbolic link", [{ path: "package/a", type: "2", link: "/etc" }], /no plain file/],
    ["a hard link", [{ path: "package/a", type: "1", link: "b" }], /no plain file/],
    ["a device", [{ path: "package/a", type: "3" }], /no plain file/],
    ["a folder", [{ path: "package/a/", type: "5" }], /no plain file/],
    ["a header that renames", [{ path: "PaxHeader/a", type: "x" }, good], /no plain file/],
    ["a name twice", [good, good], /has package\/a twice/],
    ["a name twice but for its case", [good, { path: "package/A" }], /has package\/A twice/],
    ["too many files", "123456".split("").map((name) => ({ path: name })), /too many files/],
    ["too large a file", [{ path: "a", content: "", statedBytes: 2 ** 33 - 1 }], /too large/],
  ])("refuses %s", async (_what, files, message) => {
    const refused = await readFiles(files).then(
      () => new Error("it passed"),
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(BadTarball);
    expect(String(refused)).toMatch(message);
  });

  it("refuses what unpacks to more than it should, before it is unpacked", async () => {
    const bomb = gzipSync(Buffer.concat([tarOf([good]), Buffer.alloc(50_000_000)]));
    expect(bomb.length).toBeLessThan(60_000);
    await expect(read(bomb)).rejects.toThrow(/more than it should/);
  });

  it.each<[string, () => Buffer, RegExp]>([
    ["is cut off in its packing", () => cut(gzipOf(tarOf([good]))), /no gzip archive, or/],
    ["ends in the middle of a file", () => gzipOf(tarOf([good]).subarray(0, 600)), /cut off/],
    ["lacks its end", () => gzipOf(tarOf([good], 0)), /cut off/],
    ["goes on after its end", () => gzipOf(Buffer.concat([tarOf([good]), tarOf([good])])), /after/],
    ["is no gzip", () => tarOf([good]), /no gzip archive/],
    ["is no tar", () => gzipOf(Buffer.from("x".repeat(2000))), /no tar archive/],
    ["is empty", () => gzipOf(Buffer.alloc(0)), /cut off/],
    [
      "has a wrong sum",
      () => gzipOf(changed(tarOf([good]), 3)),
      /no tar archive, or it is damaged/,
    ],
  ])("refuses an archive that %s", async (_what, make, message) => {
    await expect(read(make())).rejects.toThrow(message);
  });

  it("stops when it is told to", async () => {
    const end = new AbortController();
    end.abort();
    await expect(read(gzipOf(tarOf([good])), end.signal)).rejects.toThrow(/abort/i);
  });
});

function cut(packed: Buffer): Buffer {
  return packed.subarray(0, packed.length - 12);
}

function changed(content: Buffer, at: number): Buffer {
  const other = Buffer.from(content);
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
}
