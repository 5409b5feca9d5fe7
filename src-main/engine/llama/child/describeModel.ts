import type { LoadedModelInfo } from "../InferenceBackend.ts";
import { textTokensOf } from "./createContext.ts";
import { pickGraphicsDevice } from "./devices.ts";
import type { Libllama } from "./libllama.ts";
import type { LlamaContext } from "./LlamaContext.ts";
import type { ChildLoadOptions } from "./protocol.ts";

/** What is really loaded, read back from the library. */
export function describeModel(
  library: Libllama,
  model: bigint,
  options: ChildLoadOptions,
  context: LlamaContext,
  found: Pick<LoadedModelInfo, "template" | "library" | "loadMs" | "draft">,
): LoadedModelInfo {
  const layers = library.modelLayers(model);
  const device =
    options.gpuLayers === 0
      ? null
      : (pickGraphicsDevice(library, options.deviceName ?? null)?.device.description ?? null);
  const offloaded = options.gpuLayers < 0 ? layers + 1 : Math.min(options.gpuLayers, layers + 1);
  return {
    purpose: options.purpose,
    modelPath: options.modelPath,
    name: metaValue(library, model, "general.name"),
    architecture: metaValue(library, model, "general.architecture") ?? "unknown",
    description: readText((buffer) => library.modelDesc(model, buffer, buffer.length)) ?? "",
    parameters: Number(library.modelParameters(model)),
    modelBytes: Number(library.modelSize(model)),
    contextTokens:
      options.purpose === "chat" ? context.contextTokens : textTokensOf(library, model, options),
    trainContextTokens: library.modelTrainContext(model),
    embeddingSize: library.modelEmbeddingSize(model),
    layers,
    threads: options.threads,
    device: device ?? "cpu",
    gpuLayers: device === null ? 0 : offloaded,
    pid: process.pid,
    ...found,
  };
}

function metaValue(library: Libllama, model: bigint, key: string): string | null {
  return readText((buffer) => library.modelMetaValue(model, key, buffer, buffer.length));
}

function readText(read: (buffer: Uint8Array) => number): string | null {
  const buffer = new Uint8Array(1_024);
  const length = read(buffer);
  return length < 0
    ? null
    : new TextDecoder().decode(buffer.subarray(0, Math.min(length, buffer.length - 1)));
}
