import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { describeFileError } from "../../contract/describeFileError.ts";
import {
  type ErrorData,
  errorDataSchema,
  HearthError,
  isCancelled,
  toErrorData,
} from "../../contract/errors.ts";
import { type ModelId, modelIdSchema } from "../../contract/ids.ts";
import { type Model, modelKindSchema, modelMemorySchema } from "../../contract/models.ts";
import { readJson, writeJson } from "./atomicJson.ts";
import { hasMarker } from "./folder/folderMarker.ts";
import { isInside, movedPath } from "./folder/isInside.ts";
import { findModelFiles, type FolderScan, type FoundFile } from "./findModelFiles.ts";
import { splitPlace } from "./gguf/listSplitParts.ts";
import { inspectModel } from "./inspectModel.ts";
import { readModelRecord } from "./modelRecord.ts";

export type ModelRegistryOptions = {
  /** `<home>/models`: Hearth's own folder of models, until it is moved, and where notes are. */
  modelsDir: string;
  /** Hearth's own folder of models, now; `modelsDir` if left out. */
  ownFolder?: () => string;
  /** More folders of the user; asked at each scan. */
  extraFolders?: () => readonly string[];
};

const inspectionSchema = z.object({
  name: z.string(),
  kind: modelKindSchema,
  architecture: z.string(),
  parameters: z.number(),
  quantization: z.string(),
  bytes: z.number(),
  contextLength: z.int(),
  hasChatTemplate: z.boolean(),
  memory: modelMemorySchema.optional(),
  vocabularyHash: z.string().optional(),
});
const cacheEntrySchema = z.object({
  bytes: z.number(),
  mtimeMs: z.number(),
  inspection: inspectionSchema.optional(),
  error: errorDataSchema.optional(),
  /** It depends on other files as well: good for telling what was there, and for no more. */
  unsettled: z.boolean().optional(),
});
type CacheEntry = z.infer<typeof cacheEntrySchema>;
const cacheSchema = z.object({
  version: z.literal(4),
  entries: z.record(z.string(), cacheEntrySchema),
});
/** A file that lies elsewhere: its path, or with it the name that another program has for it. */
const addedFileSchema = z.union([z.string(), z.object({ path: z.string(), name: z.string() })]);
type AddedFile = z.infer<typeof addedFileSchema>;
const addedSchema = z.object({ files: z.array(addedFileSchema) });

/** Longest id that is kept as it is; the contract allows 256. */
const maximumIdLength = 200;

/**
 * Knows which models are on this computer. It looks when asked (`rescan`); files that have not
 * changed since, by path, size and time, are not read again.
 *
 * A model's id is its path below its folder without `.gguf`, with `/` between folders: stable over
 * restarts and readable on a command line. Hearth's own folder comes first; a model of another
 * folder whose id is taken gets `~` and six hex digits of its full path behind it.
 *
 * The models of a folder whose disk is away stay in the list, with that for their error.
 */
