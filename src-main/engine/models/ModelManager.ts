import { HearthError, isCancelled, toErrorData } from "../../contract/errors.ts";
import type { ModelId } from "../../contract/ids.ts";
import type { ActivityState } from "../../contract/activity.ts";
import type { LoadedModel, Model, ModelsState, Transfer } from "../../contract/models.ts";
import type { Settings } from "../../contract/settings.ts";
import { Cell } from "../core/Cell.ts";
import { KeyedLock } from "../core/KeyedLock.ts";
import type { NoticeBoard } from "../core/NoticeBoard.ts";
import type { BackendActivity, InferenceBackend, ModelPurpose } from "../llama/InferenceBackend.ts";
import type { ModelRegistry } from "./ModelRegistry.ts";

/** More deaths than this within {@link breakerMs}, and the model is not started again by itself. */
const breakerDeaths = 3;
const breakerMs = 60_000;
const firstBackoffMs = 300;
/** Chats get the model's own context up to this many tokens, unless the settings say otherwise. */
const usualContextTokens = 8192;

export interface BackendStart {
  modelPath: string;
  purpose: ModelPurpose;
  contextTokens: number | null;
  threads: number;
  signal?: AbortSignal;
  onProgress: (fraction: number) => void;
  onActivity: (activity: BackendActivity) => void;
  /** Told once when the process ended without having been asked to. */
  onDied: (error: HearthError) => void;
}

export interface ModelManagerOptions {
  registry: Pick<ModelRegistry, "rescan">;
  settings: Cell<Settings>;
  notices: NoticeBoard;
  threads: () => number;
  startBackend: (start: BackendStart) => Promise<InferenceBackend>;
}

interface Slot {
  model: Model;
  purpose: ModelPurpose;
  backend: InferenceBackend | undefined;
  users: number;
  deaths: number[];
  /** Settings have changed since it was loaded; it is unloaded when its last user is done. */
  outdated: boolean;
}

/** Owns the loaded models: one process for each, started when needed, started again when it died. */
export class ModelManager implements AsyncDisposable {
  readonly state: Cell<ModelsState>;
  /** Changes a few times a second while models work, so it is apart from what changes rarely. */
  readonly activity = new Cell<ActivityState>({ models: [] });
  readonly #options: ModelManagerOptions;
  readonly #slots = new Map<ModelId, Slot>();
  readonly #locks = new KeyedLock();
  readonly #end = new AbortController();

  constructor(options: ModelManagerOptions) {
    this.#options = options;
    this.state = new Cell<ModelsState>({
      models: [],
      loaded: [],
      transfers: [],
      chatModelId: null,
      embeddingModelId: null,
      starter: [],
    });
  }

