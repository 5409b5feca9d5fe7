import type { Dirent } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { sameState, stateOfFile, type FileState } from "../identifyFile.ts";
import type { IgnoreRules } from "./IgnoreRules.ts";

const maxDepth = 32;
/** So many files are looked at together. */
const statsAtOnce = 32;

export interface FoundFile {
  readonly path: string;
  readonly state: FileState;
}

export interface Walked {
  readonly files: readonly string[];
  /** All folders that were looked into, the given one first. */
  readonly folders: readonly string[];
  /** The folders right below the given one. */
  readonly children: readonly string[];
  readonly isEmpty: boolean;
}

const { compare } = new Intl.Collator("en");

/**
 * The files of a folder that may be taken in, by their entries alone, in order of name. Links are not followed, so there
 * is no way round in a circle.
 *
 * @param deep whether to look into folders, by their path; default: into all
 * @param onFolder told of each folder before it is looked into
 * @param onUnreadable told of each folder below that cannot be read; the walk goes on without it
 * @throws what kept the given folder from being read
 */
export async function walkFolder(
  folder: string,
  rules: IgnoreRules,
  signal: AbortSignal,
  options: {
    deep?: (folder: string) => boolean;
    onFolder?: (folder: string) => void;
    onUnreadable?: (folder: string, error: unknown) => void;
  } = {},
): Promise<Walked> {
  const { deep = () => true, onFolder = () => {}, onUnreadable = () => {} } = options;
  const files: string[] = [];
  const folders: string[] = [];
  const look = async (at: string, depth: number): Promise<Dirent[]> => {
    signal.throwIfAborted();
    onFolder(at);
    const entries = await fs.readdir(at, { withFileTypes: true });
    folders.push(at);
    for (const entry of entries.toSorted((a, b) => compare(a.name, b.name))) {
      const child = path.join(at, entry.name);
      if (entry.isDirectory()) {
        if (depth >= maxDepth || !rules.passesFolder(child) || !deep(child)) continue;
        // One that is gone or may not be read holds nothing that could be taken in.
        await look(child, depth + 1).catch((error: unknown) => {
          signal.throwIfAborted();
          onUnreadable(child, error);
        });
      } else if (entry.isFile() && rules.passesFile(child)) files.push(child);
    }
    return entries;
  };
  const entries = await look(folder, 0);
  return {
    files,
    folders,
    children: entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.join(folder, name)),
    isEmpty: entries.length === 0,
  };
}

/** Those that are there, with size and dates. */
export async function statAll(files: readonly string[], signal: AbortSignal): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (let from = 0; from < files.length; from += statsAtOnce) {
    signal.throwIfAborted();
    const part = files.slice(from, from + statsAtOnce).map(async (file) => {
      const state = await stateOfFile(file).catch(() => undefined);
      return state && { path: file, state };
    });
    for (const file of await Promise.all(part)) if (file) found.push(file);
  }
  return found;
}

/** Whether a file is as it was when it was last taken in, or last could not be. */
export function isKnown(known: FileState | undefined, { state }: FoundFile): boolean {
  return known !== undefined && sameState(known, state);
}
