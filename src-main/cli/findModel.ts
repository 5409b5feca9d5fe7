import path from "node:path";
import { HearthError } from "../contract/errors.ts";
import type { ModelId } from "../contract/ids.ts";
import type { Model } from "../contract/models.ts";
import type { CommandContext } from "./Command.ts";

/**
 * The model that a word on the command line means: its id, its name, its file (with or without the
 * folder), or a beginning of the name that no other model has; without regard to case.
 * @param file the word as an absolute path
 * @throws HearthError `model-missing` that names what there is, `bad-input` where the word fits several
 */
export function findModel(word: string, file: string, models: readonly Model[]): Model {
  const wanted = word.toLowerCase();
  const exact = models.find(
    // A model of a server only by its id or with the server's name, so that a word that meant a model of
    // this computer never means one of another.
    (model) => model.id === word || (model.server && serverWord(model).toLowerCase() === wanted),
  );
  if (exact) return exact;
  const own = models.filter((model) => !model.server);
  const tests: ((model: Model) => boolean)[] = [
    (model) => model.path === file,
    (model) => model.name.toLowerCase() === wanted,
    (model) => path.basename(model.path).toLowerCase() === wanted,
    (model) => path.basename(model.path, ".gguf").toLowerCase() === wanted,
    (model) => model.name.toLowerCase().startsWith(wanted),
    (model) => path.basename(model.path).toLowerCase().startsWith(wanted),
  ];
  for (const test of tests) {
    const found = own.filter(test);
    const [only] = found;
    if (only && found.length === 1) return only;
    if (found.length > 1) throw severalModels(word, found);
  }
  throw noSuchModel(word, models);
}

/** How a model of a server is called on the command line: `SERVER/MODEL`. */
export function serverWord(model: Model): string {
  return `${model.server?.name ?? ""}/${model.name}`;
}

/** As {@link findModel}, for an option that may be absent: then the engine chooses. */
export async function modelIdOf(
  word: string | undefined,
  context: CommandContext,
): Promise<{ modelId?: ModelId }> {
  if (word === undefined) return {};
  const client = await context.engine();
  const { models } = await client.call("models.rescan", {}, { signal: context.signal });
  return { modelId: findModel(word, context.absolute(word), models).id };
}

/** Several of them; words may stand apart or with commas between them. None where there is no word. */
export async function modelIdsOf(
  words: readonly string[],
  context: CommandContext,
): Promise<ModelId[]> {
  const names = words.flatMap((word) => word.split(",")).filter((word) => word.trim() !== "");
  if (names.length === 0) return [];
  const client = await context.engine();
  const { models } = await client.call("models.rescan", {}, { signal: context.signal });
  return names.map((name) => findModel(name.trim(), context.absolute(name.trim()), models).id);
}

function noSuchModel(word: string, models: readonly Model[]): HearthError {
  const there = models.map((model) => (model.server ? serverWord(model) : model.name)).join(", ");
  return new HearthError({
    code: "model-missing",
    title: `There is no model “${word}”.`,
    cause: there === "" ? "There are no models at all." : `There are: ${there}.`,
    suggestion:
      there === ""
        ? "Get the starter models with “hearth setup”."
        : "“hearth models list” shows what there is.",
  });
}

function severalModels(word: string, found: readonly Model[]): HearthError {
  return new HearthError({
    code: "bad-input",
    title: `“${word}” fits more than one model.`,
    cause: `It fits ${found.map((model) => `${model.name} (${model.id})`).join(", ")}.`,
    suggestion: "Give the id of one of them.",
  });
}
