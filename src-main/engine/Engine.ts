import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { apiFace } from "../contract/apiServer.ts";
import { protocolVersion, routes, type Routes } from "../contract/routes.ts";
import type { Settings } from "../contract/settings.ts";
import type { SystemState } from "../contract/system.ts";
import { entryPath, nodeBinary, resourcesDir } from "../paths/entries.ts";
import type { Port } from "../rpc/Port.ts";
import { RpcServer, type Face } from "../rpc/RpcServer.ts";
import { ApiKeyService } from "./api/ApiKeyService.ts";
import { ApiServer } from "./api/ApiServer.ts";
import { BenchService } from "./bench/BenchService.ts";
import { QuantBenchService } from "./bench/quants/QuantBenchService.ts";
import { ChatService } from "./chat/ChatService.ts";
import { PinnedPassages } from "./chat/PinnedPassages.ts";
import { Cell } from "./core/Cell.ts";
import { Disposer } from "./core/Disposer.ts";
import { NoticeBoard } from "./core/NoticeBoard.ts";
import { SettingsService, type SettingsPatch } from "./core/SettingsService.ts";
import { Egress } from "./egress/Egress.ts";
import { installNetworkGuard } from "./egress/guard.ts";
import type { RequestRecord } from "./egress/requestRecord.ts";
import type { MakeAnswers } from "./eval/answers/EvalLibrary.ts";
import type { EvalService } from "./eval/answers/EvalService.ts";
import { createHandlers } from "./handlers/handlers.ts";
import { ComputeBudget } from "./llama/ComputeBudget.ts";
import { graphicsLikely } from "./llama/locateLibraries.ts";
import { chooseThreads, readCpuLimits } from "./llama/threads.ts";
import type { DownloadQueue } from "./models/download/DownloadQueue.ts";
import { SpeedLimit } from "./models/download/SpeedLimit.ts";
import type { HubService } from "./models/hub/HubService.ts";
import { openHub } from "./models/hub/openHub.ts";
import { keyStoreOf } from "./models/SecretKeeper.ts";
import { loadSettings } from "./models/ModelLoader.ts";
import { ServerRegistry } from "./models/remote/ServerRegistry.ts";
import { openLibrary, type LibraryServices } from "./openLibrary.ts";
import { openModels, type ModelServices } from "./openModels.ts";
import { openStorage, type StorageServices } from "./openStorage.ts";
import { AnswerService } from "./rag/AnswerService.ts";
import { openSaver } from "./rag/checkpoint/openSaver.ts";
import { PromptLibrary } from "./rag/prompts/PromptLibrary.ts";
import { openEvals, throwAwayLibraries } from "./openEvals.ts";
import { Store } from "./store/Store.ts";
import { toNetworkRequest } from "./core/toNetworkRequest.ts";

export interface EngineOptions {
  home: string;
  version: string;
  log: (line: string) => void;
  /** A face wants the engine to end for all. */
  onShutdown: () => void;
  /** Faces of users; the process of the API is none of them. */
  onFaceJoined: () => void;
  onFaceLeft: () => void;
}

