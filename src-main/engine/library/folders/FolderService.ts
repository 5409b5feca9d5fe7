import fs from "node:fs/promises";
import path from "node:path";
import { HearthError } from "../../../contract/errors.ts";
import type { FoldersState, WatchedFolderSettings } from "../../../contract/folders.ts";
import type { DocumentId } from "../../../contract/ids.ts";
import { Cell } from "../../core/Cell.ts";
import type { SettingsService } from "../../core/SettingsService.ts";
import type { Store } from "../../store/Store.ts";
import type { DocumentList } from "../DocumentList.ts";
import { cannotOpen } from "../expandPaths.ts";
import type { IngestService } from "../IngestService.ts";
import { beginningOf } from "./beginningOf.ts";
import { patternFor } from "./IgnoreRules.ts";
import { mergePatterns } from "./mergePatterns.ts";
import { WatchedFolder, type FolderLibrary } from "./WatchedFolder.ts";

export interface FolderServiceOptions {
  home: string;
  store: Pick<Store, "documents">;
  settings: Pick<SettingsService, "cell" | "update">;
  list: DocumentList;
  ingest: IngestService;
  onFault: (error: unknown) => void;
}

/** Changes of the list of documents are counted this often. */
const showEveryMs = 500;

/** The folders that the library follows, as the settings name them. */
export class FolderService implements AsyncDisposable {
  readonly state = new Cell<FoldersState>({ folders: [] });
  readonly #options: FolderServiceOptions;
  readonly #library: FolderLibrary;
  /** Those that the user is taking out. */
  readonly #leaving = new Set<DocumentId>();
  #folders: WatchedFolder[] = [];
  #following: Promise<void> = Promise.resolve();
  #changing: Promise<void> = Promise.resolve();
  readonly #stops: (() => void)[] = [];
  #showing: NodeJS.Timeout | undefined;

  constructor(options: FolderServiceOptions) {
    this.#options = options;
    const { store, ingest } = options;
    this.#library = {
      // What belongs to a message is not of the folder.
      below: async (folder) => {
        const records = await store.documents.listBelow(beginningOf(folder));
        return records.filter(({ attachment }) => !attachment);
      },
      get: (documentId) => store.documents.get(documentId),
      take: (files) => ingest.takeInBackground(files),
      remove: async (documentIds) => {
        const staying = documentIds.filter((id) => !this.#leaving.has(id));
        if (staying.length > 0) await ingest.remove(staying);
      },
    };
  }

  /** Begins to follow the settings. */
  start(): void {
    const follow = (): void => {
      this.#following = this.#following.then(() => this.#follow()).catch(this.#options.onFault);
    };
    const { settings, list } = this.#options;
    this.#stops.push(settings.cell.subscribe(follow));
    // How many documents a folder has.
    const showSoon = (): void => {
      this.#showing ??= setTimeout(() => this.#show(), showEveryMs);
    };
    this.#stops.push(list.cell.subscribe(showSoon));
    follow();
  }

