import path from "node:path";
import type { Model } from "../contract/models.ts";
import type { TextReading } from "../contract/quantBench.ts";
import { entryPath, nodeBinary } from "../paths/entries.ts";
import { FitBench } from "./bench/FitBench.ts";
import type { NoticeBoard } from "./core/NoticeBoard.ts";
import type { SettingsService } from "./core/SettingsService.ts";
import type { Egress } from "./egress/Egress.ts";
import type { RequestRecord } from "./egress/requestRecord.ts";
import { askProcess } from "./llama/askProcess.ts";
import type { ComputeBudget } from "./llama/ComputeBudget.ts";
import type { ModelPurpose } from "./llama/InferenceBackend.ts";
import { LlamaProcess } from "./llama/LlamaProcess.ts";
import { graphicsLikely, libraryPackages, locateLibraries } from "./llama/locateLibraries.ts";
import { sweepStates } from "./llama/sweepStates.ts";
import { DeviceFinder } from "./models/DeviceFinder.ts";
import type { SpeedLimit } from "./models/download/SpeedLimit.ts";
import type { FitSituation } from "./models/fitMemory.ts";
import { FitRecords } from "./models/FitRecords.ts";
import { ModelsFolder } from "./models/folder/ModelsFolder.ts";
import { ModelsMover } from "./models/folder/ModelsMover.ts";
import { ReachWatch } from "./models/folder/ReachWatch.ts";
import { freeMemory } from "./models/freeMemory.ts";
import { hubEndpoint } from "./models/hub/hubEndpoint.ts";
import { LibraryInstaller } from "./models/libraries/LibraryInstaller.ts";
import { outdatedLibraries } from "./models/libraries/libraryErrors.ts";
import { KvChecker } from "./models/KvChecker.ts";
import { KvVerdicts } from "./models/KvVerdicts.ts";
import { MemorySpeed } from "./models/MemorySpeed.ts";
import { type BackendStart, type LoadResult, ModelLoader } from "./models/ModelLoader.ts";
import { ModelManager } from "./models/ModelManager.ts";
import { ModelRegistry } from "./models/ModelRegistry.ts";
import { ModelUses } from "./models/ModelUses.ts";
import type { ServerRegistry } from "./models/remote/ServerRegistry.ts";
import { Quantizer, type QuantizerOptions } from "./models/quantize/Quantizer.ts";
import { StarterService } from "./models/StarterService.ts";

/** A driver that says nothing for so long while it looks for devices is given up. */
const deviceSilenceMs = 20_000;
/** A large model takes minutes for a step of the comparison. */
const comparisonSilenceMs = 600_000;

export interface ModelServices {
  readonly models: ModelManager;
  readonly devices: DeviceFinder;
  readonly kvChecker: KvChecker;
  readonly quantizer: Quantizer;
  readonly starter: StarterService;
  readonly libraries: LibraryInstaller;
  readonly fitBench: FitBench;
  readonly modelUses: ModelUses;
  /** Hearth's own folder of models. */
  readonly modelsFolder: ModelsFolder;
  /** What there is on this machine for a model that need not be here yet. */
  situation(purpose: FitSituation["purpose"]): Promise<FitSituation>;
  /** Memory that is free, with what would be unloaded for another model. */
  freeMemory(): Promise<number>;
  /** Loads a model as a chat would, in a process of its own that nobody else uses; the caller ends it. */
  readonly loadAlone: (
    model: Model,
    purpose: ModelPurpose,
    signal: AbortSignal,
  ) => Promise<LoadResult>;
  /** Has files of one model read a text; the first one is what the others are compared with. */
  readonly readText: (
    models: readonly Model[],
    text: string,
    onProgress: (fraction: number) => void,
    signal: AbortSignal,
  ) => Promise<readonly TextReading[]>;
  /**
   * Lists a file that lies outside of the model folders.
   * @param name what another program calls it, where its file does not say
   */
  addModelFile(file: string, name?: string): Promise<Model>;
  /** Files were moved from one folder to another: what is known by their paths follows. */
  followMove(from: string, to: string): Promise<void>;
  /** Ends what looks after the folders. */
  endWatch(): void;
}

