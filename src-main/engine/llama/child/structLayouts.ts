/**
 * The C structs that cross the border to libllama, field by field in the order of the release's
 * header. They belong to one release: a test parses that header and compares, and the gate compares
 * sizes and default values with the library at run time.
 */

/** How a field lies in memory. Enums are 32-bit integers; every pointer is opaque. */
export type FieldKind =
  | "int32_t"
  | "uint32_t"
  | "size_t"
  | "float"
  | "bool"
  | "int"
  | "enum"
  | "pointer"
  | { readonly array: "bool"; readonly length: number };

export type StructLayout = Readonly<Record<string, FieldKind>>;

export const structLayouts = {
  llama_batch: {
    n_tokens: "int32_t",
    token: "pointer",
    embd: "pointer",
    pos: "pointer",
    n_seq_id: "pointer",
    seq_id: "pointer",
    logits: "pointer",
  },
  llama_model_params: {
    devices: "pointer",
    tensor_buft_overrides: "pointer",
    n_gpu_layers: "int32_t",
    split_mode: "enum",
    load_mode: "enum",
    lazy_mode: "enum",
    main_gpu: "int32_t",
    tensor_split: "pointer",
    progress_callback: "pointer",
    progress_callback_user_data: "pointer",
    kv_overrides: "pointer",
    vocab_only: "bool",
    check_tensors: "bool",
    use_extra_bufts: "bool",
    no_host: "bool",
    no_alloc: "bool",
    load_mtp: "bool",
  },
  llama_context_params: {
    n_ctx: "uint32_t",
    n_batch: "uint32_t",
    n_ubatch: "uint32_t",
    n_seq_max: "uint32_t",
    n_rs_seq: "uint32_t",
    n_outputs_max: "uint32_t",
    n_outputs_max_per_seq: "uint32_t",
    n_threads: "int32_t",
    n_threads_batch: "int32_t",
    ctx_type: "enum",
    rope_scaling_type: "enum",
    pooling_type: "enum",
    attention_type: "enum",
    flash_attn_type: "enum",
    rope_freq_base: "float",
    rope_freq_scale: "float",
    yarn_ext_factor: "float",
    yarn_attn_factor: "float",
    yarn_beta_fast: "float",
    yarn_beta_slow: "float",
    yarn_orig_ctx: "uint32_t",
    defrag_thold: "float",
    cb_eval: "pointer",
    cb_eval_user_data: "pointer",
    type_k: "enum",
    type_v: "enum",
    abort_callback: "pointer",
    abort_callback_data: "pointer",
    embeddings: "bool",
    offload_kqv: "bool",
    no_perf: "bool",
    op_offload: "bool",
    swa_full: "bool",
    kv_unified: "bool",
    samplers: "pointer",
    n_samplers: "size_t",
    ctx_other: "pointer",
  },
  llama_sampler_chain_params: { no_perf: "bool" },
  llama_model_quantize_params: {
    nthread: "int32_t",
    ftype: "enum",
    output_tensor_type: "enum",
    token_embedding_type: "enum",
    allow_requantize: "bool",
    quantize_output_tensor: "bool",
    only_copy: "bool",
    pure: "bool",
    keep_split: "bool",
    dry_run: "bool",
    imatrix: "pointer",
    kv_overrides: "pointer",
    tt_overrides: "pointer",
    prune_layers: "pointer",
    max_buf_size: "size_t",
  },
  ggml_threadpool_params: {
    cpumask: { array: "bool", length: 512 },
    n_threads: "int",
    prio: "enum",
    poll: "uint32_t",
    strict_cpu: "bool",
    paused: "bool",
  },
} as const satisfies Record<string, StructLayout>;

export type StructName = keyof typeof structLayouts;

/** Bytes of each struct on a 64-bit machine, as the release's compiler lays them out. */
export const structSizes: Readonly<Record<StructName, number>> = {
  llama_batch: 56,
  llama_model_params: 80,
  llama_context_params: 160,
  llama_sampler_chain_params: 1,
  llama_model_quantize_params: 64,
  ggml_threadpool_params: 528,
};

type ValueOf<Kind> = Kind extends "pointer"
  ? bigint | null
  : Kind extends "bool"
    ? boolean
    : number;

/** A struct as a JavaScript object, with the types that its layout implies. */
export type StructValue<Name extends StructName> = {
  -readonly [Field in keyof (typeof structLayouts)[Name]]: ValueOf<
    (typeof structLayouts)[Name][Field]
  >;
};
