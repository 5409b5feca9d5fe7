import { readdirSync } from "node:fs";
import { join } from "node:path";
import koffi, { type KoffiFunc, type LibraryHandle, type TypeObject } from "koffi";
import {
  structLayouts,
  type FieldKind,
  type StructName,
  type StructValue,
} from "./structLayouts.ts";

/**
 * The one binding to llama.cpp's public C API: the functions that Hearth calls, each under its C name
 * without the `llama_` prefix. Nothing here checks arguments; several mistakes abort the process, so
 * only the classes of this folder call it.
 */
export interface Libllama {
  readonly folder: string;

  version(): string | null;
  ggmlVersion(): string | null;
  backendInit(): void;
  maxDevices(): number | bigint;
  logSet(callback: bigint | null, userData: bigint | null): void;
  /** Address of a C function that does nothing; see {@link silenceLog}. */
  readonly quietLogCallback: bigint;

  modelDefaultParams(): StructValue<"llama_model_params">;
  contextDefaultParams(): StructValue<"llama_context_params">;
  samplerChainDefaultParams(): StructValue<"llama_sampler_chain_params">;
  quantizeDefaultParams(): StructValue<"llama_model_quantize_params">;
  /** @returns 0 when the file is written; what went wrong is on stderr only */
  modelQuantize: KoffiFunc<
    (source: string, target: string, params: StructValue<"llama_model_quantize_params">) => number
  >;

  modelLoadFromFile: KoffiFunc<
    (path: string, params: StructValue<"llama_model_params">) => bigint | null
  >;
  modelFree(model: bigint): void;
  modelVocab(model: bigint): bigint;
  modelDesc(model: bigint, buffer: Uint8Array, size: number): number;
  modelSize(model: bigint): number | bigint;
  modelParameters(model: bigint): number | bigint;
  modelTrainContext(model: bigint): number;
  modelEmbeddingSize(model: bigint): number;
  modelLayers(model: bigint): number;
  modelHasEncoder(model: bigint): boolean;
  modelHasDecoder(model: bigint): boolean;
  modelIsDiffusion(model: bigint): boolean;
  modelIsRecurrent(model: bigint): boolean;
  modelIsHybrid(model: bigint): boolean;
  modelMetaValue(model: bigint, key: string, buffer: Uint8Array | null, size: number): number;
  modelChatTemplate(model: bigint, name: string | null): string | null;

  contextInit: KoffiFunc<
    (model: bigint, params: StructValue<"llama_context_params">) => bigint | null
  >;
  contextFree(context: bigint): void;
  contextTokens(context: bigint): number;
  contextBatchTokens(context: bigint): number;
  poolingType(context: bigint): number;
  attachThreadpool(context: bigint, pool: bigint, batchPool: bigint): void;

  decode: KoffiFunc<(context: bigint, batch: StructValue<"llama_batch">) => number>;
  setThreads(context: bigint, single: number, batch: number): void;
  /** Null: steps ask nobody whether to stop. */
  setAbortCallback(context: bigint, callback: bigint | null, data: bigint | null): void;
  synchronize(context: bigint): void;
  /**
   * Address of a C function of the shape that a context asks whether to stop: whether the tensor that
   * its argument points to is empty. Memory full of ones says no, memory of zeros says yes, wherever
   * in it the sizes lie.
   */
  readonly abortCallback: bigint;
  embeddingsOfSequence(context: bigint, sequence: number): bigint | null;

  memory(context: bigint): bigint | null;
  memoryClear(memory: bigint, data: boolean): void;
  memoryRemove(memory: bigint, sequence: number, from: number, to: number): boolean;
  /** Lets a sequence share the cells of another one's tokens; a state that is no list is copied whole. */
  memoryCopy(memory: bigint, source: number, target: number, from: number, to: number): void;
  stateSize(context: bigint, sequence: number): number | bigint;
  /** @returns bytes written, 0 when it failed */
  stateRead(context: bigint, target: Uint8Array, size: number, sequence: number): number | bigint;
  /** @returns bytes read, 0 when they do not fit this context */
  stateWrite(context: bigint, source: Uint8Array, size: number, sequence: number): number | bigint;
  logitsOfRow(context: bigint, row: number): bigint | null;

