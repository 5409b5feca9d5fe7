import { constants } from "node:fs";
import { access, readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { describeFileError } from "../../../contract/describeFileError.ts";
import { HearthError } from "../../../contract/errors.ts";
import { formatBytes } from "../download/downloadErrors.ts";
import { isInside } from "./isInside.ts";
import { markerOf } from "./folderMarker.ts";

/** Models are put into a folder of this name where the chosen one has other things in it. */
const ownName = "hearth-models";
/** So much of a disk is left for others. */
const spareBytes = 64 * 2 ** 20;

export interface TargetOptions {
  /** The folder that the user chose; null for the usual place. */
  readonly chosen: string | null;
  readonly from: string;
  readonly usual: string;
  readonly home: string;
}

/**
 * The folder that models are moved to when the user chose one: itself where it is empty or new, else one in
 * it.
 *
 * @throws HearthError `bad-input`, `conflict`, `not-allowed` for one that cannot be used
 */
export async function chooseTarget(options: TargetOptions): Promise<string> {
  const { chosen, from, usual, home } = options;
  if (chosen === null) {
    if (from === usual) throw alreadyThere(usual);
    return usual;
  }
  if (!path.isAbsolute(chosen))
    throw unusable("bad-input", chosen, "The path does not begin at the root of the disk.");
  const wanted = path.resolve(chosen);
  const places = { from: await real(from), home: await real(home) };
  if ((await real(wanted)) === places.from) throw alreadyThere(wanted);
  if ((await real(wanted)) === (await real(usual))) return usual;
  const target = await ownFolderIn(wanted);
  const whole = await real(target);
  if (whole === places.from) throw alreadyThere(target);
  if (isInside(whole, places.from))
    throw unusable("bad-input", target, "It lies inside of the model folder itself.");
  if (isInside(whole, places.home))
    throw unusable("bad-input", target, "It lies in Hearth's data folder, on the same disk.");
  const owner = await markerOf(target);
  if (owner !== null && path.resolve(owner) !== path.resolve(home))
    throw unusable("conflict", target, `The Hearth of ${owner} keeps its models there.`);
  const content = await readdir(target).catch(() => []);
  if (owner === null && content.length > 0)
    throw unusable("conflict", target, "There are other files in it.");
  await checkWritable(target);
  return target;
}

/** @throws HearthError `disk-full` */
export function checkRoom(target: string, neededBytes: number, freeBytes: number): void {
  const wanted = neededBytes + spareBytes;
  if (neededBytes === 0 || wanted <= freeBytes) return;
  throw new HearthError({
    code: "disk-full",
    title: "There is not enough room for the models.",
    cause: `${target} needs ${formatBytes(wanted)}; ${formatBytes(freeBytes)} are free there.`,
    suggestion: `Free ${formatBytes(wanted - freeBytes)}, or choose another disk.`,
  });
}

/** The nearest folder above a path, or itself, that is there. */
export async function nearestFolder(folder: string): Promise<string> {
  let at = folder;
  while (!(await isFolder(at)) && path.dirname(at) !== at) at = path.dirname(at);
  return at;
}

async function ownFolderIn(wanted: string): Promise<string> {
  const info = await stat(wanted).catch(() => null);
  if (info === null) {
    // A folder above that is missing, too, is a typing error, or a disk that is not connected.
    if (!(await isFolder(path.dirname(wanted))))
      throw unusable("bad-input", wanted, `There is no folder ${path.dirname(wanted)}.`);
    return wanted;
  }
  if (!info.isDirectory()) throw unusable("bad-input", wanted, "It is a file, not a folder.");
  let content: string[];
  try {
    content = await readdir(wanted);
  } catch (error) {
    throw unusable("not-allowed", wanted, describeFileError(error, wanted));
  }
  const isOurs = content.length === 0 || (await markerOf(wanted)) !== null;
  return isOurs ? wanted : path.join(wanted, ownName);
}

async function checkWritable(target: string): Promise<void> {
  const folder = await nearestFolder(target);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable("not-allowed", target, describeFileError(error, folder));
  }
}

/** The path without links, as far as it is there. */
async function real(folder: string): Promise<string> {
  const there = await nearestFolder(folder);
  return path.join(await realpath(there), path.relative(there, folder));
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null))?.isDirectory() ?? false;
}

function alreadyThere(folder: string): HearthError {
  return new HearthError({
    code: "conflict",
    title: "The models are there already.",
    cause: `${folder} is the model folder.`,
    suggestion: "Choose another folder.",
  });
}

function unusable(
  code: "bad-input" | "conflict" | "not-allowed",
  folder: string,
  cause: string,
): HearthError {
  return new HearthError({
    code,
    title: `Models cannot be moved to ${folder}.`,
    cause,
    suggestion: "Choose another folder, empty or new, that you may write to.",
  });
}
