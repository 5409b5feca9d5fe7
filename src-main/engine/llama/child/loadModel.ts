import { closeSync, openSync, readSync } from "node:fs";
import koffi from "koffi";
import { describeFileError } from "../../../contract/describeFileError.ts";
import { HearthError } from "../../../contract/errors.ts";
import { pickGraphicsDevice } from "./devices.ts";
import type { Libllama } from "./libllama.ts";
import type { StructValue } from "./structLayouts.ts";

export interface LoadModelOptions {
  readonly path: string;
  /** -1: all layers. 0: the CPU alone, whatever other devices the library has found. */
  readonly gpuLayers: number;
  /** The graphics device for them; all that there are when null. One that is not there means none. */
  readonly deviceName?: string | null;
  /** Look at every value of the weights, and refuse a file with one that is no number. */
  readonly checkTensors?: boolean;
  readonly onProgress: (fraction: number) => void;
}

const progressCallback = koffi.proto("bool hearth_load_progress(float fraction, void *user_data)");

/**
 * Loads the weights on another thread, so that progress can be told meanwhile. What the library says
 * about a failure goes to stderr; the parent reads it there.
 *
 * @throws HearthError `model-missing`, `model-damaged`, `model-load-failed`
 */
export async function loadModel(library: Libllama, options: LoadModelOptions): Promise<bigint> {
  requireGguf(options.path);
  const { gpuLayers, deviceName = null } = options;
  const chosen = gpuLayers === 0 ? null : pickGraphicsDevice(library, deviceName);
  const devices: bigint = koffi.alloc("void *", 2);
  const onProgress = koffi.register((fraction: number) => {
    options.onProgress(fraction);
    return true;
  }, koffi.pointer(progressCallback));
  try {
    const named = BigUint64Array.of(chosen?.pointer ?? 0n, 0n);
    koffi.encode(devices, "uint64_t", named, 2);
    const params: StructValue<"llama_model_params"> = {
      ...library.modelDefaultParams(),
      n_gpu_layers: chosen === null ? 0 : gpuLayers,
      check_tensors: options.checkTensors ?? false,
      progress_callback: onProgress,
      // An empty list means "no device but the CPU"; no list means all.
      devices: chosen !== null && deviceName === null ? null : devices,
    };
    const model = await new Promise<bigint | null>((resolve, reject) => {
      library.modelLoadFromFile.async(
        options.path,
        params,
        (error: Error | null, result: bigint | null) => {
          if (error) reject(error);
          else resolve(result);
        },
      );
    });
    if (model !== null) return model;
    throw new HearthError({
      code: "model-load-failed",
      title: "The model could not be loaded.",
      cause: "llama.cpp refused the file.",
      suggestion: "Download the model again, or choose another one.",
    });
  } finally {
    koffi.unregister(onProgress);
    koffi.free(devices);
  }
}

/** Looks at the first bytes only: an error page saved as a model is the commonest damage. */
function requireGguf(path: string): void {
  const head = new Uint8Array(64);
  let length: number;
  try {
    const file = openSync(path, "r");
    try {
      length = readSync(file, head, 0, head.length, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new HearthError(
      {
        code: "model-missing",
        title: "The model file cannot be opened.",
        cause: describeFileError(error, path),
        suggestion: "Check that the file is still where it was, or download the model again.",
      },
      { cause: error },
    );
  }
  const text = new TextDecoder("latin1").decode(head.subarray(0, length));
  if (text.startsWith("GGUF")) return;
  throw new HearthError({
    code: "model-damaged",
    title: "This file is not a GGUF model.",
    cause: describeHead(text, length),
    suggestion: "Download the model again.",
  });
}

function describeHead(text: string, length: number): string {
  if (length === 0) return "The file is empty.";
  if (/^\s*<(!doctype|html|\?xml)/i.test(text))
    return "It is a web page, most likely an error page that was saved.";
  if (text.startsWith("version https://git-lfs"))
    return "It is a Git LFS pointer, not the file that it points to.";
  return "It does not begin with the mark of a GGUF file.";
}
