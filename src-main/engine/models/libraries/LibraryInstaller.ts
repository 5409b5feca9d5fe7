import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { cancelledError, isCancelled, toErrorData } from "../../../contract/errors.ts";
import type {
  InstalledLibrary,
  LibrariesState,
  LibraryOffer,
  LibraryProgress,
} from "../../../contract/libraries.ts";
import { Cell } from "../../core/Cell.ts";
import type { Egress } from "../../egress/Egress.ts";
import { pinnedLibraryHashes } from "../../llama/child/pinnedLibraryHashes.ts";
import { addedFolderOf, hasDriver, libraryPackages } from "../../llama/locateLibraries.ts";
import { readJson, writeJson } from "../atomicJson.ts";
import { diskFull } from "../download/downloadErrors.ts";
import { syncFolderOf } from "../download/durableFile.ts";
import { freeBytesOf } from "../download/freeBytesOf.ts";
import type { SpeedLimit } from "../download/SpeedLimit.ts";
import { fetchTarball } from "./fetchTarball.ts";
import {
  librariesVersion,
  packageNameOf,
  packCommand,
  publishedPackages,
  tarballUrl,
  type PublishedFile,
  type PublishedPackage,
} from "./libraryCatalog.ts";
import * as refusals from "./libraryErrors.ts";
import { packageRegistry, registryAddress } from "./packageRegistry.ts";
import { BadTarball } from "./readTarball.ts";
import { type LibraryHashes, unpackLibraries } from "./unpackLibraries.ts";
import { verifyTarball } from "./verifyTarball.ts";

export interface LibraryInstallerOptions {
  readonly home: string;
  readonly egress: Pick<Egress, "fetch">;
  readonly limit: SpeedLimit;
  /** Address of the registry that the user has set, or null. */
  readonly registrySetting: () => string | null;
  /** Which packages can be used has changed. */
  readonly onChanged: () => Promise<void>;
  /** Packages that belong to another release were removed. */
  readonly onOutdated?: (names: readonly string[]) => void;
  readonly os?: string;
  readonly cpu?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Folder of the packages that came with Hearth, where they are not found as packages. */
  readonly root?: string | null;
  /** What is known of the packages; a test gives its own. */
  readonly published?: readonly PublishedPackage[];
  readonly hashes?: Readonly<Record<string, LibraryHashes>>;
  readonly freeBytes?: (folder: string) => Promise<number>;
  /** Wait after the first failure of a download, in milliseconds. */
  readonly firstDelayMs?: number;
}

/** Room that is left to the rest of the system. */
const spareBytes = 64 * 1024 * 1024;
const tellEveryMs = 100;
/** Names of what is half made or half gone; no package begins with a dot. */
const making = ".installing-";
const leaving = ".removing-";
const downloads = ".downloads";
const recordName = "library.json";

const recordSchema = z.object({ name: z.string(), version: z.string(), sha512: z.string() });

/**
 * Adds packages of native libraries to a home and removes them, one at a time. A package lies in
 * `<home>/libraries/<platform>` whole or not at all: it is put together beside it, from a file whose
 * content is the known one, and gets its place by one rename.
 */
