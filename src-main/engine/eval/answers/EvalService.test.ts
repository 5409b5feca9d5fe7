import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cancelledError, HearthError } from "../../../contract/errors.ts";
import type { EvalProgress, EvalQuestion } from "../../../contract/evals.ts";
import type { ChunkId, DocumentId } from "../../../contract/ids.ts";
import { modelSchema } from "../../../contract/models.ts";
import type { Citation, GroundedAnswer } from "../../../contract/search.ts";
import type { InferenceBackend } from "../../llama/InferenceBackend.ts";
import type { ModelManager } from "../../models/ModelManager.ts";
import type { Passage } from "../../retrieval/PassageRetriever.ts";
import { chunk, evalQuestion } from "../../store/fixtures/samples.ts";
import { Store } from "../../store/Store.ts";
import type { Answers, EvalLibrary } from "./EvalLibrary.ts";
import { EvalService, type EvalRequest } from "./EvalService.ts";

const model = modelSchema.parse({
  id: "small",
  name: "Small",
  path: "small.gguf",
  kind: "chat",
  architecture: "llama",
  parameters: 135e6,
  quantization: "Q4_1",
  bytes: 98e6,
  contextLength: 2048,
  hasChatTemplate: true,
  source: "",
});

const sentence = "The board is led by Oda Brandt.";
const citation: Citation = {
  n: 1,
  documentId: "ferry" as DocumentId,
  document: "ferry.pdf",
  page: 3,
  quote: sentence,
  location: { kind: "page", page: 3, rects: [] },
};
const passage: Passage = {
  chunk: {
    ...chunk("ferry", 1, 0),
    id: "ferry:0" as ChunkId,
    page: 3,
    text: sentence,
    parts: [{ page: 3, start: 0, end: sentence.length, textStart: 0 }],
    sentences: [{ start: 0, end: sentence.length }],
  },
  document: "ferry.pdf",
  score: 1,
  explain: { contributions: [] },
};

const questions: EvalQuestion[] = [
  evalQuestion({ question: "Who leads the board?" }),
  evalQuestion({ question: "By whom is the board led?" }),
  evalQuestion({
    question: "Who painted The Night Watch?",
    answers: [],
    goldDocument: null,
    goldPages: [],
    answerable: false,
  }),
];

/** Answers from the one passage what is about the board, and declines the rest. */
class ScriptedAnswers implements Answers {
  readonly asked: string[] = [];
  onAsk: () => void = () => {};

  async answer(...[request, emit, signal]: Parameters<Answers["answer"]>): Promise<GroundedAnswer> {
    this.onAsk();
    this.asked.push(request.question);
    signal.throwIfAborted();
    const receipt = {} as GroundedAnswer["receipt"];
    if (!request.question.includes("board")) {
      const answer = "I could not find an answer.";
      return { answer, abstained: true, sentences: [], citations: [], nearest: [], receipt };
    }
    emit({ type: "evidence", citations: [citation] });
    if (signal.aborted) throw cancelledError();
    return {
      answer: "",
      abstained: false,
      sentences: [
        { text: sentence, supported: "supported", citations: [1], missing: [], claims: true },
        {
          text: "Oda Brandt leads the board.",
          supported: "supported",
          citations: [1],
          missing: [],
          claims: true,
        },
        {
          text: "She has 99 cats.",
          supported: "unsupported",
          citations: [],
          missing: ["99"],
          claims: true,
        },
      ],
      citations: [citation, { ...citation, n: 2, page: 9 }],
      nearest: [],
      receipt,
    };
  }
}

/** The model by itself: it invents. */
const backend = {
  async *generate() {
    yield { type: "text", text: "I do not know who leads the board.", tokens: 9 };
  },
} as unknown as InferenceBackend;

