import { watch, type FSWatcher } from "node:fs";
import path from "node:path";
import { beginningOf } from "./beginningOf.ts";

/** macOS and Windows watch a whole tree at once; elsewhere each folder needs a watcher of its own. */
const watchesTrees = process.platform === "darwin" || process.platform === "win32";

/** Tells in which folders of a tree something may have changed. */
export class FolderWatchers implements Disposable {
  readonly #root: string;
  readonly #onChange: (folder: string) => void;
  readonly #onFailed: () => void;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(options: {
    root: string;
    onChange: (folder: string) => void;
    /** A folder cannot be watched; such as when the system allows no more watchers. */
    onFailed: () => void;
  }) {
    this.#root = options.root;
    this.#onChange = options.onChange;
    this.#onFailed = options.onFailed;
  }

  /** Watches a folder, if it is not watched yet. */
  add(folder: string): void {
    const place = watchesTrees ? this.#root : folder;
    if (this.#watchers.has(place)) return;
    try {
      const watcher = watch(place, { persistent: false, recursive: watchesTrees });
      watcher.on("change", (_event, name) => {
        const file = typeof name === "string" ? path.join(place, name) : place;
        this.#onChange(watchesTrees && file !== place ? path.dirname(file) : place);
      });
      watcher.on("error", () => this.#drop(place));
      this.#watchers.set(place, watcher);
    } catch {
      // The folder went away, or there are too many watchers: looking now and then has to do.
      this.#onFailed();
    }
  }

  /** A folder and all below it are not there any more. */
  removeBelow(folder: string): void {
    if (watchesTrees && folder !== this.#root) return;
    for (const place of this.#watchers.keys()) {
      if (place === folder || place.startsWith(beginningOf(folder))) this.#drop(place);
    }
  }

  [Symbol.dispose](): void {
    this.removeBelow(this.#root);
  }

  #drop(place: string): void {
    this.#watchers.get(place)?.close();
    this.#watchers.delete(place);
  }
}
