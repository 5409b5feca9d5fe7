import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { modelSchema, type KvVerdict, type ModelMemory } from "../../contract/models.ts";
import type { ChildAnswer, ChildQuestion } from "../llama/child/protocol.ts";
import { KvChecker } from "./KvChecker.ts";
import { KvVerdicts } from "./KvVerdicts.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "hearth-kv-"));
  file = path.join(folder, "model.gguf");
  await writeFile(file, "one");
});
afterEach(() => rm(folder, { recursive: true }));

const passed: KvVerdict = {
  kvType: "q8_0",
  passed: true,
  agreement: 1,
  meanDivergence: 0.001,
  perplexityRatio: 1,
  tokens: 400,
  problem: null,
};

describe("KvVerdicts", () => {
  it("are kept over a restart, and only for the file as it was", async () => {
    const record = path.join(folder, "verdicts.json");
    await new KvVerdicts(record).set({ path: file }, [passed]);
    const later = new KvVerdicts(record);
    expect(await later.get({ path: file })).toEqual([passed]);
    expect(await later.get({ path: path.join(folder, "other.gguf") })).toEqual([]);
    await writeFile(file, "another");
    expect(await later.get({ path: file })).toEqual([]);
    await rm(file);
    expect(await later.get({ path: file })).toEqual([]);
  });

  it("follow files that are moved, unless they were for others of these names", async () => {
    const record = path.join(folder, "verdicts.json");
    const [old, disk] = [path.join(folder, "models"), path.join(folder, "disk")];
    const verdicts = new KvVerdicts(record);
    for (const name of ["same.gguf", "changed.gguf"]) {
      for (const place of [old, disk]) {
        await mkdir(place, { recursive: true });
        await writeFile(path.join(place, name), "one");
        // Another disk keeps times less finely.
        if (place === disk) await utimes(path.join(place, name), 10, 10);
      }
      await verdicts.set({ path: path.join(old, name) }, [passed]);
    }
    await verdicts.set({ path: file }, [passed]);
    await utimes(path.join(old, "changed.gguf"), 20, 20);
    await verdicts.follow(old, disk);
    const later = new KvVerdicts(record);
    expect(await later.get({ path: path.join(disk, "same.gguf") })).toEqual([passed]);
    expect(await later.get({ path: path.join(disk, "changed.gguf") })).toEqual([]);
    expect(await later.get({ path: path.join(old, "same.gguf") })).toEqual([]);
    expect(await later.get({ path: file })).toEqual([passed]);
  });

  it("are none where the record cannot be read", async () => {
    const record = path.join(folder, "verdicts.json");
    await writeFile(record, "{");
    expect(await new KvVerdicts(record).get({ path: file })).toEqual([]);
  });
});

describe("KvChecker", () => {
  const memory: ModelMemory = {
    weightsBytes: 1,
    layers: 1,
    keyValues: 64,
    valueValues: 64,
    rowLength: 64,
    stepValues: 1,
    vocabulary: 1,
  };
  const model = (rowLength: number) =>
    modelSchema.parse({
      id: "m",
      name: "m",
      path: file,
      kind: "chat",
      architecture: "llama",
      parameters: 1,
      quantization: "",
      bytes: 3,
      contextLength: 1,
      hasChatTemplate: true,
      source: "",
      memory: { ...memory, rowLength },
    });
  const checker = (asked: ChildQuestion[]) =>
    new KvChecker({
      verdicts: new KvVerdicts(path.join(folder, "verdicts.json")),
      threads: () => 2,
      ask: async (question): Promise<ChildAnswer> => {
        asked.push(question);
        return { kind: "kvTypes", verdicts: [passed, { ...passed, kvType: "q4_0" }] };
      },
    });

  it("asks a process, and remembers what it said", async () => {
    const asked: ChildQuestion[] = [];
    const kv = checker(asked);
    expect(await kv.get(model(64))).toEqual([]);
    const verdicts = await kv.check(model(64), undefined);
    expect(verdicts.map(({ kvType }) => kvType)).toEqual(["q8_0", "q4_0"]);
    expect(await kv.get(model(64))).toEqual(verdicts);
    expect(asked).toMatchObject([{ kind: "kvTypes", types: ["q8_0", "q4_0"] }]);
  });

  it("asks nobody where the rows cannot be packed", async () => {
    const asked: ChildQuestion[] = [];
    const verdicts = await checker(asked).check(model(80), undefined);
    expect(asked).toEqual([]);
    expect(verdicts.map((verdict) => [verdict.passed, verdict.problem !== null])).toEqual([
      [false, true],
      [false, true],
    ]);
  });
});
