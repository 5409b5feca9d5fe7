import { HearthError } from "../../../contract/errors.ts";

const units = ["bytes", "kB", "MB", "GB", "TB"];

/** A size for people: `98.4 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ""}`;
}

export function downloadFailed(
  name: string,
  cause: string,
  suggestion = "Try again; what has arrived is kept.",
  error?: unknown,
): HearthError {
  return new HearthError(
    { code: "download-failed", title: `${name} could not be downloaded.`, cause, suggestion },
    { cause: error },
  );
}

export function checksumMismatch(name: string, cause: string): HearthError {
  return new HearthError({
    code: "checksum-mismatch",
    title: `${name} arrived with the wrong content.`,
    cause,
    suggestion: "Try again. If it happens twice, the file was changed where it is published.",
  });
}

export function diskFull(name: string, neededBytes: number, freeBytes: number): HearthError {
  return new HearthError({
    code: "disk-full",
    title: `There is not enough room for ${name}.`,
    cause: `It needs ${formatBytes(neededBytes)} more; ${formatBytes(freeBytes)} are free.`,
    suggestion: `Free ${formatBytes(Math.max(neededBytes - freeBytes, 1))} or choose another folder. What has arrived is kept.`,
  });
}

/** Whether a server's refusal may pass by itself. */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
