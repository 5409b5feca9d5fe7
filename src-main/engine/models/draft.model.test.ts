import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Model } from "../../contract/models.ts";
import { settingsSchema, type Settings } from "../../contract/settings.ts";
import { entryPath, nodeBinary } from "../../paths/entries.ts";
import { Cell } from "../core/Cell.ts";
import { NoticeBoard } from "../core/NoticeBoard.ts";
import { writeChangedModel } from "../llama/fixtures/changedModel.ts";
import { answer, startChat, testModelPath, type Answer } from "../llama/fixtures/testModels.ts";
import type { ChosenLogprob, GenerateEvent, GenerateRequest } from "../llama/InferenceBackend.ts";
import { LlamaProcess } from "../llama/LlamaProcess.ts";
import { freeMemory, residentMemory } from "./freeMemory.ts";
import { ModelLoader } from "./ModelLoader.ts";
import { ModelManager } from "./ModelManager.ts";
import { ModelRegistry } from "./ModelRegistry.ts";

const small = testModelPath("chat");
/** With so many blocks more it has over four times the bytes, and each step takes as many times as long. */
const idleBlocks = 150;
const nearTie = 1e-2;

let folder: string;
/** Writes the same as the small one, and is slow. */
let large: string;
/** The small one without a norm that it needs, and surer of itself: it is mostly wrong. */
let wrong: string;
/** The small one with two tokens that have changed places. */
let swapped: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "hearth-draft-"));
  [large, wrong, swapped] = ["large", "wrong", "swapped"].map((name) =>
    path.join(folder, `${name}.gguf`),
  ) as [string, string, string];
  await writeChangedModel(small, large, { idleBlocks });
  await writeChangedModel(small, wrong, {
    zeroed: ["blk.0.ffn_norm.weight"],
    scaled: { "output_norm.weight": 20 },
  });
  await writeChangedModel(small, swapped, { swappedTokens: [20, 21] });
});
afterAll(() => rm(folder, { recursive: true }));

const ask = (
  text: string,
  maxTokens: number,
  more: Partial<GenerateRequest> = {},
): GenerateRequest => ({
  prompt: { kind: "text", text },
  maxTokens,
  sampling: { temperature: 0 },
  ignoreEos: true,
  ...more,
});

/** One thread: where others use the cores too, two wait for each other and measure the neighbours. */
const start = (draftPath: string | null): Promise<LlamaProcess> =>
  startChat({ modelPath: large, contextTokens: 512, threads: 1, draftPath });

const tokensOf = ({ events }: Answer): ChosenLogprob[] =>
  events.flatMap((event) => (event.type === "text" ? (event.logprobs ?? []) : []));

