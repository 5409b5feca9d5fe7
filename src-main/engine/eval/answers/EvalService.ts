import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import type {
  EvalCase,
  EvalMode,
  EvalProgress,
  EvalQuestion,
  EvalRun,
  EvalSet,
  EvalSetSummary,
  EvalsState,
} from "../../../contract/evals.ts";
import { isCancelled } from "../../../contract/errors.ts";
import type { ModelId } from "../../../contract/ids.ts";
import type { Model } from "../../../contract/models.ts";
import { Cell } from "../../core/Cell.ts";
import { OneAtATime } from "../../core/OneAtATime.ts";
import type { ModelManager } from "../../models/ModelManager.ts";
import type { EmbedTexts } from "../../rag/evidence/gradeEvidence.ts";
import type { Store } from "../../store/Store.ts";
import { answerCase } from "./answerCase.ts";
import { alreadyRunning, nothingToContinue, runMissing, setChanged } from "./evalErrors.ts";
import type { EvalLibrary } from "./EvalLibrary.ts";
import { measureAgreement } from "./measureAgreement.ts";
import { msLeft } from "./msLeft.ts";
import type { BuiltSet, SetFile } from "./sets/BuiltSet.ts";
import { buildSet, hashQuestions, setMissing } from "./sets/buildSet.ts";
import { spreadEvenly } from "./sets/spreadEvenly.ts";
import { summarizeCases } from "./summarizeCases.ts";

export interface EvalServiceOptions {
  readonly store: Pick<Store, "evals" | "requests">;
  readonly models: Pick<ModelManager, "find" | "use">;
  readonly embed: (texts: readonly string[], signal: AbortSignal) => Promise<Float32Array[]>;
  /** The user's own library. */
  readonly ownLibrary: () => EvalLibrary;
  /** A library with these documents and no other, which is gone afterwards. */
  readonly throwAwayLibrary: (
    files: readonly SetFile[],
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ) => Promise<EvalLibrary>;
  /** Where such libraries are made; what a killed engine left there is removed. */
  readonly folder: string;
  readonly hearthVersion: string;
}

export interface EvalRequest {
  readonly setId: string;
  readonly dataDir: string | null;
  readonly questions: number | null;
  readonly modes: readonly EvalMode[];
  readonly modelIds: readonly ModelId[];
  readonly seed: number;
}

type Tell = (progress: EvalProgress) => void;

/** Measures answers on sets of questions whose answers are known, and keeps what was measured. */
export class EvalService implements AsyncDisposable {
  readonly state: Cell<EvalsState>;
  readonly #options: EvalServiceOptions;
  #sets: EvalSet[];
  readonly #one = new OneAtATime(alreadyRunning);
  #currentId: string | undefined;

  /** Reads what is kept; what was deleted under an earlier engine is erased. */
  static async open(options: EvalServiceOptions): Promise<EvalService> {
    const { evals } = options.store;
    await fs.rm(options.folder, { recursive: true, force: true });
    await evals.purgeDeleted(Date.now());
    const runs = await evals.runs();
    for (const [at, run] of runs.entries()) {
      // A killed engine could not count any more what it had kept.
      if (run.status === "stopped") runs[at] = summarize(run, await evals.cases(run.id));
    }
    return new EvalService(options, runs, await evals.sets());
  }

  private constructor(options: EvalServiceOptions, runs: EvalRun[], sets: EvalSet[]) {
    this.#options = options;
    this.#sets = sets;
    this.state = new Cell<EvalsState>({ current: null, runs, sets: sets.map(toSummary) });
  }

  /**
   * Puts the questions of a set in each of the chosen ways. What was answered when it ended early is
   * kept, as a stopped run.
   *
   * @throws HearthError `conflict` while another evaluation runs, `cancelled`, or what kept it from running
   */
  async run(request: EvalRequest, tell: Tell, caller: AbortSignal): Promise<EvalRun> {
    return await this.#alone(caller, async (signal) => {
      const set = await buildSet(request, this.#sets, signal);
      const questions = spreadEvenly(set.questions, request.questions ?? set.questions.length);
      const run: EvalRun = {
        id: randomUUID(),
        at: Date.now(),
        hearthVersion: this.#options.hearthVersion,
        status: "stopped",
        setId: set.id,
        setName: set.name,
        setKind: set.kind,
        dataDir: request.dataDir,
        setHash: hashQuestions(questions),
        seed: request.seed,
        questions: questions.length,
        documents: 0,
        embedder: nameOf(this.#options.models.find("embedding")),
        requests: 0,
        agreement: null,
        arms: this.#armsOf(request),
      };
      return await this.#measure(run, set, questions, [], tell, signal);
    });
  }

