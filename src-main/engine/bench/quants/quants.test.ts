import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cancelledError, HearthError } from "../../../contract/errors.ts";
import type { ModelId } from "../../../contract/ids.ts";
import { modelSchema, modelsStateSchema, type Model } from "../../../contract/models.ts";
import type { QuantBenchProgress, TextReading } from "../../../contract/quantBench.ts";
import type { GroundedAnswer } from "../../../contract/search.ts";
import { Cell } from "../../core/Cell.ts";
import { processorTarget } from "../../models/chooseTarget.ts";
import { Store } from "../../store/Store.ts";
import { ScriptedBackend, scriptedInfo } from "../testing/ScriptedBackend.ts";
import { toSvg } from "./chartSvg.ts";
import { toCsv, toMarkdown } from "./exportQuants.ts";
import { similarityOf } from "./measureEmbedderFile.ts";
import { orderFiles } from "./orderFiles.ts";
import { QuantBenchService, type QuantRequest } from "./QuantBenchService.ts";

function file(quantization: string, bytes: number, fields: Partial<Model> = {}): Model {
  return modelSchema.parse({
    id: `small-${quantization}`,
    name: "Small",
    path: `small.${quantization}.gguf`,
    kind: "chat",
    architecture: "llama",
    parameters: 135e6,
    quantization,
    bytes,
    contextLength: 2048,
    hasChatTemplate: true,
    source: "",
    ...fields,
  });
}

const q4 = file("Q4_0", 90e6);
const q8 = file("Q8_0", 145e6);
const other = file("F16", 300e6, { id: "other" as ModelId, name: "Other" });
const remote = file("", 0, {
  name: "On the box",
  id: "server:x" as ModelId,
  server: { id: "x" as never, name: "box", host: "box:1", documentsAllowed: false },
});
const embedder = file("F32", 90e6, { id: "minilm" as ModelId, name: "MiniLM", kind: "embedding" });
const coarse = file("Q4_0", 20e6, {
  id: "minilm-q4" as ModelId,
  name: "MiniLM",
  kind: "embedding",
});
const models = [q4, other, q8, remote, embedder];

const known = "ferry timetable harbour orchard apples frost library novels shelves".split(" ");

/** A direction for each known word; of questions the coarse file takes apples for novels, and novels for apples. */
function embedWords(model: Model, texts: readonly string[]): Float32Array[] {
  return texts.map((text) => {
    const vector = new Float32Array(known.length);
    for (const word of text.toLowerCase().split(/\W+/u)) {
      const swapped = { apples: "novels", novels: "apples" }[word];
      const at = known.indexOf(model === coarse && !text.includes(" ") ? (swapped ?? word) : word);
      if (at >= 0) vector[at] = 1;
    }
    const length = Math.hypot(...vector);
    return vector.map((value) => value / Math.max(1e-9, length));
  });
}

describe("orderFiles", () => {
  it("takes all files of the model in use, the finest first", () => {
    expect(orderFiles(models, "chat", [], q4)).toEqual([{ reference: q8, files: [q8, q4] }]);
    expect(orderFiles(models, "embedding", [], embedder)).toEqual([
      { reference: embedder, files: [embedder] },
    ]);
  });

  it("says so where the model in use has no file here", () => {
    expect(() => orderFiles(models, "chat", [], remote)).toThrow(/no file to measure/u);
  });

  it("takes chosen files once each, by the model that they are of", () => {
    const groups = orderFiles(models, "chat", [q4.id, other.id, q8.id, q4.id], q4);
    expect(groups.map(({ files }) => files.map(({ id }) => id))).toEqual([
      ["small-Q8_0", "small-Q4_0"],
      ["other"],
    ]);
  });

  it("says of what cannot be measured why", () => {
    const code = (id: string): string => {
      try {
        orderFiles(models, "chat", [id as ModelId], q4);
        return "none";
      } catch (error) {
        return error instanceof HearthError ? `${error.code} ${error.message}` : String(error);
      }
    };
    expect(code("gone")).toMatch(/^model-missing/u);
    expect(code("server:x")).toMatch(/^bad-input .*box/u);
    expect(code("minilm")).toMatch(/^bad-input .*no chat model/u);
  });
});

describe("similarityOf", () => {
  it("is the cosine of each pair", () => {
    const vectors = [Float32Array.of(1, 0), Float32Array.of(0.6, 0.8)];
    const finest = [Float32Array.of(1, 0), Float32Array.of(1, 0)];
    const found = similarityOf(vectors, finest);
    expect(found.texts).toBe(2);
    expect(found.mean).toBeCloseTo(0.8);
    expect(found.least).toBeCloseTo(0.6);
  });
});

