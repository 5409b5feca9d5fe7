import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { describeFileError } from "../../contract/describeFileError.ts";
import type { DownloadStatus } from "../../contract/downloads.ts";
import { HearthError } from "../../contract/errors.ts";
import type { ModelId } from "../../contract/ids.ts";
import type { Model } from "../../contract/models.ts";
import {
  storageKinds,
  type FreeableKind,
  type StorageEntry,
  type StorageKind,
  type StorageReport,
  type StoredModel,
} from "../../contract/storage.ts";
import type { LibraryInstaller } from "../models/libraries/LibraryInstaller.ts";
import { freeBytesOf } from "../models/download/freeBytesOf.ts";
import type { DownloadQueue } from "../models/download/DownloadQueue.ts";
import { isInside } from "../models/folder/isInside.ts";
import { listMovable } from "../models/folder/listMovable.ts";
import type { ModelsFolder } from "../models/folder/ModelsFolder.ts";
import type { ModelsMover } from "../models/folder/ModelsMover.ts";
import { splitPlace } from "../models/gguf/listSplitParts.ts";
import type { ModelManager } from "../models/ModelManager.ts";
import type { ModelUses } from "../models/ModelUses.ts";
import { measure, plus, type Measured, nothing } from "./measureFolder.ts";
import { nothingToFree, notOurs } from "./storageErrors.ts";

export interface StorageServiceOptions {
  readonly home: string;
  readonly folder: ModelsFolder;
  readonly mover: Pick<ModelsMover, "describe">;
  readonly models: Pick<ModelManager, "state" | "withoutLoaded">;
  readonly uses: Pick<ModelUses, "lastUse">;
  readonly downloads: Pick<DownloadQueue, "state" | "remove">;
  readonly libraries: Pick<LibraryInstaller, "state" | "removeAll">;
  /** Folders of models that the user named. */
  readonly furtherFolders: () => readonly string[];
  /** Folder of the index that is open; null while none is. */
  readonly openIndex: () => Promise<string | null>;
  readonly isEvaluating: () => boolean;
  /** Models have gone from the disk. */
  readonly onRemoved: () => Promise<void>;
}

/** A download in one of these states needs what has arrived of it. */
const underWay: ReadonlySet<DownloadStatus> = new Set(["queued", "downloading", "verifying"]);
/** The engine writes into this one. */
const openLog = "engine.log";

/** What takes room in a home and its folder of models, and how it is freed. */
export class StorageService {
  readonly #options: StorageServiceOptions;

  constructor(options: StorageServiceOptions) {
    this.#options = options;
  }

