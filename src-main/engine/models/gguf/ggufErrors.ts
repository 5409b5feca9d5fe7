import { HearthError } from "../../../contract/errors.ts";

/** A file that is broken: fetching it again can help. */
export function damagedModel(cause: string): HearthError {
  return new HearthError({
    code: "model-damaged",
    title: "This model file is damaged.",
    cause,
    suggestion: "Download the model again.",
  });
}

/** A file that may be whole, but is not something Hearth can run. */
export function unsupportedModel(cause: string): HearthError {
  return new HearthError({
    code: "model-unsupported",
    title: "Hearth cannot use this model file.",
    cause,
    suggestion: "Choose a model in GGUF format, version 2 or 3.",
  });
}