  /** Looks at the model folders again. */
  async rescan(): Promise<Model[]> {
    const models = [...(await this.#options.registry.rescan())];
    this.state.update((state) => ({ ...state, models }));
    this.chooseDefaults();
    return models;
  }

  /** Settles which models are used where the user chose none: the largest chat model, any embedder. */
  chooseDefaults(): void {
    const settings = this.#options.settings.get();
    this.state.update((state) => {
      const usable = state.models.filter((model) => !model.error);
      const chosen = (id: ModelId | null, kind: Model["kind"]): ModelId | null => {
        const own = usable.find((model) => model.id === id && model.kind === kind);
        const best = usable
          .filter((model) => model.kind === kind)
          .toSorted((a, b) => b.parameters - a.parameters || b.bytes - a.bytes);
        return (own ?? best[0])?.id ?? null;
      };
      return {
        ...state,
        chatModelId: chosen(settings.chatModelId, "chat"),
        embeddingModelId: chosen(settings.embeddingModelId, "embedding"),
      };
    });
  }

  setTransfers(transfers: Transfer[]): void {
    this.state.update((state) => ({ ...state, transfers }));
  }

  setStarter(starter: ModelsState["starter"]): void {
    this.state.update((state) => ({ ...state, starter }));
  }

  /** @throws HearthError `model-missing` naming what to do, or `model-damaged` for a listed but bad file */
  find(kind: "chat" | "embedding", modelId?: ModelId | null): Model {
    const state = this.state.get();
    const id = modelId ?? (kind === "chat" ? state.chatModelId : state.embeddingModelId);
    const model = state.models.find((candidate) => candidate.id === id);
    if (!model) throw modelMissing(kind, modelId ?? null);
    if (model.error) throw HearthError.fromData(model.error);
    if (model.kind !== kind) {
      throw new HearthError({
        code: "model-unsupported",
        title: `${model.name} cannot be used for this.`,
        cause: `It is a model of kind “${model.kind}”; this needs one of kind “${kind}”.`,
        suggestion: "Choose another model.",
      });
    }
    return model;
  }

  /** Runs work on a loaded model. While it runs, the model is not unloaded. */
  async use<T>(
    model: Model,
    purpose: ModelPurpose,
    work: (backend: InferenceBackend) => Promise<T>,
    signal?: AbortSignal,
    onProgress: (fraction: number) => void = () => {},
  ): Promise<T> {
    const slot = this.#slot(model, purpose);
    slot.users++;
    try {
      return await work(await this.#ready(slot, signal, onProgress));
    } finally {
      slot.users--;
      if (slot.outdated && slot.users === 0) await this.unload(model.id);
    }
  }

  /** Loads a model that the user asked for; a model that kept failing gets another chance. */
  async load(
    modelId: ModelId,
    onProgress: (fraction: number) => void,
    signal?: AbortSignal,
  ): Promise<LoadedModel> {
    const model = this.state.get().models.find((candidate) => candidate.id === modelId);
    const kind = model?.kind === "embedding" ? "embedding" : "chat";
    const slot = this.#slot(this.find(kind, modelId), kind);
    slot.deaths = [];
    await this.#ready(slot, signal, onProgress);
    const loaded = this.state.get().loaded.find((entry) => entry.modelId === modelId);
    if (!loaded) throw modelMissing(kind, modelId);
    return loaded;
  }

  async unload(modelId: ModelId): Promise<void> {
    await this.#locks.run(modelId, async () => {
      // The slot stays: whoever waits for this model behind the lock holds it.
      const slot = this.#slots.get(modelId);
      if (!slot) return;
      slot.outdated = false;
      const backend = slot.backend;
      slot.backend = undefined;
      this.#report(modelId, undefined);
      await backend?.[Symbol.asyncDispose]();
    });
  }

  /**
   * Settings that are fixed at load (threads, context) take effect by loading anew when next used. A
   * model at work is unloaded when it is done.
   */
  async reloadIdle(): Promise<void> {
    const slots = [...this.#slots.values()];
    const idle = slots.filter((slot) => slot.users === 0);
    for (const slot of slots) slot.outdated = slot.users > 0;
    await Promise.all(idle.map((slot) => this.unload(slot.model.id)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.allSettled([...this.#slots.keys()].map((id) => this.unload(id)));
  }

  #slot(model: Model, purpose: ModelPurpose): Slot {
    let slot = this.#slots.get(model.id);
    if (!slot) {
      slot = { model, purpose, backend: undefined, users: 0, deaths: [], outdated: false };
      this.#slots.set(model.id, slot);
    }
    // A file may have been found again in another place.
    slot.model = model;
    return slot;
  }

  #ready(
    slot: Slot,
    signal: AbortSignal | undefined,
    onProgress: (fraction: number) => void,
  ): Promise<InferenceBackend> {
    return this.#locks.run(slot.model.id, async () => {
      if (slot.backend) return slot.backend;
      if (this.#end.signal.aborted) throw closing();
      const now = Date.now();
      slot.deaths = slot.deaths.filter((at) => now - at < breakerMs);
      if (slot.deaths.length >= breakerDeaths) throw keepsDying(slot.model);
      if (slot.purpose === "chat") await this.#makeRoomFor(slot);
      return await this.#start(slot, signal, onProgress);
    });
  }

  /** One chat model at a time: two rarely fit, and an idle one is loaded again in seconds. */
  async #makeRoomFor(wanted: Slot): Promise<void> {
    for (const slot of [...this.#slots.values()]) {
      if (slot !== wanted && slot.purpose === "chat" && slot.users === 0) {
        await this.unload(slot.model.id);
      }
    }
  }

  async #start(
    slot: Slot,
    signal: AbortSignal | undefined,
    onProgress: (fraction: number) => void,
  ): Promise<InferenceBackend> {
    const { model, purpose } = slot;
    const { settings, threads, startBackend } = this.#options;
    const wanted = settings.get().contextTokens ?? usualContextTokens;
    const entry: LoadedModel = {
      modelId: model.id,
      status: slot.deaths.length > 0 ? "restarting" : "loading",
      progress: 0,
      pid: null,
      contextTokens: 0,
      threads: threads(),
      device: "",
      template: { source: "none", name: "" },
    };
    this.#report(model.id, entry);
    try {
      const backend = await startBackend({
        modelPath: model.path,
        purpose,
        contextTokens: purpose === "chat" ? Math.min(wanted, model.contextLength || wanted) : null,
        threads: threads(),
        ...(signal ? { signal } : {}),
        onProgress: (progress) => {
          onProgress(progress);
          this.#report(model.id, { ...entry, progress });
        },
        onActivity: (activity) => this.#reportActivity(slot, activity),
        onDied: (error) => this.#died(slot, error),
      });
      slot.backend = backend;
      const { info } = backend;
      this.#report(model.id, {
        modelId: model.id,
        status: "ready",
        progress: 1,
        pid: info.pid,
        contextTokens: info.contextTokens,
        threads: info.threads,
        device: info.device,
        template:
          purpose === "chat"
            ? { source: info.template.source, name: info.template.name }
            : { source: "none", name: "" },
      });
      return backend;
    } catch (error) {
      if (isCancelled(error)) this.#report(model.id, undefined);
      else this.#report(model.id, { ...entry, status: "failed", error: toErrorData(error) });
      throw error;
    }
  }

