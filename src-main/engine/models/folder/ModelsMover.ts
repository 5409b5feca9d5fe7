import { stat } from "node:fs/promises";
import path from "node:path";
import { describeFileError } from "../../../contract/describeFileError.ts";
import { cancelledError, HearthError, isCancelled, toErrorData } from "../../../contract/errors.ts";
import type {
  ModelFolder,
  Moved,
  MovePlan,
  MoveProgress,
  StorageState,
} from "../../../contract/storage.ts";
import { Cell } from "../../core/Cell.ts";
import type { SettingsService } from "../../core/SettingsService.ts";
import { freeBytesOf } from "../download/freeBytesOf.ts";
import { checkRoom, chooseTarget, nearestFolder } from "./chooseTarget.ts";
import { listMovable } from "./listMovable.ts";
import { moveModels, type MovePlaces, recoverMove } from "./moveModels.ts";
import type { ModelsFolder } from "./ModelsFolder.ts";

export interface ModelsMoverOptions {
  readonly home: string;
  readonly folder: ModelsFolder;
  readonly settings: Pick<SettingsService, "cell" | "update">;
  /** Has downloads rest until what it answers is disposed of. */
  readonly holdDownloads: () => Promise<Disposable>;
  /** Paths of models have changed from one folder to another: what is noted by them follows. */
  readonly onSwitched: (from: string, to: string) => Promise<void>;
  /** Another folder is the model folder, and nothing was moved. */
  readonly onLeft: () => Promise<void>;
}

/** Moves Hearth's own folder of models, one move at a time, and tells all faces how far it is. */
export class ModelsMover implements AsyncDisposable {
  readonly state = new Cell<StorageState>({ moving: null, moveError: null });
  readonly #options: ModelsMoverOptions;
  #end: AbortController | null = null;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(options: ModelsMoverOptions) {
    this.#options = options;
  }

  /** Finishes or undoes what a killed engine left. */
  static async recover(
    options: Pick<ModelsMoverOptions, "home" | "folder" | "settings">,
  ): Promise<void> {
    await recoverMove(placesOf(options));
  }

  async describe(): Promise<ModelFolder> {
    const { folder } = this.#options;
    const reachable = await folder.isThere();
    const freeBytes = reachable ? await freeBytesOf(await nearestFolder(folder.path)) : null;
    return { path: folder.path, isUsual: folder.path === folder.usual, reachable, freeBytes };
  }

  /** @param chosen null for the usual place @throws HearthError why it cannot be done */
  async plan(chosen: string | null): Promise<MovePlan> {
    const { home, folder } = this.#options;
    const from = await folder.required();
    const target = await chooseTarget({ chosen, from, usual: folder.usual, home });
    const files = await listMovable(from);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const there = await nearestFolder(target);
    const freeBytes = await freeBytesOf(there);
    const devices = [await stat(there), await stat(await nearestFolder(from))];
    const sameDisk = devices[0]?.dev === devices[1]?.dev;
    checkRoom(target, sameDisk ? 0 : bytes, freeBytes);
    const models = files.filter(({ relative }) => /\.gguf$/iu.test(relative)).length;
    return { target, models, bytes, freeBytes, sameDisk };
  }

  /**
   * @param signal only a caller that cancels stops it; one that is gone does not
   * @throws HearthError `conflict`, `cancelled`, or why it cannot be done; nothing is moved then
   */
  async move(
    chosen: string | null,
    onProgress: (progress: MoveProgress) => void,
    signal: AbortSignal,
  ): Promise<Moved> {
    return await this.#options.folder.alone(async () => {
      const end = new AbortController();
      const stop = (): void => {
        if (isCancelled(signal.reason)) end.abort(cancelledError());
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#end = end;
      const moving = this.#move(chosen, onProgress, end.signal);
      this.#ended = moving.catch(() => undefined);
      try {
        return await moving;
      } catch (error) {
        const told = notMoved(error);
        this.state.set({ moving: null, moveError: isCancelled(told) ? null : toErrorData(told) });
        throw told;
      } finally {
        signal.removeEventListener("abort", stop);
        this.#end = null;
      }
    });
  }

  /** Stops a move that goes on, and waits until all is as it was. */
  async cancel(): Promise<void> {
    this.#end?.abort(cancelledError());
    await this.#ended;
  }

  /** Makes the data folder the model folder again, and keeps looking at the present one. */
  async leave(): Promise<void> {
    const { folder, settings, onLeft } = this.#options;
    const { path: left } = folder;
    if (left === folder.usual) return;
    const { modelFolders } = settings.cell.get();
    const others = modelFolders.filter((other) => other !== left);
    await settings.update({ modelsFolder: null, modelFolders: [...others, left] });
    await onLeft();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  async #move(
    chosen: string | null,
    onProgress: (progress: MoveProgress) => void,
    signal: AbortSignal,
  ): Promise<Moved> {
    const { folder, onSwitched } = this.#options;
    await recoverMove(placesOf(this.#options));
    const from = folder.path;
    const { target } = await this.plan(chosen);
    const tell = (progress: MoveProgress): void => {
      this.state.set({ moving: { ...progress, target }, moveError: null });
      onProgress(progress);
    };
    const held = await this.#options.holdDownloads();
    try {
      const moved = await moveModels({
        ...placesOf(this.#options),
        to: target,
        signal,
        onProgress: seldom(tell),
        onSwitched: () => onSwitched(from, target),
      });
      this.state.set({ moving: null, moveError: null });
      return { folder: target, ...moved };
    } finally {
      held[Symbol.dispose]();
    }
  }
}

/** What the system says, in words; the rest as it is. */
function notMoved(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return error;
  const isFull = error.code === "ENOSPC" || error.code === "EDQUOT";
  return new HearthError(
    {
      code: isFull ? "disk-full" : "not-allowed",
      title: "The models could not be moved.",
      cause: describeFileError(error),
      suggestion: isFull
        ? "None is lost. Free room there, or choose another disk."
        : "None is lost. Check that the disk is connected and may be written to, and try again.",
    },
    { cause: error },
  );
}

function placesOf({
  home,
  folder,
  settings,
}: Pick<ModelsMoverOptions, "home" | "folder" | "settings">): MovePlaces {
  return {
    home,
    usual: folder.usual,
    journalFile: path.join(folder.usual, ".move.json"),
    current: () => folder.path,
    switchTo: async (to) => {
      const { modelFolders } = settings.cell.get();
      await settings.update({
        modelsFolder: to === folder.usual ? null : to,
        // One that was a further folder is not looked through twice.
        modelFolders: modelFolders.filter((other) => path.resolve(other) !== to),
      });
    },
  };
}

const tellEveryMs = 100;

/** Passes on what is new in kind, and of the rest what comes a while after the last. */
function seldom(tell: (progress: MoveProgress) => void): (progress: MoveProgress) => void {
  let last: { at: number; stage: string; file: string } | null = null;
  return (progress) => {
    const now = performance.now();
    const isNew = last?.stage !== progress.stage || last.file !== progress.file;
    if (!isNew && last !== null && now - last.at < tellEveryMs) return;
    last = { at: now, stage: progress.stage, file: progress.file };
    tell(progress);
  };
}
