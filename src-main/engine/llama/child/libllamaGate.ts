import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import koffi from "koffi";
import { HearthError } from "../../../contract/errors.ts";
import { findLibraries, nativeStructs, openLibllama, type Libllama } from "./libllama.ts";
import { pinnedLibraryHashes } from "./pinnedLibraryHashes.ts";
import { structSizes, type StructName, type StructValue } from "./structLayouts.ts";

/** What the libraries of node-llama-cpp 3.22.1 say of themselves. */
export const expectedVersions = { llama: "0.5.0-dev", ggmlPrefix: "0." } as const;

export interface CheckedLibrary {
  readonly library: Libllama;
  readonly version: string;
  /** False where no hashes are on record for the platform. */
  readonly hashKnown: boolean;
}

/**
 * Opens libllama only if it is the release that the struct layouts were written for. In order: the
 * files are there; their hashes are the pinned ones, before any of their code runs; they load; they
 * name the expected version; struct sizes match; default parameters read back as that release sets
 * them, which they do only with the right layout. Anything else throws `library-mismatch`.
 *
 * @param platform key of the table of hashes, such as `linux-x64-vulkan`
 */
export function openCheckedLibllama(
  folder: string,
  platform: string,
  table: Readonly<Record<string, Readonly<Record<string, string>>>> = pinnedLibraryHashes,
): CheckedLibrary {
  requireFiles(folder);
  const pinned = table[platform];
  if (pinned) requireHashes(folder, pinned);
  const library = loadLibraries(folder);
  const version = requireVersion(library);
  requireLayouts();
  requireDefaults(library);
  return { library, version, hashKnown: pinned !== undefined };
}

function mismatch(reason: string, cause?: unknown): HearthError {
  return new HearthError(
    {
      code: "library-mismatch",
      title: "The llama.cpp library does not belong to this version of Hearth.",
      cause: reason,
      suggestion:
        "Install Hearth again, or remove the setting that points to another library folder.",
    },
    { cause },
  );
}

function requireFiles(folder: string): void {
  let found: ReturnType<typeof findLibraries>;
  try {
    found = findLibraries(folder);
  } catch (error) {
    throw mismatch(`The folder ${folder} cannot be read.`, error);
  }
  const missing = [
    found.base ? [] : ["libggml-base"],
    found.ggml ? [] : ["libggml"],
    found.llama ? [] : ["libllama"],
  ].flat();
  if (missing.length > 0) throw mismatch(`${missing.join(", ")} is missing in ${folder}.`);
}

function requireHashes(folder: string, pinned: Readonly<Record<string, string>>): void {
  const present = new Set(readdirSync(folder));
  // A backend of a known name is loaded from the folder by itself, so an unknown one is refused too.
  for (const name of present) {
    if (/^(lib)?ggml.*\.(so|dylib|dll)$/.test(name) && !(name in pinned)) {
      throw mismatch(`${name} is not part of the release that Hearth was built with.`);
    }
  }
  for (const [name, expected] of Object.entries(pinned)) {
    if (!present.has(name)) {
      // Other CPU variants and graphics backends may be left out of a package; the core may not.
      if (/cpu|cuda|vulkan|metal/.test(name) && !/llama/.test(name)) continue;
      throw mismatch(`${name} is missing in ${folder}.`);
    }
    const actual = createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
    if (actual !== expected) {
      throw mismatch(
        `${name} differs from the file that was released (SHA-256 ${actual.slice(0, 12)}…).`,
      );
    }
  }
}

function loadLibraries(folder: string): Libllama {
  try {
    return openLibllama(folder);
  } catch (error) {
    throw mismatch(
      `It does not load: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}

function requireVersion(library: Libllama): string {
  const llama = library.version();
  const ggml = library.ggmlVersion();
  if (llama !== expectedVersions.llama) {
    throw mismatch(`It says it is llama.cpp ${llama}; Hearth needs ${expectedVersions.llama}.`);
  }
  if (!ggml?.startsWith(expectedVersions.ggmlPrefix)) throw mismatch(`It carries ggml ${ggml}.`);
  return llama;
}

function requireLayouts(): void {
  if (koffi.sizeof("void *") !== 8) throw mismatch("Hearth runs models on 64-bit processors only.");
  for (const name of Object.keys(structSizes) as StructName[]) {
    const actual = koffi.sizeof(nativeStructs[name]);
    if (actual !== structSizes[name]) {
      throw mismatch(
        `The struct ${name} takes ${actual} bytes here instead of ${structSizes[name]}.`,
      );
    }
  }
}

const expectedContextDefaults: Partial<StructValue<"llama_context_params">> = {
  n_ctx: 512,
  n_batch: 2048,
  n_ubatch: 512,
  n_seq_max: 1,
  rope_scaling_type: -1,
  pooling_type: -1,
  attention_type: -1,
  flash_attn_type: -1,
  yarn_ext_factor: -1,
  yarn_attn_factor: -1,
  yarn_beta_fast: -1,
  yarn_beta_slow: -1,
  type_k: 1,
  type_v: 1,
  cb_eval: null,
  abort_callback: null,
  embeddings: false,
  offload_kqv: true,
  no_perf: true,
  op_offload: true,
  swa_full: true,
  kv_unified: false,
  samplers: null,
  ctx_other: null,
};

const expectedModelDefaults: Partial<StructValue<"llama_model_params">> = {
  n_gpu_layers: -1,
  split_mode: 1,
  main_gpu: 0,
  tensor_split: null,
  progress_callback: null,
  kv_overrides: null,
  vocab_only: false,
  use_extra_bufts: true,
  no_host: false,
  no_alloc: false,
};

const expectedQuantizeDefaults: Partial<StructValue<"llama_model_quantize_params">> = {
  nthread: 0,
  ftype: 7,
  // One more than the last element type: none is forced.
  output_tensor_type: 43,
  token_embedding_type: 43,
  allow_requantize: false,
  quantize_output_tensor: true,
  only_copy: false,
  pure: false,
  keep_split: false,
  dry_run: false,
  imatrix: null,
  kv_overrides: null,
  tt_overrides: null,
  prune_layers: null,
  max_buf_size: 8 * 2 ** 30,
};

/** Fields whose value is not the expected one, as "name value". Exported for its test. */
export function differingFields(actual: object, expected: object): string[] {
  const values = new Map(Object.entries(actual));
  return Object.entries(expected).flatMap(([field, value]) =>
    Object.is(values.get(field), value) ? [] : [`${field} ${String(values.get(field))}`],
  );
}

function requireDefaults(library: Libllama): void {
  const differing = [
    ...differingFields(library.contextDefaultParams(), expectedContextDefaults),
    ...differingFields(library.modelDefaultParams(), expectedModelDefaults),
    ...differingFields(library.quantizeDefaultParams(), expectedQuantizeDefaults),
  ];
  if (differing.length > 0)
    throw mismatch(`Its default parameters differ: ${differing.join(", ")}.`);
}
