import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { expandPaths } from "./expandPaths.ts";

const { signal } = new AbortController();

describe("expandPaths", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "hearth-paths-"));
    await fs.mkdir(path.join(folder, "deep", ".hidden"), { recursive: true });
    await fs.mkdir(path.join(folder, "node_modules"));
    for (const name of [
      "b.pdf",
      "a.MD",
      "c.docx",
      "g.exe",
      "deep/d.txt",
      "deep/.hidden/e.txt",
      "node_modules/a.js",
      ".f.txt",
    ]) {
      await fs.writeFile(path.join(folder, name), "x");
    }
    await fs.symlink(folder, path.join(folder, "deep", "loop"));
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));
  const names = async (...paths: string[]): Promise<string[]> =>
    (await expandPaths(paths, signal)).map((file) => path.relative(folder, file.path));

  it("takes what it can read from a folder, in order, without hidden things or loops", async () => {
    expect(await names(folder)).toEqual(["a.MD", "b.pdf", "c.docx", path.join("deep", "d.txt")]);
  });

  it("tries a file that was named itself, and takes each once", async () => {
    const odd = path.join(folder, "g.exe");
    expect(await names(odd, folder, path.join(folder, "b.pdf"))).toEqual([
      "g.exe",
      "a.MD",
      "b.pdf",
      "c.docx",
      path.join("deep", "d.txt"),
    ]);
  });

  it("says what is missing and goes on", async () => {
    const [missing, found] = await expandPaths(
      [path.join(folder, "gone.pdf"), path.join(folder, "b.pdf")],
      signal,
    );
    expect(missing?.error).toMatchObject({ code: "file-missing", title: "gone.pdf is not there." });
    expect(found?.error).toBeUndefined();
  });

  it("says which folder in a folder cannot be read, and takes the rest", async () => {
    const shut = path.join(folder, "deep", "shut");
    await fs.mkdir(shut);
    const readdir = fs.readdir;
    const spy = vi
      .spyOn(fs, "readdir")
      .mockImplementation(((at: string, how: object) =>
        at === shut
          ? Promise.reject(Object.assign(new Error("no"), { code: "EACCES", syscall: "scandir" }))
          : readdir(at, how as { withFileTypes: true })) as unknown as typeof fs.readdir);
    try {
      const found = await expandPaths([folder], signal);
      expect(found.find((file) => file.path === shut)?.error).toMatchObject({
        code: "file-unreadable",
        title: "shut cannot be opened.",
      });
      expect(found.filter(({ error }) => !error)).toHaveLength(4);
    } finally {
      spy.mockRestore();
      await fs.rmdir(shut);
    }
  });

  it("ends when it is cancelled", async () => {
    await expect(expandPaths([folder], AbortSignal.abort(new Error("enough")))).rejects.toThrow(
      "enough",
    );
  });
});
