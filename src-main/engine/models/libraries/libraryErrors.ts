import { describeFileError } from "../../../contract/describeFileError.ts";
import { HearthError, isCancelled } from "../../../contract/errors.ts";
import type { HubRefusal } from "../hub/hubErrors.ts";
import { packCommand } from "./libraryCatalog.ts";

export function unknownLibrary(name: string, offered: readonly string[]): HearthError {
  return new HearthError({
    code: "bad-input",
    title: `Hearth does not know a library package ${name} for this computer.`,
    cause:
      offered.length === 0
        ? "There are no graphics libraries for this kind of computer; it has what there is already."
        : `For this kind of computer there are: ${offered.join(", ")}.`,
    suggestion: "Run `hearth libraries` for the list.",
  });
}

export function unverifiable(name: string): HearthError {
  return new HearthError({
    code: "not-allowed",
    title: `Hearth does not install ${name}.`,
    cause:
      "When this Hearth was made nobody could look at this package, so its right content is not on record, and code that cannot be checked is not run.",
    suggestion: "Use the processor, or a newer Hearth that knows it.",
  });
}

export function alreadyHere(name: string): HearthError {
  return new HearthError({
    code: "conflict",
    title: `${name} is here already.`,
    cause: "Its libraries are in place.",
    suggestion: "Remove it first if you want to install it again.",
  });
}

export function notAdded(name: string): HearthError {
  return new HearthError({
    code: "not-found",
    title: `${name} was not added to this home.`,
    cause: "Only packages that were added are removed; what came with Hearth stays.",
    suggestion: "Run `hearth libraries` for the list.",
  });
}

export function busyInstalling(name: string): HearthError {
  return new HearthError({
    code: "conflict",
    title: `${name} is being installed.`,
    cause: "One package is installed at a time.",
    suggestion: "Wait for it, or cancel it.",
  });
}

export function noRegistry(name: string, problem: string | null): HearthError {
  return new HearthError({
    code: "unavailable",
    title: `Hearth does not know where to fetch ${name} from.`,
    cause: problem ?? "No package registry is named, and Hearth comes with none.",
    suggestion: `Name one under Settings, “Graphics libraries”, or by HEARTH_PACKAGE_REGISTRY. Or run \`${packCommand(name)}\` where npm is, and give Hearth the file.`,
  });
}

/** The file is not the package, whatever it is. */
export function wrongFile(name: string, cause: string): HearthError {
  return new HearthError({
    code: "checksum-mismatch",
    title: `This is not the file of ${name}.`,
    cause: `${cause} Nothing was installed.`,
    suggestion: `Fetch it by \`${packCommand(name)}\`.`,
  });
}

export function outdatedLibraries(names: readonly string[]): HearthError {
  return new HearthError({
    code: "library-mismatch",
    title: "Graphics libraries of another release of Hearth were removed.",
    cause: `${names.join(", ")}: this Hearth could not have used what lay there.`,
    suggestion: "Get them again under Settings, “Graphics libraries”.",
  });
}

/** What an answer of a registry other than the wanted one says. */
export function registryRefusal({ name, host, status }: HubRefusal): HearthError {
  const isShut = status === 401 || status === 403;
  return new HearthError({
    code: "download-failed",
    title: `${name} could not be fetched.`,
    cause: isShut
      ? `${host} gives it only to those who say who they are (HTTP ${status}), and Hearth sends no password there.`
      : status === 404 || status === 410
        ? `${host} does not have it (HTTP ${status}).`
        : `${host} answered with HTTP ${status}.`,
    suggestion:
      isShut || status === 404 || status === 410
        ? "Name another package registry, or fetch the file by npm and give it to Hearth."
        : "Try again later; what has arrived is kept.",
  });
}

/** What the system says while files are read, written or removed, in words; the rest as it is. */
export function systemFailure(error: unknown, title: string, suggestion: string): unknown {
  if (error instanceof HearthError || isCancelled(error)) return error;
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return error;
  const isFull = error.code === "ENOSPC" || error.code === "EDQUOT";
  return new HearthError(
    {
      code: isFull ? "disk-full" : "not-allowed",
      title,
      cause: describeFileError(error),
      suggestion: isFull ? "Free room on its disk and try again." : suggestion,
    },
    { cause: error },
  );
}
