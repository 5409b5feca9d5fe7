import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import { settingsSchema } from "../../../contract/settings.ts";
import { SettingsService } from "../../core/SettingsService.ts";
import { MovableHome } from "../testing/movableHome.ts";
import { ModelsFolder } from "./ModelsFolder.ts";
import { ModelsMover } from "./ModelsMover.ts";

let root: string;
let home: MovableHome;
let settings: SettingsService;
let folder: ModelsFolder;
let mover: ModelsMover;
let told: string[];
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "hearth-mover-"));
  home = new MovableHome(root);
  await home.fill();
  let kept = settingsSchema.parse({ modelFolders: ["/data/models"] });
  settings = await SettingsService.open({
    get: () => Promise.resolve(kept),
    update: (patch) => {
      kept = settingsSchema.parse({ ...kept, ...patch });
      return Promise.resolve(kept);
    },
  });
  folder = new ModelsFolder(home.usual, () => settings.cell.get().modelsFolder);
  told = [];
  mover = new ModelsMover({
    home: home.home,
    folder,
    settings,
    holdDownloads: () => {
      told.push("held");
      return Promise.resolve({ [Symbol.dispose]: () => void told.push("let go") });
    },
    onSwitched: (from, to) => {
      told.push(`${path.basename(from)} to ${path.basename(to)}`);
      return Promise.resolve();
    },
    onLeft: () => {
      told.push("left");
      return Promise.resolve();
    },
  });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const nobody = new AbortController().signal;

describe("ModelsMover", () => {
  it("tells beforehand what it would do", async () => {
    const disk = path.join(root, "disk");
    await writeFile(path.join(disk, "holiday.jpg"), "");
    expect(await mover.plan(disk)).toMatchObject({
      target: home.elsewhere,
      models: 4,
      bytes: 200_000,
      sameDisk: true,
    });
    expect(existsSync(home.elsewhere)).toBe(false);
    await expect(mover.plan(null)).rejects.toMatchObject({ code: "conflict" });
  });

  it("moves while downloads rest, and tells all faces", async () => {
    const before = await home.models(home.usual);
    const seen: unknown[] = [];
    mover.state.subscribe(() => seen.push(mover.state.get().moving?.target ?? null));
    const moved = await mover.move(home.elsewhere, () => {}, nobody);
    expect(moved).toMatchObject({ folder: home.elsewhere, files: 6, left: 0 });
    expect(told).toEqual(["held", "models to hearth-models", "let go"]);
    expect(settings.cell.get().modelsFolder).toBe(home.elsewhere);
    expect(await home.models(home.elsewhere)).toEqual(before);
    expect(seen.at(0)).toBe(home.elsewhere);
    expect(seen.at(-1)).toBeNull();
    expect(await mover.describe()).toMatchObject({ isUsual: false, reachable: true });
  });

  it("stops where its caller cancels, not where the caller is gone", async () => {
    const before = await home.models(home.usual);
    const gone = new AbortController();
    const lost = new HearthError({ code: "connection-lost", title: "Gone." });
    await mover.move(home.elsewhere, () => gone.abort(lost), gone.signal);
    expect(settings.cell.get().modelsFolder).toBe(home.elsewhere);
    const cancelled = new AbortController();
    const reason = new HearthError({ code: "cancelled", title: "Stopped." });
    await expect(
      mover.move(null, () => cancelled.abort(reason), cancelled.signal),
    ).rejects.toMatchObject({ code: "cancelled" });
    expect(settings.cell.get().modelsFolder).toBe(home.elsewhere);
    expect(await home.models(home.elsewhere)).toEqual(before);
    expect(mover.state.get()).toEqual({ moving: null, moveError: null });
  });

  it("lets nothing else write into the folder meanwhile, and waits for nobody silently", async () => {
    let tried: Promise<unknown> | undefined;
    await mover.move(
      home.elsewhere,
      () => {
        tried ??= folder.use(() => Promise.resolve()).catch((error: unknown) => error);
      },
      nobody,
    );
    expect(await tried).toMatchObject({ code: "conflict" });
    await folder.use(async () => {
      await expect(mover.move(null, () => {}, nobody)).rejects.toMatchObject({ code: "conflict" });
    });
  });

  it("keeps why it failed until the next one", async () => {
    await expect(mover.move("not/whole", () => {}, nobody)).rejects.toThrow();
    expect(mover.state.get().moveError).toMatchObject({ code: "bad-input" });
    await mover.move(home.elsewhere, () => {}, nobody);
    expect(mover.state.get().moveError).toBeNull();
  });

  it("tells in words what the system refuses, and loses nothing by it", async () => {
    const before = await home.models(home.usual);
    let once = false;
    const moving = mover.move(
      home.elsewhere,
      () => {
        if (once) return;
        once = true;
        // A file stands where a folder of models is to be made.
        mkdirSync(home.elsewhere);
        writeFileSync(path.join(home.elsewhere, "owner"), "");
      },
      nobody,
    );
    await expect(moving).rejects.toMatchObject({
      code: "not-allowed",
      title: "The models could not be moved.",
    });
    expect(mover.state.get().moveError).toMatchObject({ code: "not-allowed" });
    expect(settings.cell.get().modelsFolder).toBeNull();
    expect(await home.models(home.usual)).toEqual(before);
  });

  it("knows when the disk is away, also where its empty place is left, and goes on without it", async () => {
    await mover.move(home.elsewhere, () => {}, nobody);
    await rename(home.elsewhere, path.join(root, "pulled"));
    await mkdir(home.elsewhere);
    expect(await mover.describe()).toEqual({
      path: home.elsewhere,
      isUsual: false,
      reachable: false,
      freeBytes: null,
    });
    await expect(folder.required()).rejects.toMatchObject({ code: "file-missing" });
    await expect(mover.plan(path.join(root, "new"))).rejects.toMatchObject({
      code: "file-missing",
    });
    await mover.leave();
    expect(settings.cell.get()).toMatchObject({
      modelsFolder: null,
      modelFolders: ["/data/models", home.elsewhere],
    });
    expect(told.at(-1)).toBe("left");
    expect(await folder.required()).toBe(home.usual);
  });
});