/** Up to the first difference, which has to be a near tie: behind it the texts are different ones. */
function expectSameTokens(one: Answer, other: Answer): void {
  const [first, second] = [tokensOf(one), tokensOf(other)];
  expect(first.length).toBeGreaterThan(0);
  const at = first.findIndex(({ token }, index) => token !== second[index]?.token);
  if (at < 0) return;
  const [likeliest, next] = first[at]?.top ?? [];
  expect((likeliest?.logprob ?? 0) - (next?.logprob ?? -1)).toBeLessThan(nearTie);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Speed with guesses by that of the other, as the median of pairs that ran one after the other. The text
 * is the same each time, as in a chat of which both have read what came before.
 */
async function ratioOf(drafted: LlamaProcess, plain: LlamaProcess) {
  const speed = async (model: LlamaProcess): Promise<number> =>
    (await answer(model, ask(counting, 48))).end.tokensPerSecond ?? Number.NaN;
  const ratios: number[] = [];
  for (let pair = 0; pair < 3; pair++) {
    // Which goes first changes, so that what gets slower meanwhile is nobody's.
    const firstDrafted = pair % 2 === 0;
    const before = firstDrafted ? 0 : await speed(plain);
    const withDraft = await speed(drafted);
    ratios.push(withDraft / (firstDrafted ? await speed(plain) : before));
  }
  console.log(`ratios: ${ratios.map((ratio) => ratio.toFixed(2)).join(", ")}`);
  return median(ratios);
}

/** Texts whose next word is mostly sure, and that repeat nothing word for word. */
const [counting, further] = [1, 14].map((from) =>
  Array.from({ length: 14 }, (_, n) => `${from + n}, `)
    .join("")
    .trim(),
) as [string, string];

describe("a draft model in the same process", () => {
  let drafted: LlamaProcess;
  let plain: LlamaProcess;
  beforeAll(async () => {
    drafted = await start(small);
    plain = await start(null);
  });
  afterAll(async () => {
    await drafted[Symbol.asyncDispose]();
    await plain[Symbol.asyncDispose]();
  });

  it("is told, and leaves greedy tokens as they were", async () => {
    expect((await stat(large)).size).toBeGreaterThan(4 * (await stat(small)).size);
    expect(drafted.info.draft).toEqual({ modelPath: small, refusal: null });
    expect(plain.info.draft).toBeUndefined();
    let [guesses, right] = [0, 0];
    for (const text of [counting, "Once upon a time", "def add(a, b):\n    return"]) {
      const more = { logprobs: 2 };
      const one = await answer(plain, ask(text, 28, { ...more, guessAhead: false }));
      const other = await answer(drafted, ask(text, 28, more));
      expectSameTokens(one, other);
      expect(one.end.guesses?.draftModel).toEqual({ drafted: 0, accepted: 0 });
      guesses += other.end.guesses?.draftModel.drafted ?? 0;
      right += other.end.guesses?.draftModel.accepted ?? 0;
    }
    console.log(`${right} of ${guesses} guesses were right`);
    expect(guesses).toBeGreaterThan(10);
    // The two are one model in all but speed; a guess that goes beyond the end counts as wrong.
    expect(right / guesses).toBeGreaterThan(0.8);
  });

  it("makes writing faster", async () => {
    await answer(drafted, ask(counting, 24));
    await answer(plain, ask(counting, 24));
    expect(await ratioOf(drafted, plain)).toBeGreaterThan(1.15);
  });

  it("leaves what is drawn to the sampler of the large one, at any temperature", async () => {
    const hot = ask(further, 24, { sampling: { temperature: 0.8, seed: 5 }, logprobs: 2 });
    const one = await answer(plain, { ...hot, guessAhead: false });
    const other = await answer(drafted, hot);
    const same = tokensOf(other).filter(({ token }, at) => token === tokensOf(one)[at]?.token);
    // The same seed draws the same, but for what rounding turns over.
    expect(same.length).toBeGreaterThan(12);
  });

  it("is off while two chats are written", async () => {
    const both = await Promise.all(
      [counting, further].map((text) => answer(drafted, ask(text, 24))),
    );
    const alone = await answer(drafted, ask(counting, 24));
    const count = ({ end }: Answer): number => end.guesses?.draftModel.drafted ?? 0;
    // Whoever comes first writes a token or two alone before the other is there.
    expect(both.reduce((sum, each) => sum + count(each), 0)).toBeLessThanOrEqual(8);
    expect(count(alone)).toBeGreaterThan(8);
  });

  it("does not hold up a cancellation", async () => {
    const stop = new AbortController();
    let [written, abortedAt] = [0, 0];
    let last: GenerateEvent | undefined;
    for await (const event of drafted.generate(ask(counting, 300), { signal: stop.signal })) {
      if (event.type === "text" && abortedAt === 0) written += event.tokens;
      // By then it guesses ahead.
      if (written >= 16 && abortedAt === 0) {
        abortedAt = performance.now();
        stop.abort();
      }
      last = event;
    }
    if (last?.type !== "end") throw new Error("It did not end.");
    expect(last.reason).toBe("cancelled");
    expect(last.guesses?.draftModel.drafted).toBeGreaterThan(0);
    // What was on its way, and one step of a token and its guesses.
    expect(last.tokens - written).toBeLessThan(20);
    expect(performance.now() - abortedAt).toBeLessThan(3_000);
    expect((await answer(drafted, ask("And then", 2))).end.tokens).toBe(2);
  });

  it("reads a long text in pieces, while the large one writes on", async () => {
    const long = Array.from({ length: 50 }, (_, n) => (n * 7) % 90).join(" ");
    const request = ask(`${long}. ${counting}`, 40, { logprobs: 2 });
    const one = await answer(plain, { ...request, guessAhead: false });
    const other = await answer(drafted, request);
    expect(other.end.promptTokens).toBeGreaterThan(150);
    expectSameTokens(one, other);
  });
});

describe("a draft model that does not help", () => {
  it("rests by itself, and costs next to nothing", async () => {
    await using drafted = await start(wrong);
    await using plain = await start(null);
    expect(drafted.info.draft?.refusal).toBeNull();
    const request = ask(counting, 48, { logprobs: 2 });
    const one = await answer(plain, { ...request, guessAhead: false });
    const other = await answer(drafted, request);
    expectSameTokens(one, other);
    const { drafted: guesses = 0, accepted = 0 } = other.end.guesses?.draftModel ?? {};
    console.log(`${accepted} of ${guesses} guesses were right`);
    expect(guesses).toBeGreaterThan(0);
    expect(guesses).toBeLessThan(24);
    expect(await ratioOf(drafted, plain)).toBeGreaterThan(0.9);
  });

  it("is refused where its vocabulary is another, or it is too large or not there", async () => {
    const refusalOf = async (modelPath: string, draftPath: string) => {
      await using model = await startChat({ modelPath, contextTokens: 512, threads: 1, draftPath });
      expect((await answer(model, ask("Hello", 2))).end.tokens).toBe(2);
      return model.info.draft?.refusal;
    };
    expect(await refusalOf(large, swapped)).toBe("vocabulary");
    expect(await refusalOf(large, testModelPath("embedQ8"))).toBe("vocabulary");
    expect(await refusalOf(large, path.join(folder, "gone.gguf"))).toBe("failed");
    expect(await refusalOf(small, small)).toBe("size");
  });
});

describe("a draft model that Hearth chooses", () => {
  /** A manager over the models of the test folder and the small one. */
  async function open(change: Partial<Settings>, free: () => Promise<number> = freeMemory) {
    const settings = new Cell(settingsSchema.parse({ contextTokens: 1024, ...change }));
    const registry = new ModelRegistry({
      modelsDir: path.join(folder, "models"),
      extraFolders: () => [folder, path.dirname(small)],
    });
    const loader = new ModelLoader({
      settings: () => settings.get(),
      threads: () => 1,
      models: () => registry.list(),
      devices: async () => ({ devices: [], packages: [], auto: "cpu" }),
      graphicsLikely: () => false,
      freeMemory: free,
      kvVerdicts: async () => [],
      checkKv: async () => [],
      startBackend: ({ target, ...options }) =>
        LlamaProcess.start({
          ...options,
          entryPath: entryPath("llama"),
          execPath: nodeBinary(),
          device: target.backend,
        }),
    });
    const notices = new NoticeBoard();
    const manager = new ModelManager({ registry, settings, notices, threads: () => 1, loader });
    const models = await manager.rescan();
    const find = (file: string): Model => {
      const model = models.find((each) => each.path === file);
      if (!model) throw new Error(`${file} is not listed.`);
      return model;
    };
    const dispose = () => manager[Symbol.asyncDispose]();
    return { manager, notices, find, settings, [Symbol.asyncDispose]: dispose };
  }

  it("is told apart by its header, loaded beside the other, and gone with it", async () => {
    await rm(wrong);
    await using opened = await open({});
    const { manager, find, settings } = opened;
    const target = find(large);
    const draft = find(small);
    expect(draft.vocabularyHash).toBe(target.vocabularyHash);
    expect(find(swapped).vocabularyHash).not.toBe(target.vocabularyHash);
    const [estimate] = await manager.estimate(target.id);
    const both = await manager.load(target.id, () => {});
    expect(both).toMatchObject({ draftModel: draft.id, draftRefusal: null, steps: [] });
    const withDraft = residentMemory(both.pid ?? 0);
    await manager.unload(target.id);
    if (withDraft !== null) expect(residentMemory(both.pid ?? 0)).toBeNull();

    settings.update((old) => ({ ...old, draftModel: "off" }));
    const [less] = await manager.estimate(target.id);
    const alone = await manager.load(target.id, () => {});
    expect(alone).toMatchObject({ draftModel: null, draftRefusal: null });
    const without = residentMemory(alone.pid ?? 0);
    await manager.unload(target.id);
    const told = (estimate?.totalBytes ?? 0) - (less?.totalBytes ?? 0);
    expect(told).toBe(estimate?.draftBytes);
    if (withDraft === null || without === null) return;
    const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
    console.log(`${mebibytes(withDraft - without)} MiB more, ${mebibytes(told)} MiB told`);
    expect(withDraft - without).toBeGreaterThan(60 * 2 ** 20);
    expect(withDraft - without).toBeLessThan(1.25 * told);
  });

  it("is left out for want of memory, and the model loses nothing by it", async () => {
    let free = 1e12;
    await using opened = await open({}, async () => free);
    const { manager, notices, find } = opened;
    const target = find(large);
    const [estimate] = await manager.estimate(target.id);
    free = (estimate?.totalBytes ?? 0) - 1e6;
    const loaded = await manager.load(target.id, () => {});
    expect(loaded).toMatchObject({ draftModel: null, draftRefusal: "memory", steps: [] });
    expect(loaded.contextTokens).toBe(1024);
    expect(notices.cell.get()).toEqual([]);
  });

  it("says why one that was named is not used", async () => {
    await using opened = await open({});
    const { manager, find, settings } = opened;
    settings.update((old) => ({ ...old, draftModel: find(swapped).id }));
    expect(await manager.load(find(large).id, () => {})).toMatchObject({
      draftModel: null,
      draftRefusal: "vocabulary",
    });
  });
});