  /** A number of `llama_vocab_type`. */
  vocabType(vocab: bigint): number;
  vocabSize(vocab: bigint): number;
  vocabText(vocab: bigint, token: number): string | null;
  vocabAttributes(vocab: bigint, token: number): number;
  vocabIsEndOfGeneration(vocab: bigint, token: number): boolean;
  vocabBos(vocab: bigint): number;
  vocabEos(vocab: bigint): number;
  vocabSep(vocab: bigint): number;
  vocabPad(vocab: bigint): number;
  vocabAddsBos(vocab: bigint): boolean;
  tokenize(
    vocab: bigint,
    text: Uint8Array,
    length: number,
    tokens: Int32Array,
    capacity: number,
    addSpecial: boolean,
    parseSpecial: boolean,
  ): number;
  tokenToPiece(
    vocab: bigint,
    token: number,
    buffer: Uint8Array,
    length: number,
    lstrip: number,
    special: boolean,
  ): number;

  samplerChainInit(params: StructValue<"llama_sampler_chain_params">): bigint | null;
  samplerChainAdd(chain: bigint, sampler: bigint): void;
  samplerGreedy(): bigint;
  samplerDist(seed: number): bigint;
  samplerTopK(k: number): bigint;
  samplerTopP(p: number, minKeep: number): bigint;
  samplerMinP(p: number, minKeep: number): bigint;
  samplerTemperature(temperature: number): bigint;
  samplerPenalties(
    vocabSize: number,
    lastN: number,
    repeat: number,
    frequency: number,
    present: number,
  ): bigint;
  samplerGrammar(vocab: bigint, grammar: string, root: string): bigint | null;
  samplerSample(chain: bigint, context: bigint, row: number): number;
  samplerApply(sampler: bigint, candidates: bigint): void;
  samplerAccept(sampler: bigint, token: number): void;
  samplerFree(chain: bigint): void;

  backendLoadAll(folder: string): void;
  deviceCount(): number | bigint;
  device(index: number): bigint;
  deviceName(device: bigint): string | null;
  deviceDescription(device: bigint): string | null;
  /** 0 CPU, 1 GPU, 2 integrated GPU, 3 accelerator (see `ggml_backend_dev_type`). */
  deviceType(device: bigint): number;
  /** Fills two counts of bytes. */
  deviceMemory(device: bigint, free: BigUint64Array, total: BigUint64Array): void;
  deviceBackend(device: bigint): bigint;
  backendName(registration: bigint): string | null;
  backendRegistration(name: string): bigint | null;
  backendProcAddress(registration: bigint, name: string): bigint | null;
}

// koffi runs native code on stacks of its own, which are too small for model loading by default.
koffi.config({
  sync_stack_size: 8 << 20,
  async_stack_size: 8 << 20,
  async_heap_size: 1 << 20,
  resident_async_pools: 2,
});

function fieldType(kind: FieldKind): string | TypeObject {
  if (typeof kind === "object") return koffi.array(kind.array, kind.length);
  if (kind === "pointer") return "void *";
  if (kind === "enum") return "int32_t";
  return kind;
}

function defineStruct(name: StructName): TypeObject {
  const fields = Object.entries<FieldKind>(structLayouts[name]);
  return koffi.struct(
    name,
    Object.fromEntries(fields.map(([field, kind]) => [field, fieldType(kind)])),
  );
}

/** The declared structs as koffi sees them on this machine. */
export const nativeStructs: Readonly<Record<StructName, TypeObject>> = {
  llama_batch: defineStruct("llama_batch"),
  llama_model_params: defineStruct("llama_model_params"),
  llama_context_params: defineStruct("llama_context_params"),
  llama_sampler_chain_params: defineStruct("llama_sampler_chain_params"),
  llama_model_quantize_params: defineStruct("llama_model_quantize_params"),
  ggml_threadpool_params: defineStruct("ggml_threadpool_params"),
};

const libraryNames = {
  base: /^(lib)?ggml-base\.(so|dylib|dll)$/,
  ggml: /^(lib)?ggml(\.[a-z]+)?(\.v[\d.]+)?\.(so|dylib|dll)$/,
  llama: /^(lib)?llama(\.[a-z]+)?(\.v[\d.]+)?\.(so|dylib|dll)$/,
};

/** Names of the three libraries in a folder, or null for one that is not there. */
export function findLibraries(folder: string): Record<keyof typeof libraryNames, string | null> {
  const names = readdirSync(folder);
  const find = (pattern: RegExp): string | null => names.find((name) => pattern.test(name)) ?? null;
  return {
    base: find(libraryNames.base),
    ggml: find(libraryNames.ggml),
    llama: find(libraryNames.llama),
  };
}

/**
 * Opens the libraries of a folder and binds their functions. Throws what the loader or koffi throws;
 * the gate turns that into words.
 */
export function openLibllama(folder: string): Libllama {
  const names = findLibraries(folder);
  if (!names.base || !names.ggml || !names.llama)
    throw new Error(`libllama or libggml is missing in ${folder}`);
  // Order matters: each library needs the one before.
  const base = koffi.load(join(folder, names.base), { global: true });
  const ggml = koffi.load(join(folder, names.ggml), { global: true });
  const llama = koffi.load(join(folder, names.llama), { global: true });
  return {
    folder,
    ...bindModel(llama),
    ...bindContext(llama),
    ...bindSamplers(llama),
    ...bindGgml(llama, ggml, base),
  };
}

