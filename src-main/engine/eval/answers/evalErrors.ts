import { HearthError } from "../../../contract/errors.ts";

export function alreadyRunning(): HearthError {
  return new HearthError({
    code: "conflict",
    title: "An evaluation is already running.",
    cause: "Two at once would take each other's time.",
    suggestion: "Wait until it is done, or cancel it.",
  });
}

export function runMissing(): HearthError {
  return new HearthError({
    code: "not-found",
    title: "This evaluation is not there any more.",
    suggestion: "Start a new one.",
  });
}

export function nothingToContinue(): HearthError {
  return new HearthError({
    code: "conflict",
    title: "This evaluation is complete.",
    cause: "All of its questions were put.",
    suggestion: "Start a new one.",
  });
}

export function setChanged(name: string): HearthError {
  return new HearthError({
    code: "conflict",
    title: `“${name}” has changed since.`,
    cause: "Answers to other questions cannot be counted together.",
    suggestion: "Start a new evaluation.",
  });
}

export function libraryEmpty(): HearthError {
  return new HearthError({
    code: "not-found",
    title: "There is nothing to ask about.",
    cause: "The library has no document that can be searched.",
    suggestion: "Add documents first.",
  });
}
