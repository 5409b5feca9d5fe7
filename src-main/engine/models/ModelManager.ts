import { isDeepStrictEqual } from "node:util";
import { cancelledError, HearthError, isCancelled, toErrorData } from "../../contract/errors.ts";
import type { ModelId } from "../../contract/ids.ts";
import type {
  LoadedModel,
  MemoryEstimate,
  Model,
  ModelsState,
  Transfer,
} from "../../contract/models.ts";
import type { Settings } from "../../contract/settings.ts";
import type { Cell } from "../core/Cell.ts";
import { KeyedLock } from "../core/KeyedLock.ts";
import type { NoticeBoard } from "../core/NoticeBoard.ts";
import type { InferenceBackend, ModelPurpose } from "../llama/InferenceBackend.ts";
import { mostDeaths } from "./DeathCount.ts";
import { givenBack } from "./describeEstimate.ts";
import { describeLoaded, notLoaded } from "./describeLoaded.ts";
import { IdleClock } from "./IdleClock.ts";
import { chooseDefaults, findModel, purposeOf } from "./modelChoice.ts";
import {
  closing,
  keepsDying,
  loadedWithLess,
  modelMissing,
  notLoadedHere,
  type UsedKind,
} from "./modelErrors.ts";
import { ModelBoard } from "./ModelBoard.ts";
import type { ModelLoader } from "./ModelLoader.ts";
import { newSlot, type Slot } from "./ModelSlot.ts";
import type { ModelRegistry } from "./ModelRegistry.ts";
import { serverModelGone } from "./remote/serverErrors.ts";
import type { ServerRegistry } from "./remote/ServerRegistry.ts";

export interface ModelManagerOptions {
  registry: Pick<ModelRegistry, "rescan">;
  settings: Cell<Settings>;
  notices: NoticeBoard;
  threads: () => number;
  loader: Pick<ModelLoader, "load" | "estimate">;
  /** The models of the user's servers; absent where there can be none. */
  servers?: Pick<ServerRegistry, "models" | "backend" | "state">;
  /** A model of this computer is at work. */
  onUsed?: (id: ModelId) => void;
}

/** Owns the loaded models: one process for each, started when needed, started again when it died. */
export class ModelManager implements AsyncDisposable {
  readonly #board = new ModelBoard();
  readonly #options: ModelManagerOptions;
  readonly #slots = new Map<ModelId, Slot>();
  readonly #locks = new KeyedLock();
  readonly #closing = new AbortController();
  readonly #idle: IdleClock;
  readonly #unwatch: () => void;
  readonly #unwatchServers: (() => void) | undefined;
  /** Those that have a file here. */
  #ownModels: readonly Model[] = [];

