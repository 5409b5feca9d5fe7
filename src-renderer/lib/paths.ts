const driveRoot = /^[a-z]:[\\/]/iu;

/** True for a path that starts at the root of a disk, on any system. */
export function isFullPath(path: string): boolean {
  return path.startsWith("/") || path.startsWith("\\\\") || driveRoot.test(path);
}

/** True where a backslash parts folders: only paths of Windows have drives or shares. */
export function isWindowsPath(path: string): boolean {
  return driveRoot.test(path) || path.startsWith("\\\\");
}

/** A path as it is pasted: quotes that a file manager or shell put around it are taken off. */
export function cleanPath(text: string): string {
  const trimmed = text.trim();
  const quoted = /^(["'])(.*)\1$/u.exec(trimmed);
  return quoted?.[2] ?? trimmed;
}
