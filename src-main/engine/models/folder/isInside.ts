import path from "node:path";

/** Whether a path lies below a folder, by its words alone; a folder does not lie in itself. */
export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative);
}

/** Where a file is after its folder has moved; the same for a file that was not in it. */
export function movedPath(file: string, from: string, to: string): string {
  return isInside(file, from) ? path.join(to, path.relative(from, file)) : file;
}