/** All services of one home. {@link openEngine} builds them in order; the end is in reverse. */
export interface Engine extends ModelServices, LibraryServices, StorageServices, AsyncDisposable {
  readonly generation: string;
  readonly system: Cell<SystemState>;
  readonly notices: NoticeBoard;
  readonly store: Store;
  readonly settings: SettingsService;
  readonly apiKeys: ApiKeyService;
  readonly apiServer: ApiServer;
  readonly servers: ServerRegistry;
  readonly hub: HubService;
  readonly downloads: DownloadQueue;
  readonly answers: AnswerService;
  readonly prompts: PromptLibrary;
  readonly chats: ChatService;
  readonly bench: BenchService;
  readonly evals: EvalService;
  readonly quants: QuantBenchService;
  /** Serves one more face. */
  accept(port: Port): void;
  face(id: string): Face | undefined;
  requestShutdown(): void;
  /** Changes settings and has the services follow. */
  updateSettings(patch: SettingsPatch): Promise<Settings>;
}

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { home, version, log } = options;
  const disposer = new Disposer();
  try {
    return await build();
  } catch (error) {
    await disposer[Symbol.asyncDispose]();
    throw error;
  }

  async function build(): Promise<Engine> {
    const generation = randomUUID();
    const notices = new NoticeBoard();
    const store = await Store.open({
      path: path.join(home, "hearth.sqlite"),
      onReport: (report) => log(`store: ${JSON.stringify(report)}`),
    });
    disposer.add(() => store.close());
    // Without its store an engine can keep nothing; the next one opens it anew.
    void store.died.then((error) => {
      log(`ending: ${error.message}`);
      options.onShutdown();
    });

    const settings = await SettingsService.open(store.settings);
    const onRequest = (record: RequestRecord): void => {
      store.requests.add(toNetworkRequest(record), record.id).catch((error: unknown) => {
        log(`network log: ${String(error)}`);
      });
    };
    installNetworkGuard({ process: "engine", onRefused: onRequest });
    const egress = new Egress({
      process: "engine",
      offline: settings.cell.get().offline,
      onRequest,
    });
    disposer.add(() => egress[Symbol.asyncDispose]());

    const limits = readCpuLimits();
    const threads = (): number => chooseThreads(limits, settings.cell.get().threads);
    const budget = new ComputeBudget();
    // Nobody has come yet.
    let attached = (): readonly Face[] => [];
    const keyStore = keyStoreOf(() => attached());
    const servers = await ServerRegistry.open({
      file: path.join(home, "servers.json"),
      egress,
      ...keyStore,
      onNotice: (error) => notices.post("warning", error),
    });
    disposer.add(() => servers[Symbol.asyncDispose]());
    const limit = new SpeedLimit(() => settings.cell.get().downloadBytesPerSecond);
    const modelServices = await openModels({
      servers,
      limit,
      home,
      settings,
      notices,
      egress,
      budget,
      threads,
      onRequest,
      onFault: (error) => log(`models: ${String(error)}`),
    });
    const { models } = modelServices;
    disposer.add(() => models[Symbol.asyncDispose]());
    disposer.add(() => modelServices.endWatch());
    disposer.add(() => modelServices.libraries[Symbol.asyncDispose]());
    const { hub, downloads } = await openHub({
      home,
      folder: modelServices.modelsFolder,
      egress,
      settings: () => settings.cell.get(),
      threads,
      limit,
      freeMemory: () => modelServices.freeMemory(),
      situation: (purpose) => modelServices.situation(purpose),
      devices: () => modelServices.devices.list(),
      graphicsLikely,
      keyStore,
      onInstalled: () => models.rescan().then(() => models.chooseDefaults()),
      onFault: (error) => log(`downloads: ${String(error)}`),
    });
    disposer.add(() => downloads[Symbol.asyncDispose]());

    const library = await openLibrary({
      ...{ home, store, settings, notices, models, disposer, onRequest, threads, log },
      isChatBusy: () => budget.busyWithChat,
    });
    const { documents, collections, passages, files, ocr, reranker, retriever } = library;
    const prompts = new PromptLibrary({ shipped: path.join(resourcesDir(), "prompts"), home });
    const makeAnswers: MakeAnswers<AnswerService> = (asked) =>
      new AnswerService({
        retriever: asked.retriever,
        passages: asked.passages,
        models,
        prompts,
        openSaver: () => openSaver(store.checkpoints),
        locate: (passage, stretch) => asked.files.locate(passage.chunk, stretch),
      });
    const answers = makeAnswers({ retriever, passages, files });
    const chats = await ChatService.open({
      store,
      models,
      answers,
      documents,
      collections,
      pins: new PinnedPassages({
        documents: store.documents,
        locate: (chunk, stretch) => files.locate(chunk, stretch),
      }),
      settings: settings.cell,
    });
    disposer.add(() => chats[Symbol.asyncDispose]());
    const bench = await BenchService.open({ store, models, hearthVersion: version });
    disposer.add(() => bench[Symbol.asyncDispose]());
    const throwAwayLibrary = throwAwayLibraries({
      ...{ home, models, reranker, makeAnswers },
      recognizer: ocr.recognizer,
      isChatBusy: () => budget.busyWithChat,
      onFault: (error) => log(`evaluation: ${String(error)}`),
      onRefused: onRequest,
    });
    const evals = await openEvals({
      ...{ home, version, store, models, documents, passages, answers, retriever },
      throwAwayLibrary,
    });
    disposer.add(() => evals[Symbol.asyncDispose]());
    const quants = await QuantBenchService.open({
      ...{ store, models, throwAwayLibrary, hearthVersion: version },
      loadAlone: modelServices.loadAlone,
      readText: modelServices.readText,
      text: () => fs.readFile(path.join(resourcesDir(), "texts", "reading.txt"), "utf8"),
      embed: (texts, signal) => passages.embed(texts, { signal, priority: "chat" }),
    });
    disposer.add(() => quants[Symbol.asyncDispose]());

    const storageServices = openStorage({
      ...{ home, settings, modelServices, downloads, passages },
      isEvaluating: () => evals.state.get().current !== null,
    });
    disposer.add(() => storageServices.modelsMover[Symbol.asyncDispose]());

    const apiServer = new ApiServer({
      entryPath: entryPath("api"),
      execPath: nodeBinary(),
      settings: settings.cell,
      accept: (port) => server.accept(port),
      log,
    });

    const system = new Cell<SystemState>({
      version,
      generation,
      home,
      pid: process.pid,
      threads: threads(),
      faces: [],
      notices: [],
    });
    notices.cell.subscribe(() => {
      system.update((state) => ({ ...state, notices: [...notices.cell.get()] }));
    });

    const engine: Engine = {
      generation,
      system,
      notices,
      store,
      settings,
      apiKeys: await ApiKeyService.open(store),
      apiServer,
      ...modelServices,
      ...storageServices,
      servers,
      hub,
      downloads,
      ...library,
      answers,
      prompts,
      chats,
      bench,
      evals,
      quants,
      accept: (port) => server.accept(port),
      face: (id) => server.face(id),
      requestShutdown: options.onShutdown,
      updateSettings: async (patch) => {
        const before = settings.cell.get();
        const after = await settings.update(patch);
        egress.setOffline(after.offline);
        await hub.follow(before, after);
        apiServer.follow();
        modelServices.libraries.refresh();
        system.update((state) => ({ ...state, threads: threads() }));
        if (before.modelFolders !== after.modelFolders) await models.rescan();
        models.chooseDefaults();
        if (loadSettings.some((name) => !isDeepStrictEqual(before[name], after[name])))
          await models.reloadIdle();
        return after;
      },
      [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
    };
    const showFaces = (): void => {
      const faces = server.faces.map(({ id, kind }) => ({ id, kind }));
      system.update((state) => ({ ...state, faces }));
    };
    const server: RpcServer<Routes> = new RpcServer<Routes>({
      routes,
      handlers: createHandlers(engine),
      protocol: protocolVersion,
      generation,
      onFaceJoined: ({ kind }) => {
        showFaces();
        if (kind !== apiFace) options.onFaceJoined();
        hub.refresh().catch((error: unknown) => log(`hub: ${String(error)}`));
      },
      onFaceLeft: ({ kind }) => {
        showFaces();
        if (kind !== apiFace) options.onFaceLeft();
      },
      onFault: (route, error) => {
        log(`${route}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      },
    });
    attached = () => server.faces;
    // Faces go first: nothing may reach a service that is being ended.
    disposer.add(() => server.close());
    disposer.add(() => apiServer[Symbol.asyncDispose]());
    library.ingest.resume();
    downloads.start();
    library.folders.start();
    library.attachments.sweep().catch((error: unknown) => log(`attachments: ${String(error)}`));
    apiServer.follow();
    return engine;
  }
}
