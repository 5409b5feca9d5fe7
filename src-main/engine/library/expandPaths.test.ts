import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expandPaths } from "./expandPaths.ts";

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
    (await expandPaths(paths)).map((file) => path.relative(folder, file.path));

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
    const [missing, found] = await expandPaths([
      path.join(folder, "gone.pdf"),
      path.join(folder, "b.pdf"),
    ]);
    expect(missing?.error).toMatchObject({ code: "file-missing", title: "gone.pdf is not there." });
    expect(found?.error).toBeUndefined();
  });
});