export class ModelRegistry {
  readonly #options: ModelRegistryOptions;
  readonly #cacheFile: string;
  readonly #addedFile: string;
  #models: readonly Model[] = [];
  #unreadable: FolderScan["unreadable"] = [];
  #away: ReadonlySet<string> = new Set();
  #cache: Map<string, CacheEntry> | null = null;
  #cacheChanged = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ModelRegistryOptions) {
    this.#options = options;
    this.#cacheFile = path.join(options.modelsDir, ".inspections.json");
    this.#addedFile = path.join(options.modelsDir, ".added.json");
  }

  /** The models of the last scan, usable ones and damaged ones (those have `error`). */
  list(): readonly Model[] {
    return this.#models;
  }

  /** Folders and links that the last scan could not read. */
  get unreadable(): FolderScan["unreadable"] {
    return this.#unreadable;
  }

  /** @throws HearthError `model-missing` */
  get(id: ModelId): Model {
    const model = this.#models.find((candidate) => candidate.id === id);
    if (model !== undefined) return model;
    throw new HearthError({
      code: "model-missing",
      title: `The model "${id}" is not here.`,
      cause: "No file of that name is in the model folders.",
      suggestion: "Choose another model, or download it again.",
    });
  }

  /** Looks through all folders. Scans wait for each other. @throws HearthError `cancelled` */
  rescan(signal?: AbortSignal): Promise<readonly Model[]> {
    return this.#queued(() => this.#scan(signal));
  }

  /**
   * Adds a file that lies outside the folders; it stays where it is and is remembered.
   * @param name what it is called, as a path below a folder, where its file does not say
   * @throws HearthError as `inspectModel` does
   */
  async addFile(file: string, name?: string, signal?: AbortSignal): Promise<Model> {
    const full = path.resolve(file);
    await inspectModel(full, signal);
    return this.#queued(async () => {
      const others = (await this.#addedFiles()).filter((known) => pathOf(known) !== full);
      const files = [...others, name === undefined ? full : { path: full, name }];
      await writeJson(this.#addedFile, { files });
      const model = (await this.#scan(signal)).find((candidate) => candidate.path === full);
      if (model !== undefined) return model;
      throw new HearthError({
        code: "model-missing",
        title: "The model could not be added.",
        cause: "Its file went away while Hearth was reading it.",
        suggestion: "Put the file back and add it again.",
      });
    });
  }

  /** Files were moved from one folder to another: those that were added by their path are known by the new one. */
  follow(from: string, to: string): Promise<void> {
    return this.#queued(async () => {
      const before = await this.#addedFiles();
      const files = before.map((file) =>
        typeof file === "string"
          ? movedPath(file, from, to)
          : { ...file, path: movedPath(file.path, from, to) },
      );
      if (!isDeepStrictEqual(files, before)) await writeJson(this.#addedFile, { files });
    });
  }

  /** Whether a folder has come or gone since the last scan. */
  async hasReachChanged(): Promise<boolean> {
    for (const folder of this.#folders()) {
      if ((await this.#isThere(folder)) === this.#away.has(folder)) return true;
    }
    return false;
  }

  /** All folders that are looked through, Hearth's own first. */
  #folders(): string[] {
    const { modelsDir, ownFolder, extraFolders } = this.#options;
    const all = [ownFolder?.() ?? modelsDir, ...(extraFolders?.() ?? [])];
    return [...new Set(all.map((folder) => path.resolve(folder)))];
  }

  /** Before the first download there is no folder of models, and nothing wrong with that. */
  async #isThere(folder: string): Promise<boolean> {
    const { modelsDir, ownFolder } = this.#options;
    if (folder === path.resolve(modelsDir)) return true;
    if (folder === path.resolve(ownFolder?.() ?? modelsDir)) return await hasMarker(folder);
    return await isReadable(folder);
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // The next in line waits for the end of this one, however it ends.
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #addedFiles(): Promise<AddedFile[]> {
    return (await readJson(this.#addedFile, addedSchema))?.files ?? [];
  }

  async #scan(signal: AbortSignal | undefined): Promise<readonly Model[]> {
    this.#cache ??= new Map(
      Object.entries((await readJson(this.#cacheFile, cacheSchema))?.entries ?? {}),
    );
    const unreadable: FolderScan["unreadable"] = [];
    const found = new Map<string, FoundFile>();
    const away = new Set<string>();
    const usual = path.resolve(this.#options.modelsDir);
    for (const folder of this.#folders()) {
      if (await this.#isThere(folder)) {
        const scan = await findModelFiles(folder);
        for (const file of scan.files) if (!found.has(file.path)) found.set(file.path, file);
        const problems = scan.unreadable.filter(({ path: at }) => at !== folder || at !== usual);
        unreadable.push(...problems);
        continue;
      }
      away.add(folder);
      unreadable.push({ path: folder, reason: "It is not there. Its disk may not be connected." });
      for (const file of this.#remembered(folder)) {
        if (!found.has(file.path)) found.set(file.path, file);
      }
    }
    for (const file of await this.#addedFiles()) {
      if (!found.has(pathOf(file)))
        await addSingleFile(file, found, unreadable, this.#cache?.get(pathOf(file)));
    }
    const files = [...found.values()].filter((file) => !isLaterPart(file, found));
    const models: Model[] = [];
    const taken = new Set<string>();
    for (const file of files) {
      const id = uniqueId(file, taken);
      taken.add(id);
      models.push(await this.#toModel(id, file, signal));
    }
    await this.#saveCache(files, unreadable);
    this.#models = models;
    this.#unreadable = unreadable;
    this.#away = away;
    return models;
  }

  /** What was in a folder when it was there last. */
  #remembered(folder: string): FoundFile[] {
    return [...(this.#cache ?? [])]
      .filter(([file, { inspection }]) => inspection !== undefined && isInside(file, folder))
      .map(([file, { bytes, mtimeMs }]) => ({
        path: file,
        relativePath: path.relative(folder, file).split(path.sep).join("/"),
        bytes,
        mtimeMs,
        away: folder,
      }))
      .toSorted((a, b) => (a.relativePath < b.relativePath ? -1 : 1));
  }

  async #toModel(id: ModelId, file: FoundFile, signal: AbortSignal | undefined): Promise<Model> {
    const { inspection, error } = await this.#inspect(file, signal);
    const lost = file.away === undefined ? {} : { error: notReachable(file.away) };
    const record = await readModelRecord(file.path, file.bytes);
    const origin = {
      source: record?.source ?? "A file on this computer",
      ...(record === null ? {} : { sha256: record.sha256 }),
    };
    const named = file.name === undefined ? {} : { name: file.name };
    if (inspection !== undefined)
      return { id, path: file.path, ...inspection, ...named, ...origin, ...lost };
    return {
      id,
      path: file.path,
      name: path.basename(file.path).replace(/\.gguf$/iu, ""),
      kind: "unknown",
      architecture: "",
      parameters: 0,
      quantization: "",
      bytes: file.bytes,
      contextLength: 0,
      hasChatTemplate: false,
      ...origin,
      ...(error === undefined ? {} : { error }),
    };
  }

  async #inspect(file: FoundFile, signal: AbortSignal | undefined): Promise<CacheEntry> {
    const { bytes, mtimeMs } = file;
    const known = this.#cache?.get(file.path);
    const isSame = known?.bytes === bytes && known.mtimeMs === mtimeMs;
    if (isSame && (!known.unsettled || file.away !== undefined)) return known;
    let entry: CacheEntry;
    try {
      const { chatTemplate: _kept, ...inspection } = await inspectModel(file.path, signal);
      entry = { bytes, mtimeMs, inspection };
    } catch (error) {
      if (isCancelled(error)) throw error;
      entry = { bytes, mtimeMs, error: toErrorData(error) };
    }
    // What depends on other files or on permissions can change without this file changing.
    if (entry.error?.code === "file-unreadable") return entry;
    if (splitPlace(file.path) !== null) entry.unsettled = true;
    if (isDeepStrictEqual(entry, known)) return entry;
    this.#cache?.set(file.path, entry);
    this.#cacheChanged = true;
    return entry;
  }

  async #saveCache(files: readonly FoundFile[], problems: FolderScan["unreadable"]): Promise<void> {
    const current = new Set(files.map((file) => file.path));
    for (const file of this.#cache?.keys() ?? []) {
      if (current.has(file)) continue;
      this.#cache?.delete(file);
      this.#cacheChanged = true;
    }
    if (!this.#cacheChanged) return;
    try {
      const entries = Object.fromEntries(this.#cache ?? []);
      await writeJson(this.#cacheFile, { version: 4, entries });
      this.#cacheChanged = false;
    } catch (error) {
      // Without it the next start only takes longer, so the scan goes on.
      problems.push({ path: this.#cacheFile, reason: describeFileError(error, this.#cacheFile) });
    }
  }
}

function pathOf(file: AddedFile): string {
  return typeof file === "string" ? file : file.path;
}

async function addSingleFile(
  added: AddedFile,
  found: Map<string, FoundFile>,
  unreadable: FolderScan["unreadable"],
  known: CacheEntry | undefined,
): Promise<void> {
  const file = pathOf(added);
  const relativePath = typeof added === "string" ? path.basename(file) : idOf(added.name);
  const named = typeof added === "string" ? {} : { name: added.name.replace(/^[^/]*\//u, "") };
  try {
    const { size: bytes, mtimeMs } = await stat(file);
    found.set(file, { path: file, relativePath, bytes, mtimeMs, ...named });
  } catch (error) {
    unreadable.push({ path: file, reason: describeFileError(error, file) });
    const away = path.dirname(file);
    // A file that is gone from a folder that is there was deleted; where both are gone a disk may be away.
    if (known?.inspection === undefined || (await isReadable(away))) return;
    const { bytes, mtimeMs } = known;
    found.set(file, { path: file, relativePath, bytes, mtimeMs, ...named, away });
  }
}

async function isReadable(folder: string): Promise<boolean> {
  return await access(folder, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function notReachable(folder: string): ErrorData {
  return {
    code: "file-missing",
    title: "Not reachable now.",
    cause: `Its folder ${folder} is not there. The disk may not be connected.`,
    suggestion: "Connect the disk: the model can be used again within seconds.",
  };
}

/** A name of another program as an id that can be typed. */
function idOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9._/]+/gu, "-");
}

/** True for parts of a split model other than the first, if the first is there to stand for them. */
function isLaterPart(file: FoundFile, found: ReadonlyMap<string, FoundFile>): boolean {
  const place = splitPlace(file.path);
  if (place === null || place.part === 1) return false;
  const first = file.path.replace(/-\d{5}(-of-\d{5}\.gguf)$/iu, "-00001$1");
  return found.has(first);
}

function uniqueId(file: FoundFile, taken: ReadonlySet<string>): ModelId {
  const stem = file.relativePath.replace(/\.gguf$/iu, "").slice(0, maximumIdLength);
  const isWhole = file.relativePath.length <= maximumIdLength + ".gguf".length;
  const digest = createHash("sha256").update(file.path).digest("hex").slice(0, 6);
  return modelIdSchema.parse(isWhole && !taken.has(stem) ? stem : `${stem}~${digest}`);
}