  constructor(options: ModelManagerOptions) {
    this.#options = options;
    this.#idle = new IdleClock({
      minutes: () => options.settings.get().idleUnloadMinutes,
      isIdle: (id) => this.#isIdle(id),
      onDue: (id) => this.#unload(id, "if-idle"),
      onChange: (id, unloadsAt) => this.#board.reportRest(id, unloadsAt),
    });
    this.#unwatch = options.settings.subscribe(() => this.#idle.restart());
    this.#unwatchServers = options.servers?.state.subscribe(() => this.#showModels());
  }

  get state(): ModelBoard["state"] {
    return this.#board.state;
  }

  get activity(): ModelBoard["activity"] {
    return this.#board.activity;
  }

  async rescan(): Promise<Model[]> {
    this.#ownModels = await this.#options.registry.rescan();
    return this.#showModels();
  }

  /** The models of this computer, and behind them those of the servers. */
  #showModels(): Model[] {
    const models = [...this.#ownModels, ...(this.#options.servers?.models() ?? [])];
    if (!isDeepStrictEqual(models, this.state.get().models)) this.#board.change({ models });
    this.chooseDefaults();
    return models;
  }

  /** Settles which models are used where the user chose none. */
  chooseDefaults(): void {
    this.#board.change(chooseDefaults(this.state.get().models, this.#options.settings.get()));
  }

  setTransfers(transfers: Transfer[]): void {
    this.#board.change({ transfers });
  }

  setStarter(starter: ModelsState["starter"]): void {
    this.#board.change({ starter });
  }

  /** @throws HearthError `model-missing` naming what to do, or `model-damaged` for a listed but bad file */
  find(kind: UsedKind, modelId?: ModelId | null): Model {
    return findModel(this.state.get(), kind, modelId ?? null);
  }

  /** A model that chats or makes embeddings. @throws HearthError as {@link find} does */
  findAny(modelId: ModelId): Model {
    const listed = this.state.get().models.find(({ id }) => id === modelId);
    return this.find(purposeOf(listed?.kind ?? "chat").kind, modelId);
  }

  /** Runs work on a loaded model. While it runs, the model is not unloaded. */
  async use<T>(
    model: Model,
    purpose: ModelPurpose,
    work: (backend: InferenceBackend) => Promise<T>,
    signal?: AbortSignal,
    onProgress: (fraction: number) => void = () => {},
  ): Promise<T> {
    if (model.server) return await this.#useRemote(model, purpose, work);
    const slot = this.#slot(model, purpose);
    slot.users++;
    this.#idle.touch(model.id);
    try {
      return await work(await this.#ready(slot, signal, onProgress));
    } finally {
      slot.users--;
      this.#idle.touch(model.id);
      this.#options.onUsed?.(model.id);
      if (slot.outdated && slot.users === 0) await this.#unload(model.id, "if-idle");
    }
  }

  /** A model of a server holds nothing here: there is nothing to load, and nothing to unload. */
  async #useRemote<T>(
    model: Model,
    purpose: ModelPurpose,
    work: (backend: InferenceBackend) => Promise<T>,
  ): Promise<T> {
    const { servers } = this.#options;
    if (!servers) throw serverModelGone(model.id);
    await using backend = servers.backend(model, purpose);
    return await work(backend);
  }

  /** Loads a model that the user asked for; a model that kept failing gets another chance. */
  async load(
    modelId: ModelId,
    onProgress: (fraction: number) => void,
    signal?: AbortSignal,
  ): Promise<LoadedModel> {
    const model = this.findAny(modelId);
    if (model.server) throw notLoadedHere(model);
    const { kind, purpose } = purposeOf(model.kind);
    const slot = this.#slot(model, purpose);
    slot.deaths.forget();
    slot.loadedWith = undefined;
    await this.#ready(slot, signal, onProgress);
    const loaded = this.state.get().loaded.find((entry) => entry.modelId === modelId);
    if (loaded) return loaded;
    throw modelMissing(kind, modelId);
  }

  /**
   * Files have been moved: they are looked for again, idle models let go of the old ones, and loads that
   * had begun with those are waited for.
   */
  async followFiles(): Promise<void> {
    await this.rescan();
    await this.reloadIdle();
    await Promise.all([...this.#slots.keys()].map((id) => this.#locks.run(id, async () => {})));
  }

  /** Ends its process, also while others use it; a load that is going on is stopped. */
  async unload(modelId: ModelId): Promise<void> {
    this.#slots.get(modelId)?.loading?.abort(cancelledError());
    await this.#unload(modelId, "always");
  }

  /** What models, or one of them, would need now; `gpuLayers` as for {@link ModelLoader.estimate}. */
  async estimate(modelId?: ModelId, gpuLayers?: number | null): Promise<MemoryEstimate[]> {
    const usable = this.state.get().models.filter(({ error, server }) => !error && !server);
    const asked = modelId === undefined ? usable : usable.filter(({ id }) => id === modelId);
    return await this.#options.loader.estimate(asked, this.reclaimableBytes(), gpuLayers);
  }

  /**
   * Runs work while a model is surely not in memory and cannot be loaded.
   * @throws HearthError `conflict` when it is at work
   */
  async withoutLoaded<T>(model: Model, work: () => Promise<T>): Promise<T> {
    return await this.#locks.run(model.id, async () => {
      const slot = this.#slots.get(model.id);
      if (slot?.backend && slot.users > 0) {
        throw new HearthError({
          code: "conflict",
          title: `${model.name} is at work.`,
          suggestion: "Wait until its answer is done, and try again.",
        });
      }
      if (slot) await this.#end(slot);
      return await work();
    });
  }

  async #unload(modelId: ModelId, when: "always" | "if-idle"): Promise<void> {
    await this.#locks.run(modelId, async () => {
      // The slot stays: whoever waits for this model behind the lock holds it.
      const slot = this.#slots.get(modelId);
      if (!slot || (when === "if-idle" && slot.users > 0)) return;
      await this.#end(slot);
    });
  }

  /** To be called with the model's lock. */
  async #end(slot: Slot): Promise<void> {
    const { backend, model } = slot;
    slot.outdated = false;
    slot.backend = undefined;
    slot.loadedWith = undefined;
    this.#idle.forget(model.id);
    this.#board.report(model.id, undefined);
    await backend?.[Symbol.asyncDispose]();
  }

  /**
   * Settings that are fixed at load (threads, context) take effect by loading anew when next used. A
   * model at work is unloaded when it is done.
   */
  async reloadIdle(): Promise<void> {
    const slots = [...this.#slots.values()];
    for (const slot of slots) slot.outdated = slot.users > 0;
    const idle = slots.filter((slot) => slot.users === 0);
    await Promise.all(idle.map((slot) => this.#unload(slot.model.id, "if-idle")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#unwatch();
    this.#unwatchServers?.();
    this.#idle[Symbol.dispose]();
    await Promise.allSettled([...this.#slots.keys()].map((id) => this.unload(id)));
  }

  #slot(model: Model, purpose: ModelPurpose): Slot {
    let slot = this.#slots.get(model.id);
    if (!slot) {
      slot = newSlot(model, purpose);
      this.#slots.set(model.id, slot);
    }
    // A file may have been found again in another place, also since the caller asked for it.
    slot.model = this.#ownModels.find(({ id }) => id === model.id) ?? model;
    return slot;
  }

  #ready(
    slot: Slot,
    signal: AbortSignal | undefined,
    onProgress: (fraction: number) => void,
  ): Promise<InferenceBackend> {
    return this.#locks.run(slot.model.id, async () => {
      if (slot.backend) return slot.backend;
      if (this.#closing.signal.aborted) throw closing();
      if (slot.deaths.isTooMany) throw keepsDying(slot.model, mostDeaths);
      if (signal?.aborted) throw cancelledError();
      if (slot.purpose === "chat") await this.#makeRoomFor(slot);
      return await this.#start(slot, signal, onProgress);
    });
  }

  /** One chat model at a time: two rarely fit, and an idle one is loaded again in seconds. */
  async #makeRoomFor(wanted: Slot): Promise<void> {
    for (const slot of [...this.#slots.values()]) {
      if (slot !== wanted && slot.purpose === "chat" && slot.users === 0) {
        await this.#unload(slot.model.id, "if-idle");
      }
    }
  }

  async #start(
    slot: Slot,
    signal: AbortSignal | undefined,
    onProgress: (fraction: number) => void,
  ): Promise<InferenceBackend> {
    const { model, purpose } = slot;
    const { loader, notices, threads } = this.#options;
    const again = slot.deaths.recent > 0 ? slot.loadedWith : undefined;
    const entry: LoadedModel = { ...notLoaded(model), threads: threads() };
    let shown = { ...entry, status: again ? ("restarting" as const) : ("loading" as const) };
    const show = (change: Partial<LoadedModel>): void => {
      shown = { ...shown, ...change, status: shown.status };
      this.#board.report(model.id, shown);
    };
    show({});
    const loading = new AbortController();
    slot.loading = loading;
    try {
      const loaded = await loader.load({
        model,
        purpose,
        again,
        signal: AbortSignal.any([
          loading.signal,
          this.#closing.signal,
          ...(signal ? [signal] : []),
        ]),
        onProgress: (progress) => {
          onProgress(progress);
          show({ progress });
        },
        onStep: (steps) => show({ progress: 0, steps: [...steps] }),
        onActivity: (activity) => {
          const info = slot.backend?.info;
          if (info) this.#board.reportActivity(model.id, activity, info);
        },
        onDied: (error) => this.#died(slot, error),
      });
      const backend = loaded.result;
      slot.backend = backend;
      slot.loadedWith = loaded;
      this.#board.report(model.id, { ...entry, ...describeLoaded(backend, loaded, purpose) });
      this.#idle.touch(model.id);
      if (!again && loaded.steps.length > 0)
        notices.post("warning", loadedWithLess(model, loaded.steps));
      return backend;
    } catch (error) {
      if (isCancelled(error)) this.#board.report(model.id, undefined);
      else this.#board.report(model.id, { ...shown, status: "failed", error: toErrorData(error) });
      throw error;
    } finally {
      slot.loading = undefined;
    }
  }

  #died(slot: Slot, error: HearthError): void {
    const { model } = slot;
    if (!slot.backend) return;
    slot.backend = undefined;
    this.#idle.forget(model.id);
    slot.deaths.add();
    const open = slot.deaths.isTooMany;
    const told = open ? keepsDying(model, mostDeaths) : error;
    this.#options.notices.post(open ? "error" : "warning", told);
    const last = this.state.get().loaded.find((entry) => entry.modelId === model.id);
    if (last) {
      this.#board.report(model.id, {
        ...last,
        status: open ? "failed" : "restarting",
        pid: null,
        memoryBytes: null,
        unloadsAt: null,
        error: told.toData(),
      });
    }
    if (open) return;
    const timer = setTimeout(() => {
      if (this.#closing.signal.aborted) return;
      // A failure is already in the state; the next use reports it to whoever asks.
      this.#ready(slot, this.#closing.signal, () => {}).catch(() => {});
    }, slot.deaths.backoffMs);
    timer.unref();
  }

  #isIdle(modelId: ModelId): boolean {
    const { backend, users } = this.#slots.get(modelId) ?? {};
    return backend !== undefined && users === 0;
  }

  /** What idle chat models hold that is not read from their files: it is given back before a load. */
  reclaimableBytes(): number {
    return [...this.#slots.values()].reduce((sum, slot) => {
      const { backend, users, purpose, model, loadedWith } = slot;
      const idle = backend && users === 0 && purpose === "chat";
      return sum + (idle && loadedWith ? givenBack(model, loadedWith.shape) : 0);
    }, 0);
  }
}
