import { isFullPath } from "../../lib/paths.ts";

/** Why a path cannot be that of a model file, or null. Whether the file is there the engine says. */
export function modelPathProblem(path: string): "notFull" | "notGguf" | null {
  if (!isFullPath(path)) return "notFull";
  return /\.gguf$/iu.test(path) ? null : "notGguf";
}