  #died(slot: Slot, error: HearthError): void {
    const { model } = slot;
    if (!slot.backend) return;
    slot.backend = undefined;
    slot.deaths.push(Date.now());
    const recent = slot.deaths.filter((at) => Date.now() - at < breakerMs).length;
    const open = recent >= breakerDeaths;
    const told = open ? keepsDying(model) : error;
    this.#options.notices.post(open ? "error" : "warning", told);
    const last = this.state.get().loaded.find((entry) => entry.modelId === model.id);
    if (last) {
      this.#report(model.id, {
        ...last,
        status: open ? "failed" : "restarting",
        pid: null,
        error: told.toData(),
      });
    }
    if (open) return;
    const timer = setTimeout(
      () => {
        if (this.#end.signal.aborted) return;
        // A failure is already in the state; the next use reports it to whoever asks.
        this.#ready(slot, this.#end.signal, () => {}).catch(() => {});
      },
      firstBackoffMs * 2 ** (recent - 1),
    );
    timer.unref();
  }

  #reportActivity(slot: Slot, activity: BackendActivity): void {
    const { backend, model } = slot;
    if (!backend) return;
    const { contextTokens, device } = backend.info;
    this.activity.update(({ models }) => ({
      models: [
        ...models.filter((other) => other.modelId !== model.id),
        { modelId: model.id, ...activity, contextTokens, device },
      ],
    }));
  }

  #report(modelId: ModelId, entry: LoadedModel | undefined): void {
    this.state.update((state) => {
      const others = state.loaded.filter((loaded) => loaded.modelId !== modelId);
      return { ...state, loaded: entry ? [...others, entry] : others };
    });
    if (entry?.status === "ready") return;
    this.activity.update(({ models }) => ({
      models: models.filter((activity) => activity.modelId !== modelId),
    }));
  }
}

function modelMissing(kind: "chat" | "embedding", modelId: ModelId | null): HearthError {
  const what = kind === "chat" ? "chat model" : "embedding model";
  return new HearthError({
    code: "model-missing",
    title: modelId ? `The ${what} “${modelId}” is not here.` : `There is no ${what} yet.`,
    cause: modelId
      ? "Its file was moved or deleted, or its folder is not one of the model folders."
      : "None of the model folders has one.",
    suggestion: "Get the starter models, or choose another model, on the Models page.",
  });
}

function closing(): HearthError {
  return new HearthError({
    code: "unavailable",
    title: "Hearth is closing.",
    suggestion: "Start Hearth again.",
  });
}

function keepsDying(model: Model): HearthError {
  return new HearthError({
    code: "model-died",
    title: `${model.name} stopped ${breakerDeaths} times within a minute.`,
    cause: "Its process ended each time, so Hearth does not start it again by itself.",
    suggestion: "Load it again on the Models page, try a smaller context, or choose another model.",
  });
}
