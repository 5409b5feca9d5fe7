import type { ModelId } from "../../../contract/ids.ts";
import { familyOf } from "../../../contract/modelFamily.ts";
import type { Model } from "../../../contract/models.ts";
import { HearthError } from "../../../contract/errors.ts";

/** Files of one model, the finest first: the others are compared with it. */
export interface FileGroup {
  readonly reference: Model;
  readonly files: readonly Model[];
}

/**
 * The files that are meant, sorted by the model they are of, in each the largest first.
 *
 * @param chosen all files of the model in use when empty
 * @throws HearthError `model-missing`, `model-damaged` or `bad-input` that names the file, or says that there is none
 */
export function orderFiles(
  models: readonly Model[],
  kind: "chat" | "embedding",
  chosen: readonly ModelId[],
  inUse: Model,
): FileGroup[] {
  const files =
    chosen.length === 0
      ? models.filter((model) => usable(model, kind) && familyOf(model) === familyOf(inUse))
      : [...new Set(chosen)].map((id) => checked(models, kind, id));
  if (files.length === 0) throw noFiles(inUse);
  const groups = new Map<string, Model[]>();
  for (const file of files) {
    const family = familyOf(file);
    groups.set(family, [...(groups.get(family) ?? []), file]);
  }
  return [...groups.values()].flatMap((members) => {
    const sorted = members.toSorted((one, other) => other.bytes - one.bytes);
    const [reference] = sorted;
    return reference ? [{ reference, files: sorted }] : [];
  });
}

function noFiles({ name }: Model): HearthError {
  return new HearthError({
    code: "bad-input",
    title: "There is no file to measure.",
    cause: `${name}, the model in use, has no file on this computer.`,
    suggestion: "Name the files that are to be measured.",
  });
}

function usable({ kind, error, server }: Model, wanted: "chat" | "embedding"): boolean {
  return kind === wanted && !error && !server;
}

function checked(models: readonly Model[], kind: "chat" | "embedding", id: ModelId): Model {
  const model = models.find((one) => one.id === id);
  if (!model) {
    throw new HearthError({
      code: "model-missing",
      title: "One of the models is not here any more.",
      cause: `There is no model ${id}.`,
      suggestion: "Choose the files again.",
    });
  }
  if (model.error) throw HearthError.fromData(model.error);
  if (model.server) {
    throw new HearthError({
      code: "bad-input",
      title: `${model.name} runs on your server ${model.server.name}.`,
      cause: "Only files on this computer can be measured here.",
      suggestion: "Leave it out.",
    });
  }
  if (model.kind !== kind) {
    throw new HearthError({
      code: "bad-input",
      title:
        kind === "chat"
          ? `${model.name} is no chat model.`
          : `${model.name} does not make vectors for search.`,
      cause: "Chat models and embedding models are measured in different ways.",
      suggestion: "Choose files of one kind.",
    });
  }
  return model;
}