/** The finest file reads best; the second one a tenth worse, with an error. */
const readings: TextReading[] = [
  { tokens: 1_000, perplexity: 20, perplexityError: 0.5, against: null },
  {
    tokens: 1_000,
    perplexity: 22,
    perplexityError: 0.6,
    against: {
      tokens: 1_000,
      perplexityRatio: 1.1,
      ratioError: 0.02,
      divergence: 0.05,
      sameTop: 0.9,
    },
  },
];

let folder: string;
let store: Store;
let loads: string[];
let ended: string[];
let busyAnswers: number;
let activity: Cell<{ models: never[] }>;
let onText: (signal: AbortSignal) => void;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hearth-quants-"));
  store = await Store.open({ path: path.join(folder, "hearth.sqlite") });
  loads = [];
  ended = [];
  busyAnswers = 0;
  activity = new Cell({ models: [] });
  onText = () => {};
});
afterEach(async () => {
  await store.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

class OwnBackend extends ScriptedBackend {
  override readonly info;
  constructor(model: Model) {
    super();
    this.info = { ...scriptedInfo, pid: model.bytes };
    this.onToken = () => {
      if (model === q4 && busyAnswers > 0) {
        const working = { modelId: "chatting", running: 1, waiting: 0 } as never;
        activity.set({ models: [working] });
      }
    };
    this.embedTexts = (texts) => embedWords(model, texts);
    this[Symbol.asyncDispose] = async () => {
      ended.push(model.quantization);
    };
  }
}

async function open(): Promise<QuantBenchService> {
  const answered: GroundedAnswer = {
    answer: "I could not find an answer.",
    abstained: true,
    sentences: [],
    citations: [],
    nearest: [],
    receipt: {} as GroundedAnswer["receipt"],
  };
  return await QuantBenchService.open({
    store,
    hearthVersion: "0.1.0",
    models: {
      rescan: async () => [...models, coarse],
      find: (kind) => (kind === "embedding" ? embedder : q4),
      reloadIdle: async () => {},
      use: (_model, _purpose, work) => work(new ScriptedBackend()),
      withoutLoaded: async (model, work) => {
        ended.push(`${model.quantization} answers`);
        return await work();
      },
      state: new Cell(
        modelsStateSchema.parse({
          ...{ models, loaded: [], transfers: [], starter: [] },
          ...{ chatModelId: q4.id, embeddingModelId: null, rerankerModelId: null },
        }),
      ),
      activity: activity,
    },
    loadAlone: async (model) => {
      loads.push(model.quantization);
      return {
        result: new OwnBackend(model),
        shape: { target: processorTarget, contextTokens: 2048, kvType: "f16" },
        steps: [],
        draft: { model: null, refusal: null },
      };
    },
    readText: async (files, text, onProgress, signal) => {
      onText(signal);
      if (signal.aborted) throw cancelledError();
      expect(text).toBe("A text.");
      onProgress(1);
      return readings.slice(0, files.length);
    },
    text: async () => "A text.",
    throwAwayLibrary: async (files, onProgress) => {
      onProgress(files.length, files.length);
      return {
        answers: { answer: async () => answered },
        retriever: { retrieve: async () => [] },
        documents: files.length,
        [Symbol.asyncDispose]: async () => {
          ended.push("library");
        },
      };
    },
    embed: async (texts) => texts.map(() => Float32Array.of(1)),
    peak: (pid) => pid * 3,
  });
}

const request: QuantRequest = {
  kind: "chat",
  modelIds: [],
  repeats: 2,
  questions: 0,
  seed: 1,
  dataDir: null,
};
const never = new AbortController().signal;

describe("QuantBenchService", () => {
  it("measures each file alone, keeps the comparison, and finds it again", async () => {
    const service = await open();
    const told: QuantBenchProgress[] = [];
    const run = await service.run(request, (progress) => told.push(progress), never);
    expect(loads).toEqual(["Q8_0", "Q4_0"]);
    expect(ended).toEqual(["Q8_0", "Q4_0"]);
    if (run.kind !== "chat") throw new Error("Chat files were compared.");
    expect(run.rows).toMatchObject([
      { quantization: "Q8_0", reference: true, peakBytes: 3 * 145e6, reading: readings[0] },
      { quantization: "Q4_0", reference: false, peakBytes: 3 * 90e6, reading: readings[1] },
    ]);
    for (const row of run.rows) {
      // By the backend's own clock.
      expect(row.prefill.median).toBeCloseTo(10_000);
      expect(row.decode.samples).toEqual([500, 500]);
      expect(row.firstTokenMs.samples).toHaveLength(2);
      expect(row.answers).toBeNull();
    }
    expect(run.disturbed).toBe(false);
    expect(told.map(({ fraction }) => fraction)).toEqual(
      told.map(({ fraction }) => fraction).toSorted((a, b) => a - b),
    );
    expect(told.at(-1)?.fraction).toBeCloseTo(1);
    expect(service.state.get()).toEqual({ current: null, runs: [run] });
    expect((await open()).state.get().runs).toEqual([run]);
  });

  it("puts the questions to each file, and gives back what it took", async () => {
    const service = await open();
    const run = await service.run({ ...request, questions: 4 }, () => {}, never);
    if (run.kind !== "chat") throw new Error("Chat files were compared.");
    for (const { answers } of run.rows) {
      // It declines everything: three of these four have an answer.
      expect(answers).toMatchObject({ done: 4, abstention: { wronglyDeclined: 3, declined: 1 } });
    }
    expect(ended).toEqual(["Q8_0", "Q8_0 answers", "Q4_0", "Q4_0 answers", "library"]);
  });

  it("notices that another model works meanwhile", async () => {
    busyAnswers = 1;
    const run = await (await open()).run(request, () => {}, never);
    expect(run.disturbed).toBe(true);
  });

  it("runs one at a time, and keeps nothing of what is cancelled", async () => {
    const service = await open();
    onText = () => void service.cancel();
    const first = service.run(request, () => {}, never);
    await expect(service.run(request, () => {}, never)).rejects.toMatchObject({ code: "conflict" });
    await expect(first).rejects.toMatchObject({ code: "cancelled" });
    expect(loads).toEqual([]);
    expect(service.state.get()).toEqual({ current: null, runs: [] });
    onText = () => {};
    expect((await service.run(request, () => {}, never)).rows).toHaveLength(2);
  });

  it("compares embedders with the finest file: vectors, and what search finds", async () => {
    const data = path.join(folder, "collection");
    fs.mkdirSync(data);
    const texts = ["ferry timetable harbour", "orchard apples frost", "library novels shelves"];
    const lines = (rows: readonly object[]): string =>
      rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    fs.writeFileSync(
      path.join(data, "corpus.jsonl"),
      lines(texts.map((text, at) => ({ _id: `d${at}`, title: "", text }))),
    );
    fs.writeFileSync(
      path.join(data, "queries.jsonl"),
      lines(texts.map((text, at) => ({ _id: `q${at}`, text: text.split(" ")[1] }))),
    );
    fs.writeFileSync(path.join(data, "qrels.tsv"), "q0\td0\t1\nq1\td1\t1\nq2\td2\t1\n");
    const service = await open();
    const run = await service.run(
      { ...request, kind: "embedding", modelIds: [coarse.id, embedder.id], dataDir: data },
      () => {},
      never,
    );
    if (run.kind !== "embedding") throw new Error("Embedders were compared.");
    expect(run).toMatchObject({ dataset: "collection", documents: 3, queries: 3 });
    const [finest, second] = run.rows;
    expect(finest).toMatchObject({ quantization: "F32", reference: true, similarity: null });
    expect(finest?.vector.ndcgAt10).toBeCloseTo(1);
    // The coarse file swaps two words for each other, so that it finds the wrong document for one query.
    expect(second?.similarity?.texts).toBe(6);
    expect(second?.similarity?.least).toBeLessThan(0.9);
    expect(second?.vector.ndcgAt10).toBeLessThan(1);
    expect(toCsv([run])).toContain("mean_cosine");
    expect(toMarkdown([run])).toContain("MiniLM F32 (finest)");
    expect(ended).toEqual(["F32", "Q4_0"]);
  });

  it("hides what is deleted, and brings it back", async () => {
    const service = await open();
    const { id } = await service.run(request, () => {}, never);
    await service.delete([id]);
    expect(service.state.get().runs).toEqual([]);
    await service.restore([id]);
    expect(service.state.get().runs.map((run) => run.id)).toEqual([id]);
  });

  it("is exported with a row for each file", async () => {
    const service = await open();
    const run = await service.run({ ...request, questions: 4 }, () => {}, never);
    const [header = "", first = "", second = ""] = toCsv([run]).split("\r\n");
    const cell = (line: string, name: string): string =>
      line.split(",")[header.split(",").indexOf(name)] ?? "missing";
    expect([first, second].map((line) => cell(line, "quantization"))).toEqual(["Q8_0", "Q4_0"]);
    expect(cell(second, "perplexity_ratio")).toBe("1.1");
    expect(cell(first, "perplexity_ratio")).toBe("");
    expect(cell(second, "wrongly_declined")).toBe("3");
    const markdown = toMarkdown([run]);
    expect(markdown).toContain("+10.00 ± 2.00 %");
    expect(markdown).toContain("Small Q8\\_0 (finest)");
    expect(markdown).toContain("4 questions about invented facts");
    const hostile = { ...run, rows: run.rows.map((row) => ({ ...row, model: "<b>&\u0000" })) };
    const svg = toSvg([run, hostile as typeof run]);
    expect(svg.match(/<circle/gu)).toHaveLength(4);
    expect(svg).toContain("Q4_0, 500 tok/s");
    expect(svg).not.toMatch(/<b>|\u0000/u);
  });
});
