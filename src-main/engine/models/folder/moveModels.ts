import { lstat, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { cancelledError, HearthError } from "../../../contract/errors.ts";
import type { MoveProgress } from "../../../contract/storage.ts";
import { hasMarker, removeMarker, writeMarker } from "./folderMarker.ts";
import { listMovable, type Movable } from "./listMovable.ts";
import {
  type MovedFile,
  type MoveJournal,
  readMoveJournal,
  removeMoveJournal,
  writeMoveJournal,
} from "./moveJournal.ts";
import { areAlike, placeCopy, placeLink } from "./placeCopy.ts";
import { removeTwins } from "./removeTwins.ts";

/** What a move, and what is left of one after a kill, have to do with. */
export interface MovePlaces {
  /** `<home>/models`, which is no folder of models alone: notes stay in it. */
  readonly usual: string;
  readonly home: string;
  readonly journalFile: string;
  /** The folder of models by the settings. */
  readonly current: () => string;
  /** Makes it another one; returns when that is on the disk. */
  readonly switchTo: (folder: string) => Promise<void>;
  /** Told before each change on the disk; a test stops there. */
  readonly onStep?: (step: string) => void;
}

export interface MoveOptions extends MovePlaces {
  /** A folder that may be used, see `chooseTarget`. */
  readonly to: string;
  readonly onProgress: (progress: MoveProgress) => void;
  readonly signal: AbortSignal;
  /** The setting names the new folder: whoever holds files of the old one lets go of them. */
  readonly onSwitched: () => Promise<void>;
  /** Whether files on the same disk get a second name instead of a copy. */
  readonly mayLink?: boolean;
}

export interface Moved {
  readonly files: number;
  readonly bytes: number;
  /** Old files that another program holds; they are removed with the next start. */
  readonly left: number;
}

/** Files that are added or replaced while they are copied are copied again, so often. */
const mostPasses = 5;

/**
 * Moves the models of a folder: all get a second, verified place; then the setting is switched; then the
 * old ones go. An engine that is killed at any moment in between has all of them in the folder that its
 * settings name; the next one finishes or undoes the rest by the journal, see {@link recoverMove}.
 *
 * @throws HearthError `cancelled`, `conflict`, `checksum-mismatch`; else what the system says. Nothing is
 *   moved then.
 */
export async function moveModels(options: MoveOptions): Promise<Moved> {
  const { to, usual, home, journalFile, current, switchTo, signal } = options;
  const onStep = options.onStep ?? (() => {});
  const from = current();
  const copying = new Copying(from, options);
  const journal = await copying.plan();
  onStep("journal");
  await writeMoveJournal(journalFile, journal);
  try {
    onStep("marker");
    if (to !== usual) await writeMarker(to, home);
    await copying.run(journal);
    if (signal.aborted) throw cancelledError();
    journal.phase = "switching";
    onStep("verified");
    await writeMoveJournal(journalFile, journal);
    onStep("switch");
    await switchTo(to);
  } catch (error) {
    // A switch that failed may have been made all the same; then there is nothing to undo.
    if (current() !== to) {
      await undo(journal, options);
      throw signal.aborted ? cancelledError() : error;
    }
  }
  onStep("switched");
  await options.onSwitched();
  const bytes = journal.files.reduce((sum, file) => sum + file.bytes, 0);
  options.onProgress({ stage: "removing", doneBytes: bytes, totalBytes: bytes, file: "" });
  return { files: journal.files.length, bytes, left: await finish(journal, options) };
}

/**
 * Finishes or undoes a move that a killed engine left. `waiting`: one of the two folders is not there now,
 * and the rest is done when it is; meanwhile all models are where the settings say.
 */
export async function recoverMove(
  places: MovePlaces,
): Promise<"none" | "undone" | "finished" | "waiting"> {
  const { journalFile, current, switchTo } = places;
  const onStep = places.onStep ?? (() => {});
  const journal = await readMoveJournal(journalFile);
  if (journal === null) return "none";
  const { from, to, phase } = journal;
  if (phase === "copying") {
    if (current() === to) {
      // Somebody else has chosen that folder since: nothing may be removed in it.
      await removeMoveJournal(journalFile);
      return "undone";
    }
    if (!(await areThere(from, to))) return "waiting";
    await undo(journal, places);
    return "undone";
  }
  if (!(await areThere(from, to))) return "waiting";
  if (current() === from) {
    onStep("switch");
    await switchTo(to);
  }
  if (current() !== to) {
    await removeMoveJournal(journalFile);
    return "undone";
  }
  await finish(journal, places);
  return "finished";
}

/** The first part of a move: a second place for every file. */
class Copying {
  readonly #from: string;
  readonly #options: MoveOptions;
  /** What has a verified twin, as its source was then. */
  readonly #done = new Map<string, Movable>();
  #doneBytes = 0;
  #totalBytes = 0;

  constructor(from: string, options: MoveOptions) {
    this.#from = from;
    this.#options = options;
  }

  /** @throws HearthError `conflict` where the new folder has another file of a name */
  async plan(): Promise<MoveJournal> {
    const { to, usual, signal, onProgress } = this.#options;
    onProgress({ stage: "copying", doneBytes: 0, totalBytes: 0, file: "" });
    const madeFolder = !(await isFolder(to));
    const madeMarker = to !== usual && !(await hasMarker(to));
    const files: MovedFile[] = [];
    for (const file of await listMovable(this.#from)) {
      const target = path.join(to, file.relative);
      const made = (await lstat(target).catch(() => null)) === null;
      files.push({ ...file, made });
      if (made) continue;
      if (!(await areAlike(path.join(this.#from, file.relative), target, signal)))
        throw nameTaken(target);
      this.#done.set(file.relative, file);
    }
    return {
      ...{ version: 1, phase: "copying" as const },
      ...{ from: this.#from, to, madeFolder, madeMarker, files },
    };
  }

  /** Copies until nothing is new; the journal names each file before it is made. */
  async run(journal: MoveJournal): Promise<void> {
    const { to, journalFile } = this.#options;
    for (let pass = 0; ; pass++) {
      const files = (await listMovable(this.#from)).filter((file) => !this.#isDone(file));
      if (files.length === 0) return;
      if (pass === mostPasses) throw keepsChanging(this.#from);
      const named = new Map(journal.files.map((file) => [file.relative, file]));
      for (const file of files) {
        const made = named.get(file.relative)?.made ?? true;
        // One that the new folder had before is not taken for a copy that may be replaced.
        if (!made) throw keepsChanging(this.#from);
        named.set(file.relative, { ...file, made });
      }
      journal.files = [...named.values()];
      await writeMoveJournal(journalFile, journal);
      // What was copied is read back: twice as many bytes.
      this.#totalBytes = this.#doneBytes + 2 * files.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const file of files) {
        await this.#place(file, path.join(to, file.relative));
        this.#done.set(file.relative, file);
      }
    }
  }

  async #place(file: Movable, target: string): Promise<void> {
    const { signal, onStep, mayLink = true } = this.#options;
    const source = path.join(this.#from, file.relative);
    if (signal.aborted) throw cancelledError();
    onStep?.(`copy ${file.relative}`);
    // It was copied before, and has been replaced since.
    if (this.#done.has(file.relative)) await rm(target, { force: true });
    if (file.isLink) return await placeLink(source, target);
    const before = this.#doneBytes;
    await placeCopy(source, target, {
      signal,
      mayLink,
      onBytes: (stage, bytes) => {
        this.#doneBytes += bytes;
        this.#tell(stage, file.relative);
      },
    });
    this.#doneBytes = before + 2 * file.bytes;
    this.#tell("copying", file.relative);
  }

  #tell(stage: MoveProgress["stage"], file: string): void {
    const { onProgress } = this.#options;
    onProgress({ stage, doneBytes: this.#doneBytes / 2, totalBytes: this.#totalBytes / 2, file });
  }

  #isDone({ relative, bytes, mtimeMs, isLink }: Movable): boolean {
    const done = this.#done.get(relative);
    return done?.bytes === bytes && done.mtimeMs === mtimeMs && done.isLink === isLink;
  }
}

/** Takes the copies away again; the old files were not touched. */
async function undo(journal: MoveJournal, places: MovePlaces): Promise<void> {
  const { to, madeMarker, madeFolder } = journal;
  const onStep = places.onStep ?? (() => {});
  await removeTwins("to", journal, onStep);
  onStep("unmark");
  if (madeMarker) await removeMarker(to);
  if (madeFolder) await rmdir(to).catch(() => {});
  await removeMoveJournal(places.journalFile);
}

/** Removes the old files. @returns how many are still there */
async function finish(journal: MoveJournal, places: MovePlaces): Promise<number> {
  const { from } = journal;
  const onStep = places.onStep ?? (() => {});
  const held = await removeTwins("from", journal, onStep);
  if (held.length > 0) {
    await writeMoveJournal(places.journalFile, { ...journal, files: held });
    return held.length;
  }
  onStep("unmark");
  if (from !== places.usual) {
    await removeMarker(from);
    for (const name of [".downloads", ""]) await rmdir(path.join(from, name)).catch(() => {});
  }
  await removeMoveJournal(places.journalFile);
  return 0;
}

async function areThere(...folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) if (!(await isFolder(folder))) return false;
  return true;
}

async function isFolder(folder: string): Promise<boolean> {
  return (await lstat(folder).catch(() => null))?.isDirectory() ?? false;
}

function nameTaken(target: string): HearthError {
  return new HearthError({
    code: "conflict",
    title: "The new folder has another file of the same name.",
    cause: `${target} is not what your model folder has under this name.`,
    suggestion: "Move that file away, or choose another folder.",
  });
}

function keepsChanging(folder: string): HearthError {
  return new HearthError({
    code: "conflict",
    title: "The model folder keeps changing while it is moved.",
    cause: `Another program writes into ${folder}.`,
    suggestion: "Wait until that is done, and move it then.",
  });
}
