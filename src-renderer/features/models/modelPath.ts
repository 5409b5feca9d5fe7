import { isFullPath } from "../settings/modelFolders.ts";

/** A path as it is pasted: quotes that a file manager or shell put around it are taken off. */
export function cleanPath(text: string): string {
  const trimmed = text.trim();
  const quoted = /^(["'])(.*)\1$/u.exec(trimmed);
  return quoted?.[2] ?? trimmed;
}

/** Why a path cannot be that of a model file, or null. Whether the file is there the engine says. */
export function modelPathProblem(path: string): "notFull" | "notGguf" | null {
  if (!isFullPath(path)) return "notFull";
  return /\.gguf$/iu.test(path) ? null : "notGguf";
}
