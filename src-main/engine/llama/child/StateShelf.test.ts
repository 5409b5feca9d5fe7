import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StateShelf } from "./StateShelf.ts";

const tokens = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

const put = (shelf: StateShelf, of: number[], mark: number, size = 100): void =>
  shelf.put(of, size, (bytes) => {
    bytes.fill(mark);
    return true;
  });

describe("StateShelf", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-shelf-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = (more = {}) =>
    StateShelf.open({
      folder,
      memoryBytes: 1_000,
      diskBytes: 10_000,
      leastDiskTokens: 10,
      ...more,
    });

  it("gives the state that agrees longest, if it agrees enough", async () => {
    const shelf = await open();
    put(shelf, tokens(0, 10), 1);
    put(shelf, [...tokens(0, 5), ...tokens(50, 10)], 2);
    expect((await shelf.take([...tokens(0, 5), ...tokens(50, 3)], 6))?.bytes[0]).toBe(2);
    expect((await shelf.take(tokens(0, 8), 6))?.bytes[0]).toBe(1);
    expect(await shelf.take(tokens(0, 8), 9)).toBeNull();
    expect(await shelf.take(tokens(90, 8), 1)).toBeNull();
  });

  it("lets go of a state that is continued, and of one that another continues", async () => {
    const shelf = await open();
    put(shelf, tokens(0, 10), 1);
    expect(await shelf.take(tokens(0, 12), 1)).not.toBeNull();
    expect(shelf.size.states).toBe(0);
    put(shelf, tokens(0, 10), 1);
    put(shelf, tokens(0, 20), 2);
    expect(shelf.size.states).toBe(1);
    put(shelf, tokens(0, 10), 3);
    expect(shelf.size.states).toBe(1);
  });

  it("moves what was not used for longest to disk, and reads it back", async () => {
    const shelf = await open({ memoryBytes: 250 });
    put(shelf, tokens(0, 10), 1);
    put(shelf, tokens(100, 10), 2);
    put(shelf, tokens(200, 10), 3);
    expect(shelf.size).toEqual({ states: 3, memoryBytes: 200 });
    expect((await shelf.take(tokens(0, 12), 5))?.bytes).toEqual(new Uint8Array(100).fill(1));
  });

  it("drops it instead where there is no folder", async () => {
    const shelf = await open({ memoryBytes: 250, folder: null });
    for (const n of [0, 1, 2]) put(shelf, tokens(n * 100, 10), n);
    expect(shelf.size).toEqual({ states: 2, memoryBytes: 200 });
    expect(await shelf.take(tokens(0, 10), 5)).toBeNull();
  });

  it("writes only what is long enough", async () => {
    const shelf = await open({ memoryBytes: 250, leastDiskTokens: 20 });
    put(shelf, tokens(0, 10), 1);
    put(shelf, tokens(100, 20), 2);
    put(shelf, tokens(200, 10), 3);
    put(shelf, tokens(300, 10), 4);
    expect(shelf.size).toEqual({ states: 3, memoryBytes: 200 });
    await shelf.flush();
    expect(await readdir(folder)).toHaveLength(1);
    expect((await shelf.take(tokens(100, 22), 5))?.bytes[0]).toBe(2);
  });

  it("is there again after a restart, within its share of the disk", async () => {
    const shelf = await open({ diskBytes: 250 });
    for (const n of [0, 1, 2]) put(shelf, tokens(n * 100, 10), n + 1);
    await shelf.flush();
    const again = await open();
    expect(again.size).toEqual({ states: 2, memoryBytes: 0 });
    expect((await again.take(tokens(200, 12), 5))?.bytes[0]).toBe(3);
    expect(await again.take(tokens(0, 12), 5)).toBeNull();
  });

  it("does not trust a damaged file, and erases what is too old or no state", async () => {
    const shelf = await open();
    put(shelf, tokens(0, 10), 1);
    put(shelf, tokens(100, 10), 2);
    await shelf.flush();
    const [first = "", second = ""] = await readdir(folder);
    const bytes = await readFile(path.join(folder, first));
    bytes.writeUInt8(77, bytes.length - 1);
    await writeFile(path.join(folder, first), bytes);
    const longAgo = new Date(Date.now() - 30 * 24 * 3600 * 1000);
    await utimes(path.join(folder, second), longAgo, longAgo);
    await writeFile(path.join(folder, "half.kv.part"), "x");
    const again = await open();
    expect(again.size.states).toBe(1);
    expect(await again.take(tokens(0, 12), 5)).toBeNull();
    expect(await again.take(tokens(100, 12), 5)).toBeNull();
    await again.flush();
    expect(await readdir(folder)).toEqual([]);
  });

  it("keeps nothing of a state that could not be read", async () => {
    const shelf = await open();
    shelf.put(tokens(0, 10), 100, () => false);
    expect(shelf.size.states).toBe(0);
  });
});
