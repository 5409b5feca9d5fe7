import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Store } from "../store/Store.ts";
import { Eraser } from "./Eraser.ts";
import { newRecord } from "./newRecord.ts";

let home = "";
let store: Store;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "hearth-eraser-"));
  store = await Store.open({ path: join(home, "hearth.sqlite") });
});
afterEach(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

function openEraser(): Eraser {
  return new Eraser({
    home,
    store,
    passages: { stamp: () => undefined, erase: async () => {} },
    onFault: (error) => {
      throw error;
    },
  });
}

function copy(name: string): string {
  const file = join(home, "uploads", name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, name);
  return file;
}

describe("copies of files that a browser sent", () => {
  it("go after a kill that kept their removal from its end, and no others", async () => {
    const kept = copy("aaaa/kept.txt");
    const orphan = copy("bbbb/removed.txt");
    const half = copy("1234.part");
    await store.documents.insert(newRecord(kept, false));
    const killed = openEraser();
    await killed.begin();
    await killed[Symbol.asyncDispose]();
    await sleep(20);
    await using next = openEraser();
    await sleep(20);
    const sent = copy("cccc/sent-since.txt");
    await next.resume();
    expect([kept, orphan, half, sent].map(existsSync)).toEqual([true, false, false, true]);
    expect(existsSync(dirname(orphan))).toBe(false);
  });

  it("stay where nothing was being removed", async () => {
    const file = copy("bbbb/never-added.txt");
    await sleep(20);
    await using eraser = openEraser();
    await eraser.resume();
    expect(existsSync(file)).toBe(true);
  });
});
