import { mkdir, mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { modelIdSchema } from "../../contract/ids.ts";
import { modelSchema } from "../../contract/models.ts";
import { writeMarker } from "./folder/folderMarker.ts";
import { ModelRegistry } from "./ModelRegistry.ts";
import { writeModelRecord } from "./modelRecord.ts";
import { writeSmallModel } from "./testing/smallGguf.ts";

let root: string;
let modelsDir: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "hearth-registry-"));
  modelsDir = path.join(root, "models");
});
afterEach(() => rm(root, { recursive: true }));

const inModels = (...names: string[]): string => path.join(modelsDir, ...names);
async function put(file: string, chatTemplate = "x"): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeSmallModel(file, { chatTemplate });
}
async function ids(registry: ModelRegistry): Promise<string[]> {
  return (await registry.rescan()).map(({ id }) => id);
}

describe("ModelRegistry", () => {
  it("is empty before there is a folder", async () => {
    const registry = new ModelRegistry({ modelsDir });
    expect(await registry.rescan()).toEqual([]);
    expect(registry.unreadable).toEqual([]);
  });

  it("lists models below its folder, as the contract wants them", async () => {
    await put(inModels("b.Q8_0.gguf"));
    await put(inModels("publisher", "a.GGUF"));
    const registry = new ModelRegistry({ modelsDir });
    expect(await ids(registry)).toEqual(["b.Q8_0", "publisher/a"]);
    const [model] = registry.list();
    expect(modelSchema.parse(model)).toEqual(model);
    expect(model).toMatchObject({
      name: "b",
      path: inModels("b.Q8_0.gguf"),
      source: "A file on this computer",
      hasChatTemplate: true,
    });
    expect(registry.get(modelIdSchema.parse("publisher/a")).name).toBe("a");
    expect(() => registry.get(modelIdSchema.parse("c"))).toThrow(/not here/u);
  });

  it("never lists partial downloads, hidden folders or what lies too deep", async () => {
    await put(inModels("a.gguf"));
    await rename(inModels("a.gguf"), inModels("a.gguf.part"));
    await put(inModels(".trash", "b.gguf"));
    await put(inModels("1", "2", "3", "4", "5", "6", "ok.gguf"));
    await put(inModels("1", "2", "3", "4", "5", "6", "7", "deep.gguf"));
    expect(await ids(new ModelRegistry({ modelsDir }))).toEqual(["1/2/3/4/5/6/ok"]);
  });

  it("lists damaged files with the reason, beside the good ones", async () => {
    await put(inModels("good.gguf"));
    await writeFile(inModels("bad.gguf"), "<html>please log in</html>");
    await writeFile(inModels("empty.gguf"), "");
    const models = await new ModelRegistry({ modelsDir }).rescan();
    expect(models.map(({ id, error }) => [id, error?.code])).toEqual([
      ["bad", "model-damaged"],
      ["empty", "model-damaged"],
      ["good", undefined],
    ]);
    expect(models[0]?.error?.cause).toMatch(/web page/u);
    expect(models.every((model) => modelSchema.safeParse(model).success)).toBe(true);
  });

  it("follows links to files, not to folders, and survives dangling ones", async () => {
    await put(path.join(root, "elsewhere", "real.gguf"));
    await mkdir(modelsDir);
    await symlink(path.join(root, "elsewhere", "real.gguf"), inModels("linked.gguf"));
    await symlink(path.join(root, "elsewhere"), inModels("folder"));
    await symlink(modelsDir, inModels("loop"));
    await symlink(path.join(root, "gone"), inModels("dangling.gguf"));
    const registry = new ModelRegistry({ modelsDir });
    expect(await ids(registry)).toEqual(["linked"]);
    expect(registry.unreadable.map((problem) => problem.path)).toEqual([inModels("dangling.gguf")]);
  });

  it("scans the user's folders too; ids stay unique and stay the same", async () => {
    const extra = path.join(root, "extra");
    await put(inModels("a.gguf"));
    await put(path.join(extra, "a.gguf"));
    await put(path.join(extra, "b.gguf"));
    const extraFolders = (): string[] => [extra, path.join(root, "missing")];
    const registry = new ModelRegistry({ modelsDir, extraFolders });
    const first = await ids(registry);
    expect(first).toHaveLength(3);
    expect(first[0]).toBe("a");
    expect(first[1]).toMatch(/^a~[0-9a-f]{6}$/u);
    expect(first[2]).toBe("b");
    expect(registry.unreadable).toHaveLength(1);
    expect(await ids(new ModelRegistry({ modelsDir, extraFolders }))).toEqual(first);
  });

  it("reads a file again only when it changed, also after a restart", async () => {
    const file = inModels("a.gguf");
    await put(file);
    await new ModelRegistry({ modelsDir }).rescan();
    const cacheFile = inModels(".inspections.json");
    const cache = await readFile(cacheFile, "utf8");
    await writeFile(cacheFile, cache.replace('"contextLength": 2048', '"contextLength": 7'));
    const registry = new ModelRegistry({ modelsDir });
    expect((await registry.rescan())[0]?.contextLength).toBe(7);
    await utimes(file, new Date(), new Date(Date.now() + 5000));
    expect((await registry.rescan())[0]?.contextLength).toBe(2048);
    await writeFile(cacheFile, "{ broken");
    expect((await new ModelRegistry({ modelsDir }).rescan())[0]?.contextLength).toBe(2048);
  });

  it("drops what is gone and sees what was mended", async () => {
    await put(inModels("a.gguf"));
    await writeFile(inModels("b.gguf"), "");
    const registry = new ModelRegistry({ modelsDir });
    await registry.rescan();
    await rm(inModels("a.gguf"));
    await put(inModels("b.gguf"));
    const models = await registry.rescan();
    expect(models.map(({ id, error }) => [id, error])).toEqual([["b", undefined]]);
  });

  it("tells where a model came from, unless the file is another one now", async () => {
    await put(inModels("a.gguf"));
    const registry = new ModelRegistry({ modelsDir });
    const bytes = (await registry.rescan())[0]?.bytes ?? 0;
    const sha256 = "ab".repeat(32);
    await writeModelRecord(inModels("a.gguf"), { source: "https://example.org/a", sha256, bytes });
    expect((await registry.rescan())[0]).toMatchObject({ source: "https://example.org/a", sha256 });
    await put(
      inModels("a.gguf"),
      "a longer template, so another size, so another file than before",
    );
    expect((await registry.rescan())[0]).toMatchObject({ source: "A file on this computer" });
  });

  it("lists a split model once, by its first part", async () => {
    const split = (part: number) =>
      ({
        metadata: [
          { key: "split.count", type: "uint16", value: 2 },
          { key: "split.no", type: "uint16", value: part },
        ],
      }) as const;
    await mkdir(modelsDir);
    await writeSmallModel(inModels("m-00001-of-00002.gguf"), split(0));
    await writeSmallModel(inModels("m-00002-of-00002.gguf"), split(1));
    const registry = new ModelRegistry({ modelsDir });
    expect(await ids(registry)).toEqual(["m-00001-of-00002"]);
    await rm(inModels("m-00001-of-00002.gguf"));
    expect((await registry.rescan())[0]?.error?.cause).toMatch(/Part 1 of 2 is missing/u);
  });

  it("adds a single file, remembers it, and refuses a bad one", async () => {
    const file = path.join(root, "own", "mine.gguf");
    await put(file);
    const registry = new ModelRegistry({ modelsDir });
    expect(await registry.addFile(file)).toMatchObject({ id: "mine", path: file });
    expect(await ids(new ModelRegistry({ modelsDir }))).toEqual(["mine"]);
    await writeFile(path.join(root, "bad.gguf"), "");
    await expect(registry.addFile(path.join(root, "bad.gguf"))).rejects.toMatchObject({
      code: "model-damaged",
    });
    await rm(file);
    expect(await ids(registry)).toEqual([]);
    expect(registry.unreadable).toHaveLength(1);
  });

  describe("a folder whose disk is away", () => {
    const disk = (...names: string[]): string => path.join(root, "disk", "hearth-models", ...names);
    const open = (): ModelRegistry =>
      new ModelRegistry({
        modelsDir,
        ownFolder: () => disk(),
        extraFolders: () => [path.join(root, "named")],
      });
    beforeEach(async () => {
      await writeMarker(disk(), root);
      await put(disk("owner", "a.gguf"));
      const split = (part: number) => ({
        metadata: [
          { key: "split.count", type: "uint16" as const, value: 2 },
          { key: "split.no", type: "uint16" as const, value: part },
        ],
      });
      await writeSmallModel(disk("s-00001-of-00002.gguf"), split(0));
      await writeSmallModel(disk("s-00002-of-00002.gguf"), split(1));
      await put(path.join(root, "named", "b.gguf"));
      await put(path.join(root, "stick", "c.gguf"));
      await open().rescan();
      await open().addFile(path.join(root, "stick", "c.gguf"));
    });
    const all = ["owner/a", "s-00001-of-00002", "b", "c"];
    const away = async (registry: ModelRegistry): Promise<string[]> =>
      (await registry.rescan()).filter(({ error }) => error).map(({ id }) => id);

    it("keeps its models in the list, also after a restart, and they come back with it", async () => {
      const registry = open();
      expect(await ids(registry)).toEqual(all);
      expect(await registry.hasReachChanged()).toBe(false);
      await rename(path.join(root, "disk"), path.join(root, "pulled"));
      await rename(path.join(root, "named"), path.join(root, "named-pulled"));
      await rename(path.join(root, "stick"), path.join(root, "stick-pulled"));
      expect(await registry.hasReachChanged()).toBe(true);
      for (const each of [registry, open(), open()]) {
        expect(await ids(each)).toEqual(all);
        expect(await away(each)).toEqual(all);
        expect(await each.hasReachChanged()).toBe(false);
      }
      const [first] = registry.list();
      expect(first).toMatchObject({ kind: "chat", error: { code: "file-missing" } });
      expect(first?.error?.cause).toContain(disk());
      expect(modelSchema.parse(first)).toEqual(first);
      // An empty folder in its place is not the disk.
      await mkdir(disk(), { recursive: true });
      expect(await registry.hasReachChanged()).toBe(false);
      await rm(path.join(root, "disk"), { recursive: true });
      for (const name of ["disk", "named", "stick"])
        await rename(
          path.join(root, name === "disk" ? "pulled" : `${name}-pulled`),
          path.join(root, name),
        );
      expect(await registry.hasReachChanged()).toBe(true);
      expect(await ids(registry)).toEqual(all);
      expect(await away(registry)).toEqual([]);
    });

    it("is not told from files that were deleted in a folder that is there", async () => {
      await rm(disk("owner", "a.gguf"));
      await rm(path.join(root, "stick", "c.gguf"));
      expect(await ids(open())).toEqual(["s-00001-of-00002", "b"]);
    });

    it("follows files that were added by their path when they are moved", async () => {
      await open().follow(path.join(root, "stick"), path.join(root, "stick2"));
      await rename(path.join(root, "stick"), path.join(root, "stick2"));
      expect(await ids(open())).toEqual(all);
      expect(await away(open())).toEqual([]);
    });
  });

  it("stops when cancelled", async () => {
    await put(inModels("a.gguf"));
    const work = new ModelRegistry({ modelsDir }).rescan(AbortSignal.abort());
    await expect(work).rejects.toMatchObject({ code: "cancelled" });
  });
});