  async report(): Promise<StorageReport> {
    const { home, mover } = this.#options;
    const sums = new Map<StorageKind, Measured>();
    const add = (kind: StorageKind, measured: Measured): void => {
      sums.set(kind, plus(sums.get(kind) ?? nothing, measured));
    };
    for (const name of await namesIn(home)) {
      if (name === "models" || name === "index" || name === "cache") continue;
      add(kindOf(name), await measure(path.join(home, name)));
    }
    for (const name of await namesIn(path.join(home, "cache"))) {
      const kind = name === "kv" ? "chat-states" : name === "eval" ? "evaluations" : "other";
      add(kind, await measure(path.join(home, "cache", name)));
    }
    const old = new Set(await this.#oldIndexes());
    for (const name of await namesIn(path.join(home, "index"))) {
      const folder = path.join(home, "index", name);
      add(old.has(folder) ? "old-indexes" : "index", await measure(folder));
    }
    for (const { relative, bytes } of await this.#modelFiles())
      add(isPart(relative) ? "downloads" : "models", { bytes, files: 1 });
    const notes = (await namesIn(this.#options.folder.usual)).filter(
      (name) => name.startsWith(".") && !/^\.(?:downloads|originals)$/u.test(name),
    );
    for (const name of notes)
      add("other", await measure(path.join(this.#options.folder.usual, name)));
    const entries = await Promise.all(
      storageKinds.map(async (kind): Promise<StorageEntry> => {
        const { bytes, files } = sums.get(kind) ?? nothing;
        return { kind, bytes, files, freeableBytes: await this.#freeable(kind, bytes) };
      }),
    );
    return {
      home,
      freeBytes: await freeBytesOf(home),
      entries,
      models: await this.#models(),
      folder: await mover.describe(),
    };
  }

  /**
   * Removes what can be made again or is not needed any more.
   * @returns the bytes that are free now
   * @throws HearthError `conflict` where it is needed at the moment; `not-allowed` where the system refuses
   */
  async free(kind: FreeableKind): Promise<number> {
    const before = await this.#sizeOf(kind);
    try {
      await this.#free(kind);
    } catch (error) {
      if (error instanceof HearthError) throw error;
      throw nothingToFree(describeFileError(error));
    }
    return Math.max(0, before - (await this.#sizeOf(kind)));
  }

  /**
   * Deletes a model, all its parts, and what is known of it.
   * @returns the bytes that are free now
   * @throws HearthError `not-allowed` for one that is not in Hearth's own folder, `conflict` for one at work
   */
  async removeModel(id: ModelId): Promise<number> {
    const { models, folder, onRemoved } = this.#options;
    const model = models.state.get().models.find((known) => known.id === id);
    if (!model || model.server) throw notOurs(id, "It is not on this computer.");
    if (this.#placeOf(model) !== "own")
      throw notOurs(model.name, `${model.path} belongs to you or to another program.`);
    const freed = await folder.use((root) =>
      models.withoutLoaded(model, async () => {
        let bytes = 0;
        for (const file of await filesOf(model)) bytes += await removeFile(file);
        await removeEmptyAbove(model.path, root);
        return bytes;
      }),
    );
    await onRemoved();
    return freed;
  }

  async #free(kind: FreeableKind): Promise<void> {
    const { home, folder, isEvaluating } = this.#options;
    switch (kind) {
      case "downloads":
        return await folder.use((root) => this.#freeDownloads(root));
      case "chat-states":
        return await this.#freeStates(path.join(home, "cache", "kv"));
      case "evaluations":
        if (isEvaluating())
          throw nothingToFree("An evaluation is going on. Wait for it, or stop it.");
        return await removeAll(path.join(home, "cache", "eval"));
      case "logs":
        return await removeAll(path.join(home, "logs"), (name) => name !== openLog);
      case "libraries":
        return await this.#options.libraries.removeAll();
      case "backups":
        return await removeAll(home, (name) => kindOf(name) === "backups");
      case "old-indexes":
        for (const old of await this.#oldIndexes()) await rm(old, { recursive: true, force: true });
    }
  }

  /** Each model has a folder of its own, which stays: a loaded model writes into it. */
  async #freeStates(folder: string): Promise<void> {
    for (const name of await namesIn(folder)) await removeAll(path.join(folder, name));
  }

  async #freeDownloads(root: string): Promise<void> {
    const { downloads } = this.#options;
    for (const { id, status } of downloads.state.get().downloads)
      if (!underWay.has(status)) await downloads.remove(id);
    const needed = this.#neededParts();
    for (const { relative } of await listMovable(root)) {
      if (!isPart(relative) || needed(relative)) continue;
      await rm(path.join(root, relative), { force: true });
      await removeEmptyAbove(path.join(root, relative), root);
    }
  }

  /** Whether what has arrived belongs to something that goes on now. */
  #neededParts(): (relative: string) => boolean {
    const { downloads, models } = this.#options;
    const running = downloads.state
      .get()
      .downloads.filter(({ status }) => underWay.has(status))
      .map(({ id }) => `${path.join(".downloads", id)}${path.sep}`);
    const isFetching = models.state.get().transfers.length > 0;
    return (relative) =>
      relative.startsWith(".downloads")
        ? running.some((folder) => relative.startsWith(folder))
        : isFetching;
  }

  async #freeable(kind: StorageKind, bytes: number): Promise<number> {
    switch (kind) {
      case "chat-states":
      case "backups":
      case "old-indexes":
        return bytes;
      case "evaluations":
        return this.#options.isEvaluating() ? 0 : bytes;
      case "libraries":
        return this.#options.libraries.state.get().installing === null ? bytes : 0;
      case "logs":
        return bytes - (await measure(path.join(this.#options.home, "logs", openLog))).bytes;
      case "downloads": {
        const needed = this.#neededParts();
        return (await this.#modelFiles())
          .filter(({ relative }) => isPart(relative) && !needed(relative))
          .reduce((sum, file) => sum + file.bytes, 0);
      }
      default:
        return 0;
    }
  }

  async #sizeOf(kind: StorageKind): Promise<number> {
    const { entries } = await this.report();
    return entries.find((entry) => entry.kind === kind)?.bytes ?? 0;
  }

  async #modelFiles(): Promise<{ relative: string; bytes: number }[]> {
    const { folder } = this.#options;
    return (await folder.isThere()) ? await listMovable(folder.path) : [];
  }

  /** Indexes of other embedders, and damaged ones; all that are there while one is open. */
  async #oldIndexes(): Promise<string[]> {
    const { home, openIndex } = this.#options;
    const folder = path.join(home, "index");
    const open = await openIndex();
    return (await namesIn(folder))
      .map((name) => path.join(folder, name))
      .filter((place) => /\.damaged-\d+$/u.test(place) || (open !== null && place !== open));
  }

  async #models(): Promise<StoredModel[]> {
    const { models, uses } = this.#options;
    const here = models.state.get().models.filter(({ server }) => !server);
    return await Promise.all(
      here.map(async (model): Promise<StoredModel> => {
        const isLink = (await lstat(model.path).catch(() => null))?.isSymbolicLink() ?? false;
        return {
          modelId: model.id,
          name: model.name,
          quantization: model.quantization,
          path: model.path,
          bytes: isLink ? 0 : model.bytes,
          lastUsedAt: await uses.lastUse(model.id),
          place: this.#placeOf(model),
          reachable: model.error?.code !== "file-missing",
        };
      }),
    );
  }

  #placeOf(model: Model): StoredModel["place"] {
    const { folder, furtherFolders } = this.#options;
    if (isInside(model.path, folder.path)) return "own";
    const isNamed = furtherFolders().some((other) => isInside(model.path, path.resolve(other)));
    return isNamed ? "folder" : "elsewhere";
  }
}

function kindOf(name: string): StorageKind {
  if (/^hearth\.sqlite.*\.backup(?:\.part)?$/u.test(name)) return "backups";
  if (name.startsWith("hearth.sqlite")) return "database";
  const kinds: Readonly<Record<string, StorageKind>> = {
    uploads: "documents",
    ocr: "ocr",
    logs: "logs",
    libraries: "libraries",
  };
  return kinds[name] ?? "other";
}

/** A file of a download, not of a model. */
function isPart(relative: string): boolean {
  return (
    /^\.(?:downloads|originals)(?:[\\/]|$)/u.test(relative) || /\.part(?:\.json)?$/iu.test(relative)
  );
}

/** All parts of a model, and the records beside them. */
async function filesOf(model: Model): Promise<string[]> {
  const place = splitPlace(model.path);
  const folder = path.dirname(model.path);
  const parts =
    place === null
      ? [model.path]
      : (await namesIn(folder))
          .filter((name) => {
            const other = splitPlace(name);
            return other?.stem === place.stem && other.parts === place.parts;
          })
          .map((name) => path.join(folder, name));
  // The first goes first: without it nobody takes the rest for a model.
  const ordered = [model.path, ...parts.filter((part) => part !== model.path)];
  return ordered.flatMap((part) => [part, `${part}.json`]);
}

/** @returns the bytes that it took; what a link leads to stays @throws HearthError `not-allowed` */
async function removeFile(file: string): Promise<number> {
  const info = await lstat(file).catch(() => null);
  if (info === null) return 0;
  try {
    await rm(file);
  } catch (error) {
    throw nothingToFree(describeFileError(error, file));
  }
  return info.isFile() ? info.size : 0;
}

async function removeEmptyAbove(file: string, root: string): Promise<void> {
  for (let at = path.dirname(file); isInside(at, root); at = path.dirname(at)) {
    const isGone = await rmdir(at).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

/** Removes what is in a folder, as far as it is meant. */
async function removeAll(
  folder: string,
  isMeant: (name: string) => boolean = () => true,
): Promise<void> {
  for (const name of await namesIn(folder))
    if (isMeant(name)) await rm(path.join(folder, name), { recursive: true, force: true });
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
}
