import path from "node:path";

/** What the paths of all that lies in a folder begin with; the root of a drive ends so already. */
export function beginningOf(folder: string): string {
  return folder.endsWith(path.sep) ? folder : folder + path.sep;
}
