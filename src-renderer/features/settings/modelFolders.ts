import { isFullPath, isWindowsPath } from "../../lib/paths.ts";

/** Hearth's own folder of models below its home, written as the engine's system does. */
export function ownModelFolder(home: string): string {
  const separator = home.includes("\\") && !home.includes("/") ? "\\" : "/";
  return `${withoutEnd(home)}${separator}models`;
}

/** How many of the files lie in the folder or below it. */
export function countBelow(folder: string, files: readonly string[]): number {
  const bare = slashes(withoutEnd(folder));
  const start = bare.endsWith("/") ? bare : `${bare}/`;
  return files.filter((file) => slashes(file).startsWith(start)).length;
}

/** Why a folder cannot be added, or null when it can. */
export function folderProblem(path: string, known: readonly string[]): "relative" | "known" | null {
  if (!isFullPath(path)) return "relative";
  const wanted = slashes(withoutEnd(path));
  return known.some((folder) => slashes(withoutEnd(folder)) === wanted) ? "known" : null;
}

/** A path without slashes at its end; the root keeps its own. */
function withoutEnd(path: string): string {
  const bare = path.replace(/[\\/]+$/u, "");
  return bare === "" ? path.slice(0, 1) : bare;
}

function slashes(path: string): string {
  return isWindowsPath(path) ? path.replaceAll("\\", "/") : path;
}