function bindModel(llama: LibraryHandle) {
  return {
    version: llama.func("str llama_version()"),
    backendInit: llama.func("void llama_backend_init()"),
    maxDevices: llama.func("size_t llama_max_devices()"),
    modelDefaultParams: llama.func("llama_model_params llama_model_default_params()"),
    modelLoadFromFile: llama.func(
      "void *llama_model_load_from_file(str path, llama_model_params params)",
    ),
    quantizeDefaultParams: llama.func(
      "llama_model_quantize_params llama_model_quantize_default_params()",
    ),
    modelQuantize: llama.func(
      "uint32_t llama_model_quantize(str source, str target, llama_model_quantize_params *params)",
    ),
    modelFree: llama.func("void llama_model_free(void *model)"),
    modelVocab: llama.func("void *llama_model_get_vocab(void *model)"),
    modelDesc: llama.func("int32_t llama_model_desc(void *model, void *buffer, size_t size)"),
    modelSize: llama.func("uint64_t llama_model_size(void *model)"),
    modelParameters: llama.func("uint64_t llama_model_n_params(void *model)"),
    modelTrainContext: llama.func("int32_t llama_model_n_ctx_train(void *model)"),
    modelEmbeddingSize: llama.func("int32_t llama_model_n_embd_out(void *model)"),
    modelLayers: llama.func("int32_t llama_model_n_layer(void *model)"),
    modelHasEncoder: llama.func("bool llama_model_has_encoder(void *model)"),
    modelHasDecoder: llama.func("bool llama_model_has_decoder(void *model)"),
    modelIsDiffusion: llama.func("bool llama_model_is_diffusion(void *model)"),
    modelIsRecurrent: llama.func("bool llama_model_is_recurrent(void *model)"),
    modelIsHybrid: llama.func("bool llama_model_is_hybrid(void *model)"),
    modelMetaValue: llama.func(
      "int32_t llama_model_meta_val_str(void *model, str key, void *buffer, size_t size)",
    ),
    modelChatTemplate: llama.func("str llama_model_chat_template(void *model, str name)"),
    vocabType: llama.func("int32_t llama_vocab_type(void *vocab)"),
    vocabSize: llama.func("int32_t llama_vocab_n_tokens(void *vocab)"),
    vocabText: llama.func("str llama_vocab_get_text(void *vocab, int32_t token)"),
    vocabAttributes: llama.func("int32_t llama_vocab_get_attr(void *vocab, int32_t token)"),
    vocabIsEndOfGeneration: llama.func("bool llama_vocab_is_eog(void *vocab, int32_t token)"),
    vocabBos: llama.func("int32_t llama_vocab_bos(void *vocab)"),
    vocabEos: llama.func("int32_t llama_vocab_eos(void *vocab)"),
    vocabSep: llama.func("int32_t llama_vocab_sep(void *vocab)"),
    vocabPad: llama.func("int32_t llama_vocab_pad(void *vocab)"),
    vocabAddsBos: llama.func("bool llama_vocab_get_add_bos(void *vocab)"),
    tokenize: llama.func(
      "int32_t llama_tokenize(void *vocab, void *text, int32_t length, void *tokens, int32_t capacity, bool add_special, bool parse_special)",
    ),
    tokenToPiece: llama.func(
      "int32_t llama_token_to_piece(void *vocab, int32_t token, void *buffer, int32_t length, int32_t lstrip, bool special)",
    ),
  };
}

