import type { Model } from "../../contract/models.ts";
import { defineCommand } from "../Command.ts";
import { serverWord } from "../findModel.ts";
import { formatBytes, formatTable } from "../format.ts";

export const modelsList = defineCommand({
  name: "models list",
  usage: "",
  summary: "Lists the models in the model folders",
  options: {},
  run: async (_values, _positionals, context) => {
    const client = await context.engine();
    // A file may have been put there while the engine was running.
    const { models } = await client.call("models.rescan", {}, { signal: context.signal });
    return { json: { models: models.map(toModelJson) }, text: modelsText(models) };
  },
});

export function toModelJson(model: Model): Record<string, unknown> {
  const { id, name, path, kind, architecture, parameters, quantization } = model;
  const { bytes, contextLength, hasChatTemplate, error } = model;
  return {
    id,
    name,
    path,
    kind,
    architecture,
    parameters,
    quantization,
    bytes,
    contextLength,
    hasChatTemplate,
    ...(model.server ? { server: model.server } : {}),
    ...(error ? { error } : {}),
  };
}

function modelsText(models: readonly Model[]): string {
  if (models.length === 0) return "There are no models. Get the starter models: hearth setup\n";
  return formatTable([
    ["NAME", "KIND", "QUANTIZATION", "SIZE", "ID"],
    ...models.map((model) => [
      model.server ? serverWord(model) : model.name,
      model.error ? model.error.title : model.kind,
      model.quantization,
      model.server ? `on ${model.server.host}` : formatBytes(model.bytes),
      model.id,
    ]),
  ]);
}
