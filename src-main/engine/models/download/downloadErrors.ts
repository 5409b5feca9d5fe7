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

/** What a final HTTP status means to the user. */
export function statusError(name: string, host: string, status: number): HearthError {
  switch (status) {
    case 401:
    case 403:
      return downloadFailed(
        name,
        `${host} does not give it out without a login (HTTP ${status}).`,
        "Choose another model, or download it in a browser and add the file.",
      );
    case 404:
    case 410:
      return downloadFailed(
        name,
        `${host} does not have it any more (HTTP ${status}).`,
        "Choose another model.",
      );
    case 429:
      return downloadFailed(name, `${host} asks to slow down.`, "Wait a while and try again.");
    default:
      return downloadFailed(name, `${host} answered with HTTP ${status}.`, "Try again later.");
  }
}