function bindContext(llama: LibraryHandle) {
  return {
    contextDefaultParams: llama.func("llama_context_params llama_context_default_params()"),
    contextInit: llama.func(
      "void *llama_init_from_model(void *model, llama_context_params params)",
    ),
    contextFree: llama.func("void llama_free(void *context)"),
    contextTokens: llama.func("uint32_t llama_n_ctx_seq(void *context)"),
    contextBatchTokens: llama.func("uint32_t llama_n_batch(void *context)"),
    poolingType: llama.func("int32_t llama_pooling_type(void *context)"),
    attachThreadpool: llama.func(
      "void llama_attach_threadpool(void *context, void *pool, void *batch_pool)",
    ),
    decode: llama.func("int32_t llama_decode(void *context, llama_batch batch)"),
    setAbortCallback: llama.func(
      "void llama_set_abort_callback(void *context, void *callback, void *data)",
    ),
    setThreads: llama.func(
      "void llama_set_n_threads(void *context, int32_t single, int32_t batch)",
    ),
    synchronize: llama.func("void llama_synchronize(void *context)"),
    embeddingsOfSequence: llama.func(
      "void *llama_get_embeddings_seq(void *context, int32_t sequence)",
    ),
    memory: llama.func("void *llama_get_memory(void *context)"),
    memoryClear: llama.func("void llama_memory_clear(void *memory, bool data)"),
    memoryRemove: llama.func(
      "bool llama_memory_seq_rm(void *memory, int32_t sequence, int32_t from, int32_t to)",
    ),
    memoryCopy: llama.func(
      "void llama_memory_seq_cp(void *memory, int32_t source, int32_t target, int32_t from, int32_t to)",
    ),
    stateSize: llama.func("size_t llama_state_seq_get_size(void *context, int32_t sequence)"),
    stateRead: llama.func(
      "size_t llama_state_seq_get_data(void *context, void *target, size_t size, int32_t sequence)",
    ),
    stateWrite: llama.func(
      "size_t llama_state_seq_set_data(void *context, void *source, size_t size, int32_t sequence)",
    ),
    logitsOfRow: llama.func("void *llama_get_logits_ith(void *context, int32_t row)"),
  };
}

function bindSamplers(llama: LibraryHandle) {
  return {
    samplerChainDefaultParams: llama.func(
      "llama_sampler_chain_params llama_sampler_chain_default_params()",
    ),
    samplerChainInit: llama.func(
      "void *llama_sampler_chain_init(llama_sampler_chain_params params)",
    ),
    samplerChainAdd: llama.func("void llama_sampler_chain_add(void *chain, void *sampler)"),
    samplerGreedy: llama.func("void *llama_sampler_init_greedy()"),
    samplerDist: llama.func("void *llama_sampler_init_dist(uint32_t seed)"),
    samplerTopK: llama.func("void *llama_sampler_init_top_k(int32_t k)"),
    samplerTopP: llama.func("void *llama_sampler_init_top_p(float p, size_t min_keep)"),
    samplerMinP: llama.func("void *llama_sampler_init_min_p(float p, size_t min_keep)"),
    samplerTemperature: llama.func("void *llama_sampler_init_temp(float temperature)"),
    samplerPenalties: llama.func(
      "void *llama_sampler_init_penalties(int32_t n_vocab, int32_t last_n, float repeat, float frequency, float present)",
    ),
    samplerGrammar: llama.func(
      "void *llama_sampler_init_grammar(void *vocab, str grammar, str root)",
    ),
    samplerApply: llama.func("void llama_sampler_apply(void *sampler, void *candidates)"),
    samplerAccept: llama.func("void llama_sampler_accept(void *sampler, int32_t token)"),
    samplerSample: llama.func(
      "int32_t llama_sampler_sample(void *chain, void *context, int32_t row)",
    ),
    samplerFree: llama.func("void llama_sampler_free(void *chain)"),
  };
}

function bindGgml(llama: LibraryHandle, ggml: LibraryHandle, base: LibraryHandle) {
  return {
    logSet: llama.func("void llama_log_set(void *callback, void *user_data)"),
    quietLogCallback: koffi.address(llama.symbol("llama_max_devices")),
    abortCallback: koffi.address(base.symbol("ggml_is_empty")),
    ggmlVersion: base.func("str ggml_version()"),
    backendLoadAll: ggml.func("void ggml_backend_load_all_from_path(str folder)"),
    deviceCount: ggml.func("size_t ggml_backend_dev_count()"),
    device: ggml.func("void *ggml_backend_dev_get(size_t index)"),
    backendRegistration: ggml.func("void *ggml_backend_reg_by_name(str name)"),
    deviceName: base.func("str ggml_backend_dev_name(void *device)"),
    deviceDescription: base.func("str ggml_backend_dev_description(void *device)"),
    deviceType: base.func("int32_t ggml_backend_dev_type(void *device)"),
    deviceMemory: base.func("void ggml_backend_dev_memory(void *device, void *free, void *total)"),
    deviceBackend: base.func("void *ggml_backend_dev_backend_reg(void *device)"),
    backendName: base.func("str ggml_backend_reg_name(void *registration)"),
    backendProcAddress: base.func(
      "void *ggml_backend_reg_get_proc_address(void *registration, str name)",
    ),
  };
}

/**
 * Stops the library's log lines. A JavaScript callback would be entered from ggml's own threads and
 * can deadlock, so a C function of the library that takes nothing and changes nothing stands in: the
 * calling conventions of every supported platform let it ignore the arguments. Aborts still write
 * to stderr by themselves.
 */
export function silenceLog(library: Libllama): void {
  library.logSet(library.quietLogCallback, null);
}