let folder: string;
let store: Store;
let answers: ScriptedAnswers;
let thrownAway: number;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hearth-evals-"));
  store = await Store.open({ path: path.join(folder, "hearth.sqlite") });
  answers = new ScriptedAnswers();
  thrownAway = 0;
});
afterEach(async () => {
  await store.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<EvalService> {
  const library: EvalLibrary = {
    answers,
    retriever: { retrieve: async () => [passage] },
    documents: 1,
    [Symbol.asyncDispose]: async () => void thrownAway++,
  };
  const models: Pick<ModelManager, "find" | "use"> = {
    find: (_kind, id) => {
      if (id === undefined || id === null || id === model.id) return model;
      throw new HearthError({ code: "model-missing", title: "This model is not here." });
    },
    use: (_model, _purpose, work) => work(backend),
  };
  return await EvalService.open({
    store,
    models,
    folder: path.join(folder, "cache"),
    hearthVersion: "0.1.0",
    // Same words, same direction: enough for the check of support.
    embed: async (texts) =>
      texts.map((text) =>
        Float32Array.of(/board/u.test(text) ? 1 : 0, /board/u.test(text) ? 0 : 1),
      ),
    ownLibrary: () => library,
    throwAwayLibrary: async (files, onProgress) => {
      onProgress(files.length, files.length);
      return library;
    },
  });
}

const never = new AbortController().signal;
const refused = {
  at: 1,
  process: "engine",
  method: "GET",
  url: "https://evil.test/",
  reason: "",
  outcome: "refused",
  status: null,
  bytes: 0,
} as const;
const ask = (setId: string, fields: Partial<EvalRequest> = {}): EvalRequest => ({
  setId,
  dataDir: null,
  questions: null,
  modes: ["plain", "rag", "extractive"],
  modelIds: [],
  seed: 1,
  ...fields,
});

describe("an evaluation", () => {
  it("puts each question in each way, judges the answers, and keeps all of it", async () => {
    await using evals = await open();
    const { id: setId } = await evals.saveSet({ id: null, name: "Boards", questions });
    const told: EvalProgress[] = [];
    const run = await evals.run(ask(setId), (progress) => told.push(progress), never);
    expect(run).toMatchObject({ status: "complete", setName: "Boards", questions: 3 });
    // Whether the rule can be believed stands beside what it found.
    expect(run.agreement?.cases).toBeGreaterThanOrEqual(50);
    expect(run.agreement?.agreed).toBeGreaterThan(25);
    const [quote, plain, rag] = run.arms;
    expect(quote).toMatchObject({
      mode: "extractive",
      modelId: null,
      scores: { contained: 1, pageCorrect: 1, goldInQuote: 1, faithfulness: null, recallAt1: 1 },
      abstention: { answered: 2, wronglyDeclined: 0, wronglyAnswered: 0, declined: 1 },
    });
    expect(plain).toMatchObject({
      mode: "plain",
      model: "Small",
      // It said each time that it does not know.
      scores: { contained: 0, pageCorrect: null, recallAt1: null },
      abstention: { answered: 0, wronglyDeclined: 2, wronglyAnswered: 0, declined: 1 },
    });
    expect(rag).toMatchObject({
      mode: "rag",
      sentences: 4,
      // The second citation is only shown beside the answer: no sentence has its number.
      scores: { contained: 1, exactMatch: 0, citationPrecision: 1, faithfulness: 0.5 },
    });
    const cases = await evals.cases(run.id);
    expect(cases).toHaveLength(9);
    expect(cases.at(-3)).toMatchObject({
      predicted: "Oda Brandt leads the board. She has 99 cats.",
      citations: [{ document: "ferry.pdf", page: 3, quote: sentence }],
    });
    expect(told.at(-1)).toMatchObject({ stage: "answering", mode: "rag", done: 8, total: 9 });
    expect(evals.state.get()).toMatchObject({ current: null, runs: [{ id: run.id }] });
    expect(thrownAway).toBe(1);
  });

  it("that is cancelled keeps what it has, and goes on with the rest", async () => {
    await using evals = await open();
    const { id: setId } = await evals.saveSet({ id: null, name: "Boards", questions });
    await store.requests.add(refused);
    answers.onAsk = () => {
      if (answers.asked.length === 1) void store.requests.add(refused);
      if (answers.asked.length === 4) void evals.cancel();
    };
    const request = ask(setId, { modes: ["rag", "extractive"] });
    await expect(evals.run(request, () => {}, never)).rejects.toMatchObject({ name: "AbortError" });
    const [stopped] = evals.state.get().runs;
    // What was asked of the network before is not of this run.
    expect(stopped).toMatchObject({ status: "stopped", requests: 1 });
    expect(stopped?.arms.map(({ done }) => done)).toEqual([3, 1]);

    // Another engine, which knows only what was kept.
    answers = new ScriptedAnswers();
    answers.onAsk = () => {
      if (answers.asked.length === 0) void store.requests.add(refused);
    };
    await store.requests.add(refused);
    await using later = await open();
    const run = await later.continue(stopped!.id, () => {}, never);
    expect(run).toMatchObject({ id: stopped!.id, status: "complete", requests: 2 });
    expect(run.arms.map(({ done }) => done)).toEqual([3, 3]);
    expect(answers.asked).toEqual(questions.slice(1).map(({ question }) => question));
    expect(later.state.get().runs).toHaveLength(1);
    await expect(later.continue(run.id, () => {}, never)).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("that a killed engine left behind is counted anew", async () => {
    const before = await open();
    const { id: setId } = await before.saveSet({ id: null, name: "Boards", questions });
    const run = await before.run(ask(setId, { modes: ["extractive"] }), () => {}, never);
    const empty = { ...run.arms[0]!, done: 0, sentences: 0 };
    await store.evals.saveRun({ ...run, status: "stopped", arms: [empty] });
    await using later = await open();
    expect(later.state.get().runs[0]?.arms[0]).toMatchObject({ done: 3 });
  });

  it("keeps nothing where nothing was answered, and tells why", async () => {
    await using evals = await open();
    const { id: setId } = await evals.saveSet({ id: null, name: "Boards", questions });
    answers.onAsk = () => {
      throw new HearthError({ code: "model-died", title: "The model stopped." });
    };
    const request = ask(setId, { modes: ["rag"] });
    await expect(evals.run(request, () => {}, never)).rejects.toMatchObject({ code: "model-died" });
    expect(evals.state.get()).toMatchObject({ current: null, runs: [] });
    // The way is free again.
    answers.onAsk = () => {};
    await evals.run(request, () => {}, never);
  });

  it("runs alone, and names what is not there", async () => {
    await using evals = await open();
    const { id: setId } = await evals.saveSet({ id: null, name: "Boards", questions });
    const running = evals.run(ask(setId), () => {}, never);
    await expect(evals.run(ask(setId), () => {}, never)).rejects.toMatchObject({
      code: "conflict",
    });
    await running;
    const fails = async (request: EvalRequest): Promise<unknown> =>
      await evals.run(request, () => {}, never).catch((error: unknown) => error);
    expect(await fails(ask("never"))).toMatchObject({ code: "not-found" });
    expect(await fails(ask("xquad"))).toMatchObject({ code: "bad-input" });
    expect(await fails(ask(setId, { modelIds: ["gone" as never] }))).toMatchObject({
      code: "model-missing",
    });
    // Quotes need no model for chats.
    await evals.run(
      ask(setId, { modelIds: ["gone" as never], modes: ["extractive"] }),
      () => {},
      never,
    );
  });

  it("does not go on with a set that has changed", async () => {
    await using evals = await open();
    const set = await evals.saveSet({ id: null, name: "Boards", questions });
    const run = await evals.run(ask(set.id, { modes: ["extractive"] }), () => {}, never);
    await store.evals.saveRun({ ...run, status: "stopped" });
    await evals.saveSet({ id: set.id, name: "Boards", questions: questions.slice(1) });
    await using later = await open();
    await expect(later.continue(run.id, () => {}, never)).rejects.toMatchObject({
      code: "conflict",
      title: "“Boards” has changed since.",
    });
  });

  it("takes so many questions, spread over the set, and the set's own documents", async () => {
    await using evals = await open();
    const request = ask("invented", { questions: 7, modes: ["extractive"] });
    const run = await evals.run(request, () => {}, never);
    expect(run).toMatchObject({ questions: 7, setKind: "invented" });
    expect(answers.asked).toHaveLength(7);
    const cases = await evals.cases(run.id);
    expect(cases.filter(({ answerable }) => !answerable).length).toBe(2);
  });
});

describe("sets of the user", () => {
  it("are kept under their id, changed and removed", async () => {
    await using evals = await open();
    const set = await evals.saveSet({ id: null, name: "Boards", questions });
    const changed = await evals.saveSet({ id: set.id, name: "Renamed", questions });
    expect(changed).toMatchObject({ id: set.id, createdAt: set.createdAt, name: "Renamed" });
    expect(evals.state.get().sets).toEqual([
      { id: set.id, name: "Renamed", createdAt: set.createdAt, questions: 3, answerable: 2 },
    ]);
    await evals.deleteSet(set.id);
    expect(evals.state.get().sets).toEqual([]);
    expect(() => evals.set(set.id)).toThrow(/no such set/u);
    await expect(evals.saveSet({ id: set.id, name: "x", questions })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});
