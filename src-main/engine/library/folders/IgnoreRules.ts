import path from "node:path";
import ignore, { type Ignore } from "ignore";
import { readableExtensions } from "../readers/fileTypes.ts";

/** Files of other kinds in a folder are passed over; a file that was named itself is always tried. */
const readable = new Set(readableExtensions.map((extension) => `.${extension}`));
/** Folders of what tools have fetched or made, thousands of files that nobody has written. */
const passedOver = new Set(["node_modules", "__pycache__", "site-packages", "bower_components"]);

/** What of a folder is passed over: patterns as in a `.gitignore`, and what nobody has written. */
export class IgnoreRules {
  readonly #root: string;
  readonly #rules: Ignore;
  /** Folders that are never looked at, such as Hearth's own. */
  readonly #never: readonly string[];

  constructor(root: string, patterns: readonly string[], never: readonly string[] = []) {
    this.#root = root;
    this.#rules = ignore().add([...patterns]);
    this.#never = never;
  }

  passesFolder(folder: string): boolean {
    if (isPassedOver(path.basename(folder)) || this.#never.includes(folder)) return false;
    return !this.#rules.ignores(`${this.#relative(folder)}/`);
  }

  /** @param folder the root, or one below it. @returns whether nothing on the way is passed over */
  reaches(folder: string): boolean {
    if (folder === this.#root) return true;
    return this.passesFolder(folder) && this.reaches(path.dirname(folder));
  }

  passesFile(file: string): boolean {
    const ending = path.extname(file).toLowerCase();
    return !isPassedOver(path.basename(file)) && readable.has(ending) && !this.excludes(file);
  }

  /** Whether the patterns alone pass it over, whatever kind of file it is. */
  excludes(file: string): boolean {
    return this.#rules.ignores(this.#relative(file));
  }

  #relative(file: string): string {
    return path.relative(this.#root, file).split(path.sep).join("/");
  }
}

/** The pattern for one file of a folder and no other. */
export function patternFor(root: string, file: string): string {
  const relative = path.relative(root, file).split(path.sep).join("/");
  return `/${relative.replace(/[\\*?[\]]/gu, String.raw`\$&`).replace(/ $/u, String.raw`\ `)}`;
}

/** Whether a file or folder of this name is passed over in folders. */
function isPassedOver(name: string): boolean {
  return name.startsWith(".") || passedOver.has(name);
}
