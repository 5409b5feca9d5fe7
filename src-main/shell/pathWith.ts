/** Electron up to 31 puts the path on the file itself; later ones have a function for it. */
export function pathWith(
  utils: { getPathForFile(file: File): string } | undefined,
  file: File,
): string {
  if (utils !== undefined) return utils.getPathForFile(file);
  const { path } = file as File & { path?: unknown };
  return typeof path === "string" ? path : "";
}
