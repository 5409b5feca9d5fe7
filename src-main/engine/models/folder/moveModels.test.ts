import { spawnSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MoveProgress } from "../../../contract/storage.ts";
import { nodeBinary } from "../../../paths/entries.ts";
import { MovableHome } from "../testing/movableHome.ts";
import { chooseTarget } from "./chooseTarget.ts";
import { markerName, writeMarker } from "./folderMarker.ts";
import { moveModels, type MoveOptions, recoverMove } from "./moveModels.ts";

let root: string;
let home: MovableHome;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "hearth-move-"));
  home = new MovableHome(root);
  await home.fill();
});
afterEach(() => rm(root, { recursive: true, force: true }));

const move = (change: Partial<MoveOptions> = {}) =>
  moveModels({
    ...home.places,
    to: home.elsewhere,
    signal: new AbortController().signal,
    onProgress: () => {},
    onSwitched: () => Promise.resolve(),
    ...change,
  });

/** What stays in the home however often models are moved. */
const kept = [".downloads", ".inspections.json", "notes of mine.txt"];

describe.each([true, false])("moving models, second names on the same disk: %s", (mayLink) => {
  it("moves all of them, unfinished ones too, and leaves notes and what is not Hearth's", async () => {
    const before = await home.models();
    expect(Object.keys(before)).toHaveLength(6);
    const moved = await move({ mayLink });
    expect(moved).toMatchObject({ files: 6, left: 0 });
    expect(home.current).toBe(home.elsewhere);
    expect(await home.models()).toEqual(before);
    expect(readdirSync(home.usual).toSorted()).toEqual(kept);
    expect(readdirSync(path.join(home.usual, ".downloads"))).toEqual(["queue.json"]);
    expect(await home.journal()).toBeNull();

    // And back: nothing but what was there before.
    await move({ mayLink, to: home.usual });
    expect(home.current).toBe(home.usual);
    expect(await home.models()).toEqual(before);
    expect(existsSync(home.elsewhere)).toBe(false);
  });

  it("tells how far it is", async () => {
    const seen: MoveProgress[] = [];
    await move({ mayLink, onProgress: (progress) => seen.push(progress) });
    const done = seen.map(({ doneBytes }) => doneBytes);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toMatchObject({ stage: "removing", doneBytes: 200_000 });
    expect(seen.some(({ stage }) => stage === "verifying")).toBe(!mayLink);
  });

  it("keeps everything where it was when it fails, or is cancelled, at any step", async () => {
    const before = await home.models();
    const steps: string[] = [];
    const copy = path.join(root, "home.whole");
    cpSync(home.home, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    await move({ mayLink, onStep: (step) => steps.push(step) });
    const switched = steps.indexOf("switched");
    expect(switched).toBeGreaterThan(8);
    for (let stop = 0; stop <= switched; stop++) {
      for (const how of ["fails", "is cancelled"] as const) {
        await rm(path.join(root, "disk"), { recursive: true });
        await mkdir(path.join(root, "disk"));
        await rm(home.home, { recursive: true });
        cpSync(copy, home.home, {
          recursive: true,
          verbatimSymlinks: true,
          preserveTimestamps: true,
        });
        const end = new AbortController();
        let at = 0;
        const moving = move({
          mayLink,
          signal: end.signal,
          onStep: () => {
            if (at++ !== stop) return;
            if (how === "fails") throw new Error("The disk is gone.");
            end.abort();
          },
        });
        const name = `${how} before ${steps[stop]}`;
        const isOver = steps[stop] === "switch" || steps[stop] === "verified" || stop === switched;
        if (how === "is cancelled" && isOver) {
          // All is verified: it is quicker to finish than to take it back.
          await moving;
          expect(home.current, name).toBe(home.elsewhere);
        } else {
          const code = how === "fails" ? "The disk is gone." : /cancelled/u;
          await expect(moving, name).rejects.toThrow(code);
        }
        expect(await home.models(), name).toEqual(before);
        await recoverMove(home.places);
        expect(await home.models(), name).toEqual(before);
        if (home.current === home.usual)
          expect(readdirSync(path.join(root, "disk")), name).toEqual([]);
        expect(await home.journal(), name).toBeNull();
      }
    }
  });
});

describe("a process that is killed while it moves models", () => {
  const script = path.join(import.meta.dirname, "fixtures", "moveProcess.ts");
  const run = (work: "move" | "recover", mayLink: boolean, stopAt: number): boolean => {
    const { stdout, stderr, signal } = spawnSync(
      nodeBinary(),
      [script, root, work, String(mayLink), String(stopAt)],
      { encoding: "utf8" },
    );
    if (signal === null && !stdout.includes("done")) throw new Error(stderr);
    return signal === "SIGKILL";
  };

  it.each([true, false])(
    "loses none, at whatever step, and the next one finishes or undoes it (second names: %s)",
    async (mayLink) => {
      const before = await home.models();
      let killed = 0;
      const ends = new Set<string>();
      for (let stop = 1; ; stop += 2) {
        const from = home.current;
        if (!run("move", mayLink, stop)) break;
        killed++;
        // At once, before anybody mends anything: all are where the setting says.
        expect(await home.models(), `killed at step ${stop}`).toEqual(before);
        // The one that mends is killed, too.
        if (stop % 3 === 0) run("recover", mayLink, 1 + (stop % 2));
        expect(await home.models(), `killed again after step ${stop}`).toEqual(before);
        const end = await recoverMove(home.places);
        ends.add(end);
        expect(await home.models(), `mended after step ${stop}`).toEqual(before);
        // Before the new folder is made nothing tells it from one whose disk is away.
        if (end === "waiting") expect(existsSync(home.elsewhere)).toBe(false);
        else expect(await home.journal()).toBeNull();
        if (home.current === from) {
          expect(existsSync(home.elsewhere), `left over after step ${stop}`).toBe(false);
          continue;
        }
        expect(readdirSync(home.usual).toSorted()).toEqual(kept);
        await move({ to: home.usual });
      }
      expect(killed).toBeGreaterThan(6);
      expect(ends.size).toBeGreaterThan(1);
    },
    60_000,
  );
});

describe("what happens beside a move", () => {
  it("is seen: a model that is put there, or replaced, meanwhile comes along", async () => {
    let done = false;
    await move({
      onStep: (step) => {
        if (done || step !== "copy small.gguf.json") return;
        done = true;
        writeFileSync(path.join(home.usual, "new.gguf"), "new");
        writeFileSync(path.join(home.usual, "other"), "another content");
        renameSync(path.join(home.usual, "other"), path.join(home.usual, "small.gguf"));
      },
    });
    const read = (name: string): Promise<string> =>
      readFile(path.join(home.elsewhere, name), "utf8");
    expect(await read("new.gguf")).toBe("new");
    expect(await read("small.gguf")).toBe("another content");
    expect(readdirSync(home.usual).toSorted()).toEqual(kept);
  });

  it("never takes a copy for good that reads back otherwise", async () => {
    const before = await home.models();
    const corrupt = path.join(home.elsewhere, "small.gguf.moving");
    let once = false;
    const moving = move({
      mayLink: false,
      onProgress: ({ stage, file }) => {
        if (once || stage !== "copying" || file !== "small.gguf" || !existsSync(corrupt)) return;
        once = true;
        const handle = openSync(corrupt, "r+");
        writeSync(handle, "rotten", 100);
        closeSync(handle);
      },
    });
    await expect(moving).rejects.toMatchObject({ code: "checksum-mismatch" });
    expect(await home.models()).toEqual(before);
    expect(home.current).toBe(home.usual);
    expect(existsSync(home.elsewhere)).toBe(false);
  });

  it("does not write over another file of the same name, and takes an equal one as it is", async () => {
    await writeMarker(home.elsewhere, home.home);
    await writeFile(path.join(home.elsewhere, "small.gguf"), "somebody else's");
    await expect(move()).rejects.toMatchObject({ code: "conflict" });
    expect(await readFile(path.join(home.elsewhere, "small.gguf"), "utf8")).toBe("somebody else's");
    cpSync(path.join(home.usual, "small.gguf"), path.join(home.elsewhere, "small.gguf"));
    const before = await home.models();
    await move();
    expect(await home.models()).toEqual(before);
    expect(readdirSync(home.usual).toSorted()).toEqual(kept);
  });

  it("waits with the rest while the old disk is away", async () => {
    const before = await home.models();
    await move();
    const away = path.join(root, "away");
    // Back home, and killed when all is in both places.
    const stop = new Error("killed");
    await expect(
      move({
        to: home.usual,
        onStep: (step) => {
          if (step.startsWith("remove")) throw stop;
        },
      }),
    ).rejects.toThrow(stop);
    expect(home.current).toBe(home.usual);
    await rename(home.elsewhere, away);
    expect(await recoverMove(home.places)).toBe("waiting");
    expect(await home.models()).toEqual(before);
    await rename(away, home.elsewhere);
    expect(await recoverMove(home.places)).toBe("finished");
    expect(await home.models()).toEqual(before);
    expect(existsSync(home.elsewhere)).toBe(false);
  });
});

describe("the folder that models are moved to", () => {
  const choose = (chosen: string | null): Promise<string> =>
    chooseTarget({ chosen, from: home.current, usual: home.usual, home: home.home });

  it("is the chosen one where it is new, empty or Hearth's, else one in it", async () => {
    const disk = path.join(root, "disk");
    expect(await choose(disk)).toBe(disk);
    expect(await choose(path.join(disk, "new"))).toBe(path.join(disk, "new"));
    await writeFile(path.join(disk, "holiday.jpg"), "");
    expect(await choose(disk)).toBe(home.elsewhere);
    await writeMarker(home.elsewhere, home.home);
    expect(await choose(home.elsewhere)).toBe(home.elsewhere);
    await move();
    expect(await choose(null)).toBe(home.usual);
    expect(await choose(home.usual)).toBe(home.usual);
  });

  it("is refused with the reason where it cannot be used", async () => {
    const disk = path.join(root, "disk");
    await writeFile(path.join(disk, "holiday.jpg"), "");
    await mkdir(home.elsewhere);
    await writeFile(path.join(home.elsewhere, "a.gguf"), "");
    const refused: [string | null, string, RegExp][] = [
      ["models", "bad-input", /root of the disk/u],
      [path.join(disk, "not", "there"), "bad-input", /no folder .*not/u],
      [path.join(disk, "holiday.jpg"), "bad-input", /a file/u],
      [path.join(home.usual, "below"), "bad-input", /inside of the model folder/u],
      [path.join(home.home, "uploads"), "bad-input", /data folder/u],
      [home.usual, "conflict", /is the model folder/u],
      [null, "conflict", /is the model folder/u],
      [disk, "conflict", /other files/u],
    ];
    for (const [chosen, code, cause] of refused)
      await expect(choose(chosen), String(chosen)).rejects.toMatchObject({
        code,
        reason: expect.stringMatching(cause),
      });
    await rm(path.join(home.elsewhere, "a.gguf"));
    await writeMarker(home.elsewhere, "/another/home");
    await expect(choose(disk)).rejects.toMatchObject({ code: "conflict" });
    expect(readdirSync(home.elsewhere)).toEqual([markerName]);
  });

  const isRoot = process.getuid?.() === 0;
  // Root may write to every folder but to those that the kernel makes.
  it.skipIf(isRoot && process.platform !== "linux")(
    "must be one that Hearth may write to",
    async () => {
      const closed = isRoot ? "/proc/sys" : path.join(root, "closed");
      if (!isRoot) await mkdir(closed, { mode: 0o500 });
      await expect(choose(closed)).rejects.toMatchObject({ code: "not-allowed" });
      if (!isRoot) await chmod(closed, 0o700);
    },
  );
});
