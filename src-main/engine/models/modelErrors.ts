import type { KvType } from "../../contract/devices.ts";
import { HearthError } from "../../contract/errors.ts";
import type { ModelId } from "../../contract/ids.ts";
import type { LoadStep, Model } from "../../contract/models.ts";

/** Kinds of models that Hearth uses. */
export type UsedKind = "chat" | "embedding" | "reranker";

const kindNames = {
  chat: "chat model",
  embedding: "embedding model",
  reranker: "reranker",
} as const satisfies Record<UsedKind, string>;

export function modelMissing(kind: UsedKind, modelId: ModelId | null): HearthError {
  const what = kindNames[kind];
  return new HearthError({
    code: "model-missing",
    title: modelId ? `The ${what} “${modelId}” is not here.` : `There is no ${what} yet.`,
    cause: modelId
      ? "Its file was moved or deleted, or its folder is not one of the model folders."
      : "None of the model folders has one.",
    suggestion: "Get the starter models, or choose another model, on the Models page.",
  });
}

export function closing(): HearthError {
  return new HearthError({
    code: "unavailable",
    title: "Hearth is closing.",
    suggestion: "Start Hearth again.",
  });
}

/** @param deaths how often it ended within a minute */
export function keepsDying(model: Model, deaths: number): HearthError {
  return new HearthError({
    code: "model-died",
    title: `${model.name} stopped ${deaths} times within a minute.`,
    cause: "Its process ended each time, so Hearth does not start it again by itself.",
    suggestion: "Load it again on the Models page, try a smaller context, or choose another model.",
  });
}

export function notLoadedHere(model: Model): HearthError {
  return new HearthError({
    code: "bad-input",
    title: `${model.name} is not loaded by Hearth.`,
    cause: `It runs on your server ${model.server?.host ?? ""}, which loads its models itself.`,
    suggestion: "Choose it for a chat; nothing needs to be loaded here.",
  });
}

export function tooManyLayers(model: Model, wanted: number, all: number): HearthError {
  return new HearthError({
    code: "bad-input",
    title: `${model.name} does not have ${wanted} layers.`,
    cause: `It has ${all}, the output counted as one.`,
    suggestion: `Give a number from 0 to ${all}, or leave it to Hearth.`,
  });
}

/** The whole library would go to the server, and every search would wait for it. */
export function documentsEmbeddedHere(model: Model): HearthError {
  return new HearthError({
    code: "not-allowed",
    title: "Documents are made searchable on this computer only.",
    cause: `${model.name} runs on your server ${model.server?.host ?? ""}; all text of the library would be sent there.`,
    suggestion:
      "Choose an embedding model of this computer. Programs can use this one by its name.",
  });
}

export function kvNotChecked(model: Model, kvType: KvType, failed: boolean): HearthError {
  return new HearthError({
    code: "conflict",
    title: `${model.name} keeps its chats in f16.`,
    cause: failed
      ? `With ${kvType} it did not answer as it does with f16.`
      : `It was not yet compared with ${kvType}.`,
    suggestion: failed ? "Choose another type." : "Run the comparison first.",
  });
}

/** What a user is told when a model was loaded with less than was asked for. */
export function loadedWithLess(model: Model, steps: readonly LoadStep[]): HearthError {
  const moved = steps.some(({ change }) => change === "device");
  const onlyMoved = moved && steps.every(({ change }) => change === "device");
  return new HearthError({
    code: onlyMoved ? "unavailable" : "out-of-memory",
    title: moved
      ? `${model.name} runs on the processor, not on the graphics device.`
      : `${model.name} was loaded with less than was asked for.`,
    cause: steps.map(describeStep).join(" "),
    suggestion: onlyMoved
      ? "Check the device under Settings, or choose the processor there."
      : "Close other applications and load it again, or choose a smaller context or model.",
  });
}

/** One concession as a sentence, and its reason. */
export function describeStep({ change, from, to, reason }: LoadStep): string {
  const words: Readonly<Record<LoadStep["change"], string>> = {
    context: `The context is ${to} tokens instead of ${from}.`,
    "kv-type": `The chat's cache is kept in ${to} instead of ${from}.`,
    "gpu-layers": `${to} of ${from} layers are on the graphics device.`,
    device: `It runs on the processor instead of ${from}.`,
  };
  return `${words[change]} (${reason})`;
}