/** Builds the services around model files, and looks at what is there. The caller disposes of `models`. */
export async function openModels(options: {
  readonly home: string;
  readonly settings: SettingsService;
  readonly notices: NoticeBoard;
  readonly egress: Egress;
  readonly budget: ComputeBudget;
  readonly threads: () => number;
  /** Holds all downloads together below the user's limit. */
  readonly limit: SpeedLimit;
  /** The servers that the user has named. */
  readonly servers: ServerRegistry;
  readonly onRequest: (record: RequestRecord) => void;
  readonly onFault: (error: unknown) => void;
}): Promise<ModelServices> {
  const { home, settings, notices, egress, budget, threads, onRequest, onFault } = options;
  const modelsDir = path.join(home, "models");
  const folder = new ModelsFolder(modelsDir, () => settings.cell.get().modelsFolder);
  await ModelsMover.recover({ home, folder, settings });
  const registry = new ModelRegistry({
    modelsDir,
    ownFolder: () => folder.path,
    extraFolders: () => settings.cell.get().modelFolders,
  });
  const llama = { entryPath: entryPath("llama"), execPath: nodeBinary() };
  // Whoever installs one may do so before there is a model to load anew.
  let onLibraries = (): Promise<void> => Promise.resolve();
  const libraries = await LibraryInstaller.open({
    ...{ home, egress, limit: options.limit },
    registrySetting: () => settings.cell.get().packageRegistry,
    onChanged: () => onLibraries(),
    onOutdated: (names) => notices.post("warning", outdatedLibraries(names)),
  });
  const devices = new DeviceFinder({
    packages: () => libraryPackages({ added: libraries.folder }),
    ask: (question) => askProcess(question, { ...llama, silenceMs: deviceSilenceMs }),
  });
  const askLeased: QuantizerOptions["ask"] = async (question, asked) => {
    const lease = await budget.lease(question, "chat", asked.signal);
    try {
      return await askProcess(question, { ...llama, ...asked, silenceMs: comparisonSilenceMs });
    } finally {
      lease[Symbol.dispose]();
    }
  };
  const kvVerdicts = new KvVerdicts(path.join(modelsDir, ".kv-verdicts.json"));
  const kvChecker = new KvChecker({
    verdicts: kvVerdicts,
    threads,
    ask: (question, signal, onProgress) => askLeased(question, { signal, onProgress }),
  });
  const stateFolder = path.join(home, "cache", "kv");
  await sweepStates(stateFolder);
  const startBackend = (start: BackendStart, states: string | null): Promise<LlamaProcess> => {
    const { target, ...rest } = start;
    return LlamaProcess.start({
      ...rest,
      ...llama,
      device: target.backend,
      deviceName: target.deviceName,
      gpuLayers: target.gpuLayers,
      stateFolder: states,
      addedLibraries: libraries.folder,
      budget,
      onRefused: onRequest,
    });
  };
  const fitRecords = new FitRecords(path.join(modelsDir, ".fit-records.json"));
  const memorySpeed = new MemorySpeed({
    file: path.join(modelsDir, ".memory-speed.json"),
    threads,
    alone: (work) => budget.runAlone(work),
  });
  const loader = new ModelLoader({
    settings: () => settings.cell.get(),
    threads,
    models: () => registry.list(),
    devices: () => devices.list(),
    graphicsLikely,
    freeMemory,
    kvVerdicts: (model) => kvChecker.get(model),
    checkKv: (model, signal) => kvChecker.check(model, signal),
    fitRecords,
    memorySpeed: () => memorySpeed.get(),
    startBackend: (start) => startBackend(start, stateFolder),
  });
  const fitBench = new FitBench({
    models: () => registry.list(),
    threads,
    startBackend: (start) => startBackend(start, null),
    fitRecords,
    kvTypes: (model) => kvChecker.passed(model),
    freeMemory,
  });
  const modelUses = new ModelUses(path.join(modelsDir, ".last-uses.json"), onFault);
  const models = new ModelManager({
    registry,
    onUsed: (id) => modelUses.note(id),
    settings: settings.cell,
    notices,
    threads,
    loader,
    servers: options.servers,
  });
  // What rests is loaded again, with the libraries that are there then.
  onLibraries = () => models.reloadIdle();
  try {
    const addModelFile = async (file: string, name?: string): Promise<Model> => {
      const added = await registry.addFile(path.resolve(file), name);
      await models.rescan();
      return added;
    };
    const quantizer = new Quantizer({
      folder,
      threads,
      // The quantizer runs beside chats at the lowest priority; what reads a text takes its turn.
      ask: (question, asked) =>
        question.kind === "quantize"
          ? askProcess(question, { ...llama, ...asked, silenceMs: comparisonSilenceMs })
          : askLeased(question, asked),
      list: async (file) => {
        // The largest model is used where none was chosen; a new file must not take its place unasked.
        const { chatModelId, embeddingModelId } = models.state.get();
        const chosen = settings.cell.get();
        await settings.update({
          chatModelId: chosen.chatModelId ?? chatModelId,
          embeddingModelId: chosen.embeddingModelId ?? embeddingModelId,
        });
        const listed = (await models.rescan()).find((model) => model.path === file);
        return listed ?? (await addModelFile(file));
      },
    });
    await quantizer.sweep();
    await models.rescan();
    const starter = new StarterService({
      ...{ home, folder, egress, models, limit: options.limit },
      endpoint: () => hubEndpoint(settings.cell.get().hubEndpoint),
    });
    await starter.refresh();
    const watch = new ReachWatch({
      hasChanged: () => registry.hasReachChanged(),
      onChange: () => models.rescan(),
      onFault,
    });
    const followMove = async (from: string, to: string): Promise<void> => {
      await registry.follow(from, to);
      await kvVerdicts.follow(from, to);
      await fitRecords.follow(from, to);
      await models.followFiles();
      await starter.refresh();
    };
    const loadAlone: ModelServices["loadAlone"] = (model, purpose, signal) =>
      loader.load({
        ...{ model, purpose, signal, withoutDraft: true },
        onProgress: () => {},
        onStep: () => {},
        onActivity: () => {},
        onDied: () => {},
      });
    const readText: ModelServices["readText"] = async (files, text, onProgress, signal) => {
      const library = locateLibraries({ device: "cpu" });
      const owner = {};
      const answer = await askProcess(
        {
          kind: "readText",
          options: {
            libraryFolder: library.folder,
            libraryPlatform: library.platform,
            threads: threads(),
            gpuLayers: 0,
          },
          text,
          models: files.map((file) => file.path),
        },
        {
          ...llama,
          signal,
          onProgress,
          takeTurn: (asked) => budget.lease(owner, "background", asked),
          silenceMs: comparisonSilenceMs,
        },
      );
      return answer.kind === "readText" ? answer.readings : [];
    };
    return {
      ...{ models, devices, kvChecker, quantizer, starter, fitBench, addModelFile },
      ...{ modelUses, modelsFolder: folder, followMove, loadAlone, readText, libraries },
      situation: (purpose) => loader.situation(purpose, models.reclaimableBytes()),
      freeMemory: async () => (await freeMemory()) + models.reclaimableBytes(),
      endWatch: () => watch[Symbol.dispose](),
    };
  } catch (error) {
    await models[Symbol.asyncDispose]();
    throw error;
  }
}
