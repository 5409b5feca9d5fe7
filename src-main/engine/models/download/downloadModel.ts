import type { Stats } from "node:fs";
import { access, mkdir, rename, stat } from "node:fs/promises";
import path from "node:path";
import { HearthError } from "../../../contract/errors.ts";
import { splitPlace } from "../gguf/listSplitParts.ts";
import type { HubClient } from "../hub/HubClient.ts";
import { readModelRecord, writeModelRecord } from "../modelRecord.ts";
import { checksumMismatch, diskFull } from "./downloadErrors.ts";
import type { QueueItem } from "./DownloadQueue.ts";
import {
  PassingFailure,
  type RangeDownloadOptions,
  type RangeProgress,
} from "./downloadOptions.ts";
import { syncFolderOf } from "./durableFile.ts";
import { freeBytesOf } from "./freeBytesOf.ts";
import { RangeDownload } from "./RangeDownload.ts";
import { safePathBelow } from "./safeFileName.ts";

/** Fetches one model and puts it among the models. */
export type ModelDownload = (
  item: QueueItem,
  options: {
    /** Folder for what has arrived; it is not among the models. */
    staging: string;
    signal: AbortSignal;
    onProgress: (progress: RangeProgress) => void;
  },
) => Promise<void>;

export type ModelDownloadOptions = Pick<
  RangeDownloadOptions,
  | "egress"
  | "limit"
  | "connections"
  | "segmentBytes"
  | "patience"
  | "firstDelayMs"
  | "idleMs"
  | "journalMs"
  | "freeBytes"
> & {
  /** Folder of models, now. @throws HearthError while its disk is away */
  readonly modelsDir: () => Promise<string>;
  readonly hub: HubClient;
};

/**
 * Where a model's file lies once it is here: `owner/name/…/file` below the folder of models; all parts of
 * a split one in a folder of their own, so that they can appear at once.
 * @throws HearthError `not-allowed` for names that no file may have
 */
export function installedPath(modelsDir: string, repository: string, key: string): string {
  const place = splitPlace(key);
  const name = key.split("/").at(-1) ?? key;
  const relative = place === null ? key : `${place.stem}/${name}`;
  // Also a name that is left out must be one that a file may have.
  safePathBelow(modelsDir, key);
  return path.join(
    safePathBelow(modelsDir, repository),
    path.relative(modelsDir, safePathBelow(modelsDir, relative)),
  );
}

/** Whether the quantization of which this is the first file is here, as the record beside it says. */
export async function isInstalled(target: string, file: { bytes: number; sha256: string }) {
  const size = (await stat(target).catch(() => null))?.size;
  if (size !== file.bytes) return false;
  return (await readModelRecord(target, file.bytes))?.sha256 === file.sha256;
}

/**
 * Downloads all files of a model into the staging folder, one after the other, each verified there; then
 * moves them among the models in one step.
 * @throws as {@link RangeDownload.run}; HearthError `conflict` where another file has its place
 */
export function modelDownloader(options: ModelDownloadOptions): ModelDownload {
  const { hub, modelsDir, egress, limit, ...tuning } = options;
  return async (item, { staging, signal, onProgress }) => {
    const { repository, revision, files } = item;
    const first = files[0];
    if (first === undefined) return;
    const folder = await modelsDir().catch((error: unknown) => {
      throw error instanceof HearthError ? new PassingFailure(error) : error;
    });
    const target = installedPath(folder, repository, first.path);
    // A process may have been killed when all was in place but not yet on record.
    if (await isInstalled(target, first)) return;
    await checkPlace(target, files.length > 1);
    let before = 0;
    await checkRoom(item, staging, options.freeBytes ?? freeBytesOf);
    for (const file of files) {
      const staged = stagedPath(staging, file.path);
      const offset = before;
      const tell = (progress: RangeProgress): void =>
        onProgress({ ...progress, bytes: offset + progress.bytes });
      // It has this name only once it was whole and right.
      const isHere = (await stat(staged).catch(() => null))?.size === file.bytes;
      if (!isHere) {
        const url = hub.fileUrl(repository, revision, file.path);
        await new RangeDownload({
          ...tuning,
          egress,
          limit,
          signal,
          url,
          access: () => hub.access(url),
          target: staged,
          name: path.posix.basename(file.path),
          sha256: file.sha256,
          totalBytes: file.bytes,
          onProgress: tell,
        }).run();
      }
      before += file.bytes;
    }
    await install(item, staging, target, hub);
  };
}

const stagedFolder = "files";

function stagedPath(staging: string, filePath: string): string {
  const name = filePath.split("/").at(-1) ?? filePath;
  return safePathBelow(path.join(staging, stagedFolder), name);
}

/** Room for all parts is asked for before the first one. */
async function checkRoom(
  { repository, files }: QueueItem,
  staging: string,
  freeBytes: (folder: string) => Promise<number>,
): Promise<void> {
  if (files.length === 1) return;
  await mkdir(staging, { recursive: true });
  const sizes = await Promise.all(
    files.map(async ({ path: file, bytes }) => {
      const staged = stagedPath(staging, file);
      const there =
        (await stat(staged).catch(() => null)) ?? (await stat(`${staged}.part`).catch(() => null));
      return Math.max(0, bytes - allocatedBytes(there));
    }),
  );
  const needed = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const free = await freeBytes(staging);
  if (needed > free) throw diskFull(repository, needed, free);
}

const blockBytes = 512;

/** What a file really takes of the disk: of one that arrives in parts, gaps have a size and no room yet. */
function allocatedBytes(there: Stats | null): number {
  return there === null ? 0 : Math.min(there.size, there.blocks * blockBytes);
}

async function checkPlace(target: string, isSplit: boolean): Promise<void> {
  const place = isSplit ? path.dirname(target) : target;
  const isTaken = await access(place).then(
    () => true,
    () => false,
  );
  if (!isTaken) return;
  throw new HearthError({
    code: "conflict",
    title: `${path.basename(place)} is among the models already.`,
    cause: "A file or folder of this name is there.",
    suggestion: "Use that one, or move it away and try again.",
  });
}

async function install(
  item: QueueItem,
  staging: string,
  target: string,
  hub: HubClient,
): Promise<void> {
  const { repository, revision, files } = item;
  const first = files[0];
  if (first === undefined) return;
  const staged = stagedPath(staging, first.path);
  if ((await stat(staged)).size !== first.bytes)
    throw checksumMismatch(first.path, "It changed on the disk.");
  const source = hub.fileUrl(repository, revision, first.path);
  const record = { source, sha256: first.sha256, bytes: first.bytes };
  if (files.length === 1) {
    await mkdir(path.dirname(target), { recursive: true });
    // The record first: what it stands beside is listed as soon as it has its name.
    await writeModelRecord(target, record);
    await rename(staged, target);
    await syncFolderOf(target);
    return;
  }
  await writeModelRecord(staged, record);
  const folder = path.dirname(target);
  await mkdir(path.dirname(folder), { recursive: true });
  await rename(path.dirname(staged), folder);
  await syncFolderOf(folder);
}