  /** Goes on with a stopped run. @throws HearthError also `not-found`, and `conflict` for a changed set */
  async continue(runId: string, tell: Tell, caller: AbortSignal): Promise<EvalRun> {
    return await this.#alone(caller, async (signal) => {
      const run = this.state.get().runs.find(({ id }) => id === runId);
      if (!run) throw runMissing();
      if (run.status === "complete") throw nothingToContinue();
      const set = await buildSet(run, this.#sets, signal);
      const questions = spreadEvenly(set.questions, run.questions);
      if (hashQuestions(questions) !== run.setHash) throw setChanged(run.setName);
      const done = await this.#options.store.evals.cases(runId);
      return await this.#measure(run, set, questions, done, tell, signal);
    });
  }

  /** Ends the evaluation that runs, if there is one. */
  async cancel(): Promise<void> {
    await this.#one.cancel();
  }

  async cases(runId: string): Promise<EvalCase[]> {
    return await this.#options.store.evals.cases(runId);
  }

  async delete(ids: readonly string[]): Promise<void> {
    await this.#options.store.evals.deleteRuns([...ids]);
    await this.#readRuns();
  }

  async restore(ids: readonly string[]): Promise<void> {
    await this.#options.store.evals.restoreRuns([...ids]);
    await this.#readRuns();
  }

  set(setId: string): EvalSet {
    const set = this.#sets.find(({ id }) => id === setId);
    if (!set) throw setMissing(setId);
    return set;
  }

  async saveSet(given: {
    id: string | null;
    name: string;
    questions: EvalQuestion[];
  }): Promise<EvalSet> {
    const before = given.id === null ? undefined : this.set(given.id);
    const { name, questions } = given;
    const id = before?.id ?? randomUUID();
    const set: EvalSet = { id, name, questions, createdAt: before?.createdAt ?? Date.now() };
    await this.#options.store.evals.saveSet(set);
    await this.#readSets();
    return set;
  }

  async deleteSet(setId: string): Promise<void> {
    await this.#options.store.evals.deleteSet(this.set(setId).id);
    await this.#readSets();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  async #alone<T>(caller: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return await this.#one.run(caller, async (signal) => {
      try {
        return await work(signal);
      } finally {
        this.#currentId = undefined;
        await this.#readRuns();
        this.state.update((state) => ({ ...state, current: null }));
      }
    });
  }

  /** One way for the quotes alone, and two for each model. */
  #armsOf({ modes, modelIds }: EvalRequest): EvalRun["arms"] {
    const { models } = this.#options;
    const byModel = (["plain", "rag"] as const).filter((mode) => modes.includes(mode));
    const wanted: readonly (ModelId | null)[] = modelIds.length > 0 ? modelIds : [null];
    const chosen = byModel.length === 0 ? [] : wanted.map((id) => models.find("chat", id));
    const empty = summarizeCases([]);
    const arms = chosen.flatMap(({ id: modelId, name: model, quantization }) =>
      byModel.map((mode) => ({ mode, modelId, model, quantization, ...empty })),
    );
    if (!modes.includes("extractive")) return arms;
    return [{ mode: "extractive", modelId: null, model: "", quantization: "", ...empty }, ...arms];
  }

  async #measure(
    before: EvalRun,
    set: BuiltSet,
    questions: readonly EvalQuestion[],
    done: readonly EvalCase[],
    tellCaller: Tell,
    signal: AbortSignal,
  ): Promise<EvalRun> {
    const { ownLibrary, throwAwayLibrary } = this.#options;
    this.#currentId = before.id;
    let progress: EvalProgress = {
      setName: set.name,
      startedAt: Date.now(),
      stage: "reading",
      mode: null,
      model: "",
      done: 0,
      total: set.files.length,
      msLeft: null,
    };
    const tell = (change: Partial<EvalProgress>): void => {
      progress = { ...progress, ...change };
      this.state.update((state) => ({ ...state, current: progress }));
      tellCaller(progress);
    };
    tell({});
    await using library =
      set.kind === "own"
        ? ownLibrary()
        : await throwAwayLibrary(set.files, (read, total) => tell({ done: read, total }), signal);
    const run = { ...before, documents: library.documents };
    return await this.#answerAll(run, library, questions, [...done], tell, signal);
  }

  /** What was done before is passed over. */
  async #answerAll(
    before: EvalRun,
    library: EvalLibrary,
    questions: readonly EvalQuestion[],
    cases: EvalCase[],
    tell: (change: Partial<EvalProgress>) => void,
    signal: AbortSignal,
  ): Promise<EvalRun> {
    const { models, store } = this.#options;
    const embed: EmbedTexts = (texts) => this.#options.embed(texts, signal);
    const total = before.arms.length * questions.length;
    const known = new Set(cases.map(({ arm, index }) => `${arm} ${index}`));
    const requestsBefore = (await store.requests.count()) - before.requests;
    const left = (): number | null =>
      msLeft(
        before.arms.map((_, at) => ({
          questions: questions.length,
          tookMs: cases.filter(({ arm }) => arm === at).map(({ ms }) => ms),
        })),
      );
    let run = before;
    try {
      for (const { arm, index, question } of inOrder(run.arms, questions)) {
        if (known.has(`${arm} ${index}`)) continue;
        signal.throwIfAborted();
        const { mode, modelId, model, quantization } = run.arms[arm]!;
        const name = `${model} ${quantization}`.trim();
        const counts = { done: cases.length, total, msLeft: left() };
        tell({ stage: "answering", mode, model: name, ...counts });
        const answering = modelId === null ? null : models.find("chat", modelId);
        const place = { arm, index, mode, model: answering };
        const one = await answerCase(question, { library, models, embed, ...place }, signal);
        // The run is there before its first answer: a killed engine loses none.
        if (cases.length === 0) await store.evals.saveRun(run);
        await store.evals.addCase(run.id, one);
        cases.push(one);
      }
      const judged = cases.some(({ sentences }) => sentences.length > 0);
      run = { ...run, agreement: judged ? await measureAgreement(embed) : null };
      run = { ...summarize(run, cases), status: "complete", at: Date.now() };
      run = { ...run, requests: (await store.requests.count()) - requestsBefore };
      await store.evals.saveRun(run);
      return run;
    } catch (error) {
      // What ended it is told to the caller; what it measured until then is worth keeping.
      if (cases.length > 0) {
        const requests = (await store.requests.count()) - requestsBefore;
        await store.evals.saveRun({ ...summarize(run, cases), at: Date.now(), requests });
      }
      if (isCancelled(error)) signal.throwIfAborted();
      throw error;
    }
  }

  async #readRuns(): Promise<void> {
    const runs = await this.#options.store.evals.runs();
    const shown = runs.filter(({ id }) => id !== this.#currentId);
    this.state.update((state) => ({ ...state, runs: shown }));
  }

  async #readSets(): Promise<void> {
    this.#sets = await this.#options.store.evals.sets();
    this.state.update((state) => ({ ...state, sets: this.#sets.map(toSummary) }));
  }
}

/**
 * Model by model, so that none is loaded twice; within one each question in all its ways, so that what
 * was measured until it is stopped can be compared.
 */
function* inOrder(
  arms: EvalRun["arms"],
  questions: readonly EvalQuestion[],
): Generator<{ arm: number; index: number; question: EvalQuestion }> {
  for (const modelId of new Set(arms.map((arm) => arm.modelId))) {
    for (const [index, question] of questions.entries()) {
      for (const [arm, one] of arms.entries()) {
        if (one.modelId === modelId) yield { arm, index, question };
      }
    }
  }
}

function summarize(run: EvalRun, cases: readonly EvalCase[]): EvalRun {
  const arms = run.arms.map((arm, at) => ({
    ...arm,
    ...summarizeCases(cases.filter((one) => one.arm === at)),
  }));
  return { ...run, arms };
}

function toSummary({ id, name, createdAt, questions }: EvalSet): EvalSetSummary {
  const answerable = questions.filter((question) => question.answerable).length;
  return { id, name, createdAt, questions: questions.length, answerable };
}

function nameOf({ name, quantization }: Model): string {
  return `${name} ${quantization}`;
}
