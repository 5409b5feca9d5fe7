import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FitRecords } from "./FitRecords.ts";
import { MemorySpeed } from "./MemorySpeed.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "hearth-fit-"));
});
afterEach(() => rm(folder, { recursive: true }));

const model = { path: "/m/a.gguf", bytes: 100 };
const other = { path: "/m/b.gguf", bytes: 100 };

describe("FitRecords", () => {
  it("corrects a model by its own loads, others by all of them, and outlives a restart", async () => {
    const file = path.join(folder, "records.json");
    const records = new FitRecords(file);
    expect(await records.correction(model)).toBe(1);
    await records.add(model, 100, 110);
    expect(await records.correction(model)).toBeCloseTo(1.1);
    expect(await records.correction(other)).toBe(1);
    await records.add(model, 100, 112);
    await records.add(model, 100, 114);
    expect(await records.correction(other)).toBeCloseTo(1.12);
    expect(await new FitRecords(file).correction(model)).toBeCloseTo(1.12);
    expect(await new FitRecords(file).correction(null)).toBeCloseTo(1.12);
    // Another file of the same name is another model.
    expect(await new FitRecords(file).correction({ ...model, bytes: 7 })).toBeCloseTo(1.12);
  });

  it("follows files that are moved", async () => {
    const file = path.join(folder, "records.json");
    const records = new FitRecords(file);
    await records.add(model, 100, 120);
    await records.follow("/m", "/disk/hearth-models");
    const moved = { ...model, path: path.join("/disk/hearth-models", "a.gguf") };
    expect(await new FitRecords(file).correction(moved)).toBeCloseTo(1.2);
    expect(await new FitRecords(file).correction(model)).toBe(1);
  });

  it("is not led astray by one odd load, nor by a damaged file", async () => {
    const file = path.join(folder, "records.json");
    const records = new FitRecords(file);
    await records.add(model, 100, 900);
    expect(await records.correction(model)).toBe(1.5);
    await records.add(other, 100, 10);
    expect(await records.correction(other)).toBe(0.8);
    await records.add(other, 0, 10);
    await writeFile(file, "{");
    expect(await new FitRecords(file).correction(model)).toBe(1);
  });
});

describe("MemorySpeed", () => {
  it("is measured once for a count of threads, and kept", async () => {
    const file = path.join(folder, "speed.json");
    let measured = 0;
    const open = (threads: number) =>
      new MemorySpeed({
        file,
        threads: () => threads,
        alone: (work) => work(),
        measure: (count) => {
          measured++;
          return Promise.resolve(1e9 * count);
        },
      });
    const speed = open(2);
    expect(await Promise.all([speed.get(), speed.get()])).toEqual([2e9, 2e9]);
    expect(await open(2).get()).toBe(2e9);
    expect(measured).toBe(1);
    expect(await open(3).get()).toBe(3e9);
    expect(measured).toBe(2);
  });

  it("is unknown where it cannot be measured", async () => {
    const speed = new MemorySpeed({
      file: path.join(folder, "speed.json"),
      threads: () => 1,
      alone: (work) => work(),
      measure: () => Promise.reject(new Error("no")),
    });
    expect(await speed.get()).toBeNull();
  });

  it("is really measured", async () => {
    const speed = new MemorySpeed({
      file: path.join(folder, "speed.json"),
      threads: () => 1,
      alone: (work) => work(),
    });
    const bytesPerSecond = await speed.get();
    expect(bytesPerSecond).toBeGreaterThan(1e8);
    expect(bytesPerSecond).toBeLessThan(1e13);
  });
});