  /** @throws HearthError `file-missing`, `file-unreadable`, `bad-input`, `conflict` */
  async add({ path: given, ignore }: WatchedFolderSettings): Promise<void> {
    const folder = path.resolve(given);
    const stat = await fs.stat(folder).catch((error: unknown) => {
      throw cannotOpen(folder, error);
    });
    if (!stat.isDirectory()) throw noFolder(folder);
    await this.#change((others) => {
      const other = others.find((one) => isWithin(folder, one.path) || isWithin(one.path, folder));
      if (other) throw overlaps(folder, other.path);
      return [...others, { path: folder, ignore }];
    });
  }

  /**
   * @param seen the patterns that the change began from; those that came or went since then stay so
   * @throws HearthError `not-found`
   */
  async update(
    { path: folder, ignore }: WatchedFolderSettings,
    seen?: readonly string[],
  ): Promise<void> {
    await this.#changeIgnore(folder, (current) =>
      seen === undefined ? ignore : mergePatterns(seen, ignore, current),
    );
  }

  /** @throws HearthError `not-found` */
  async remove(folder: string, keepDocuments: boolean): Promise<void> {
    await this.#change((folders) => {
      find(folders, folder);
      return folders.filter((one) => one.path !== folder);
    });
    await this.#following;
    if (keepDocuments) return;
    await this.#library.remove((await this.#library.below(folder)).map(({ id }) => id));
  }

  /**
   * Takes a document out of the library, as the user wants it. It must not come back while its file lies
   * in a watched folder: the file is passed over from now on.
   *
   * @throws HearthError `not-found`
   */
  async removeDocuments(documentIds: readonly DocumentId[]): Promise<void> {
    for (const id of documentIds) this.#leaving.add(id);
    try {
      const patterns = new Map<string, string[]>();
      for (const id of documentIds) {
        const record = await this.#library.get(id);
        const folder = record && this.#settings().find((one) => isWithin(record.path, one.path));
        if (!record || !folder) continue;
        const pattern = patternFor(folder.path, record.path);
        patterns.set(folder.path, [...(patterns.get(folder.path) ?? []), pattern]);
      }
      for (const [folder, added] of patterns)
        await this.#changeIgnore(folder, (current) => [...current, ...added]);
      await this.#options.ingest.remove(documentIds);
    } finally {
      for (const id of documentIds) this.#leaving.delete(id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#showing);
    await this.#following;
    await Promise.all(this.#folders.map((folder) => folder[Symbol.asyncDispose]()));
  }

  #settings(): readonly WatchedFolderSettings[] {
    return this.#options.settings.cell.get().watchedFolders;
  }

  /** One change after the other, each from what the one before has left. */
  async #change(
    make: (folders: readonly WatchedFolderSettings[]) => WatchedFolderSettings[],
  ): Promise<void> {
    const change = this.#changing.then(async () => {
      await this.#options.settings.update({ watchedFolders: make(this.#settings()) });
    });
    // The next one does not mind that this one failed; its caller is told.
    this.#changing = change.catch(() => {});
    await change;
  }

  async #changeIgnore(folder: string, make: (current: string[]) => string[]): Promise<void> {
    await this.#change((folders) => {
      const before = find(folders, folder);
      const after = { ...before, ignore: make(before.ignore) };
      return folders.map((one) => (one === before ? after : one));
    });
  }

  async #follow(): Promise<void> {
    const wanted = this.#settings();
    const kept: WatchedFolder[] = [];
    for (const folder of this.#folders) {
      const same = wanted.some(
        (one) => one.path === folder.path && one.ignore.join("\n") === folder.ignore.join("\n"),
      );
      if (same) kept.push(folder);
      else await folder[Symbol.asyncDispose]();
    }
    const { home, onFault } = this.#options;
    const before = new Set(this.#folders.map((folder) => folder.path));
    this.#folders = wanted.map(
      ({ path: folder, ignore }) =>
        kept.find((one) => one.path === folder) ??
        new WatchedFolder({
          path: folder,
          ignore,
          never: [home],
          sweeps: before.has(folder),
          library: this.#library,
          onStatus: () => this.#show(),
          onFault,
        }),
    );
    this.#show();
  }

  #show(): void {
    clearTimeout(this.#showing);
    this.#showing = undefined;
    const { documents } = this.#options.list.cell.get();
    this.state.set({
      folders: this.#folders.map(({ path: folder, ignore, status }) => ({
        path: folder,
        ignore: [...ignore],
        status,
        documents: documents.filter((row) => !row.attachment && isWithin(row.path, folder)).length,
      })),
    });
  }
}

function find(folders: readonly WatchedFolderSettings[], folder: string): WatchedFolderSettings {
  const found = folders.find((one) => one.path === folder);
  if (found) return found;
  throw new HearthError({
    code: "not-found",
    title: `${folder} is not a watched folder.`,
    suggestion: "Look at the list of watched folders.",
  });
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(beginningOf(folder));
}

function noFolder(folder: string): HearthError {
  return new HearthError({
    code: "bad-input",
    title: `${path.basename(folder)} is not a folder.`,
    suggestion: "Choose a folder, or add the file itself.",
  });
}

function overlaps(folder: string, other: string): HearthError {
  return new HearthError({
    code: "conflict",
    title: "This folder is watched already.",
    cause: `${folder} and ${other} lie within each other.`,
    suggestion: "Remove the other one first if you want to watch this one instead.",
  });
}