export class LibraryInstaller implements AsyncDisposable {
  readonly state: Cell<LibrariesState>;
  readonly folder: string;
  readonly #options: LibraryInstallerOptions;
  readonly #all: readonly PublishedPackage[];
  /** Those for this computer. */
  readonly #published: readonly PublishedPackage[];
  #end: AbortController | null = null;
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(options: LibraryInstallerOptions) {
    this.#options = options;
    this.folder = path.join(options.home, "libraries");
    const { os = process.platform, cpu = process.arch, published = publishedPackages } = options;
    this.#all = published;
    this.#published = published.filter(
      (each) => each.use === "graphics" && each.os === os && each.cpu === cpu,
    );
    this.state = new Cell<LibrariesState>({
      offers: [],
      registry: { address: null, from: "none", problem: null },
      folder: this.folder,
      installing: null,
      failed: null,
    });
  }

  /** Removes what a killed engine left half done, and packages of another release, and looks what is there. */
  static async open(options: LibraryInstallerOptions): Promise<LibraryInstaller> {
    const installer = new LibraryInstaller(options);
    await installer.#sweep();
    installer.refresh();
    return installer;
  }

  /** Looks again at what is there, and where packages would come from. */
  refresh(): void {
    const { environment, registrySetting } = this.#options;
    this.state.update((state) => ({
      ...state,
      offers: this.#offers(),
      registry: packageRegistry(registrySetting(), environment),
    }));
  }

  /**
   * @param file the package's file, or null to fetch it
   * @param registry address to fetch it from, instead of the named one
   * @param signal only a caller that cancels stops it; one that is gone does not
   * @throws HearthError why it cannot be done; nothing is installed then
   */
  async install(
    name: string,
    source: { readonly file: string | null; readonly registry: string | null },
    onProgress: (progress: LibraryProgress) => void,
    signal: AbortSignal,
  ): Promise<InstalledLibrary> {
    const { name: platform, file } = this.#installable(name);
    const running = this.state.get().installing;
    if (this.#end !== null) throw refusals.busyInstalling(running?.name ?? name);
    const end = new AbortController();
    const stop = (): void => {
      if (isCancelled(signal.reason)) end.abort(cancelledError());
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    this.#end = end;
    const tell = (progress: LibraryProgress): void => {
      this.state.update((state) => ({ ...state, installing: progress, failed: null }));
      onProgress(progress);
    };
    const installing = this.#install(platform, file, source, seldom(tell), end.signal);
    this.#ended = installing.catch(() => undefined);
    try {
      return await installing;
    } catch (error) {
      const told = this.#explain(platform, error, end.signal);
      const failed = isCancelled(told) ? null : { name: platform, error: toErrorData(told) };
      this.state.update((state) => ({ ...state, failed }));
      throw told;
    } finally {
      signal.removeEventListener("abort", stop);
      this.#end = null;
      this.state.update((state) => ({ ...state, installing: null }));
      this.refresh();
    }
  }

  /** Stops what is being installed, and waits until nothing of it is left but what has arrived. */
  async cancel(): Promise<void> {
    this.#end?.abort(cancelledError());
    await this.#ended;
  }

  /** @returns bytes that are free now @throws HearthError `not-found`, `conflict`, `not-allowed` */
  async remove(name: string): Promise<number> {
    if (this.state.get().installing?.name === name) throw refusals.busyInstalling(name);
    if (!(await this.#names()).includes(name)) throw refusals.notAdded(name);
    const place = path.join(this.folder, name);
    const gone = path.join(this.folder, `${leaving}${name}`);
    let bytes: number;
    try {
      bytes = await sizeOf(place);
      await rm(gone, { recursive: true, force: true });
      // From here on it is not found any more, whatever comes.
      await rename(place, gone);
      await rm(gone, { recursive: true, force: true });
    } catch (error) {
      throw refusals.systemFailure(
        error,
        `${name} could not be removed.`,
        "Unload the models that use it, and try again.",
      );
    }
    this.refresh();
    await this.#options.onChanged();
    return bytes;
  }

  /** Removes all added packages, and what has arrived of others. @throws as {@link remove} */
  async removeAll(): Promise<void> {
    const { installing } = this.state.get();
    if (installing !== null) throw refusals.busyInstalling(installing.name);
    for (const name of await this.#names()) await this.remove(name);
    await rm(path.join(this.folder, downloads), { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  #installable(name: string): { name: string; file: PublishedFile } {
    const offers = this.#offers();
    const wanted = this.#published.find((each) => each.name === name);
    if (!wanted) {
      const foreign = this.#all.find((each) => each.name === name);
      if (foreign?.use === "graphics" && foreign.file === null) throw refusals.unverifiable(name);
      throw refusals.unknownLibrary(
        name,
        offers.map((offer) => offer.name),
      );
    }
    if (wanted.file === null) throw refusals.unverifiable(name);
    if (offers.find((offer) => offer.name === name)?.status !== "absent")
      throw refusals.alreadyHere(name);
    return { name, file: wanted.file };
  }

  async #install(
    name: string,
    file: PublishedFile,
    source: { readonly file: string | null; readonly registry: string | null },
    tell: (progress: LibraryProgress) => void,
    signal: AbortSignal,
  ): Promise<InstalledLibrary> {
    await this.#checkRoom(name, file.diskBytes + (source.file === null ? file.bytes : 0));
    const tarball = source.file ?? (await this.#fetch(name, file, source.registry, tell, signal));
    const stage = (which: "verifying" | "unpacking", totalBytes: number) => (bytes: number) =>
      tell({ name, stage: which, bytes, totalBytes, bytesPerSecond: 0 });
    try {
      await verifyTarball({
        ...{ name, expected: file, file: tarball, published: this.#all, signal },
        onBytes: stage("verifying", file.bytes),
      });
    } catch (error) {
      // What was fetched was right then: the disk has changed it, and it begins anew.
      if (source.file === null && !signal.aborted) await rm(tarball, { force: true });
      throw error;
    }
    const staging = path.join(this.folder, `${making}${name}`);
    const place = path.join(this.folder, name);
    try {
      await rm(staging, { recursive: true, force: true });
      await mkdir(staging, { recursive: true });
      const bytes = await unpackLibraries({
        ...{ file: tarball, target: staging, platform: name, signal },
        hashes: (this.#options.hashes ?? pinnedLibraryHashes)[name] ?? {},
        diskBytes: file.diskBytes,
        onBytes: stage("unpacking", file.diskBytes),
      });
      const record = { name, version: librariesVersion, sha512: file.sha512 };
      await writeJson(path.join(staging, recordName), record);
      signal.throwIfAborted();
      await rename(staging, place);
      await syncFolderOf(place);
      if (source.file === null) await rm(tarball, { force: true });
      await this.#options.onChanged();
      return { name, folder: addedFolderOf(this.folder, name), bytes };
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }

  async #fetch(
    name: string,
    file: PublishedFile,
    ownRegistry: string | null,
    tell: (progress: LibraryProgress) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const { egress, limit, registrySetting, environment, firstDelayMs } = this.#options;
    const named = packageRegistry(registrySetting(), environment);
    const address = ownRegistry === null ? named.address : registryAddress(ownRegistry);
    if (address === null) throw refusals.noRegistry(name, named.problem);
    const folder = path.join(this.folder, downloads);
    await mkdir(folder, { recursive: true });
    const target = path.join(folder, `${name}-${librariesVersion}.tgz`);
    await fetchTarball({
      ...{ egress, limit, signal, target, file, firstDelayMs },
      url: tarballUrl(address, name),
      onProgress: (bytes, bytesPerSecond) =>
        tell({ name, stage: "downloading", bytes, totalBytes: file.bytes, bytesPerSecond }),
    });
    return target;
  }

  async #checkRoom(name: string, bytes: number): Promise<void> {
    const { freeBytes = freeBytesOf } = this.#options;
    await mkdir(this.folder, { recursive: true });
    const free = await freeBytes(this.folder);
    if (bytes + spareBytes > free) throw diskFull(name, bytes + spareBytes, free);
  }

  #explain(name: string, error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return cancelledError();
    if (error instanceof BadTarball) return refusals.wrongFile(name, error.message);
    return refusals.systemFailure(
      error,
      `${name} could not be installed.`,
      "Check the path and its rights, and try again.",
    );
  }

  #offers(): LibraryOffer[] {
    const { os = process.platform, cpu = process.arch, root } = this.#options;
    const shipped = libraryPackages({ os, cpu, ...(root === undefined ? {} : { root }) });
    return this.#published.map(({ name, backend, file }) => {
      const isShipped = shipped.some((each) => each.platform === name && each.folder !== null);
      const isAdded = existsSync(addedFolderOf(this.folder, name));
      return {
        name,
        packageName: packageNameOf(name),
        version: librariesVersion,
        backend,
        status: isShipped ? "shipped" : isAdded ? "added" : "absent",
        downloadBytes: file?.bytes ?? null,
        diskBytes: file?.diskBytes ?? null,
        verifiable: file !== null,
        hasDriver: hasDriver(backend, os),
        command: packCommand(name),
      };
    });
  }

  /** Packages that lie in the home, whether they are offered or not. */
  async #names(): Promise<string[]> {
    return (await namesIn(this.folder)).filter((name) => !name.startsWith("."));
  }

  async #sweep(): Promise<void> {
    for (const name of await namesIn(this.folder))
      if (name.startsWith(making) || name.startsWith(leaving))
        await rm(path.join(this.folder, name), { recursive: true, force: true });
    for (const name of await namesIn(path.join(this.folder, downloads)))
      if (!name.includes(`-${librariesVersion}.tgz`))
        await rm(path.join(this.folder, downloads, name), { recursive: true, force: true });
    const outdated: string[] = [];
    for (const name of await this.#names()) {
      const record = await readJson(path.join(this.folder, name, recordName), recordSchema);
      if (record === null || record.version === librariesVersion) continue;
      // The gate would refuse them; they only take room.
      await rm(path.join(this.folder, name), { recursive: true, force: true });
      outdated.push(name);
    }
    if (outdated.length > 0) this.#options.onOutdated?.(outdated);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Passes on each new stage and the last of one, and of the rest what comes a while after the last. */
function seldom(tell: (progress: LibraryProgress) => void): (progress: LibraryProgress) => void {
  let last = { at: 0, stage: "" };
  return (progress) => {
    const now = performance.now();
    const isEnd = progress.bytes >= progress.totalBytes;
    if (progress.stage === last.stage && !isEnd && now - last.at < tellEveryMs) return;
    last = { at: now, stage: progress.stage };
    tell(progress);
  };
}
