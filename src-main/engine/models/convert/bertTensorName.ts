import { HearthError } from "../../../contract/errors.ts";

const globalNames: Readonly<Record<string, string>> = {
  "embeddings.word_embeddings": "token_embd",
  "embeddings.position_embeddings": "position_embd",
  "embeddings.token_type_embeddings": "token_types",
  "embeddings.LayerNorm": "token_embd_norm",
};

const layerNames: Readonly<Record<string, string>> = {
  "attention.self.query": "attn_q",
  "attention.self.key": "attn_k",
  "attention.self.value": "attn_v",
  "attention.output.dense": "attn_output",
  "attention.output.LayerNorm": "attn_output_norm",
  "intermediate.dense": "ffn_up",
  "output.dense": "ffn_down",
  "output.LayerNorm": "layer_output_norm",
};

/**
 * The name that llama.cpp uses for a tensor of a BERT checkpoint.
 * @throws HearthError `model-unsupported` for one that BERT does not have.
 */
export function bertTensorName(name: string): string {
  const bare = name.replace(/^bert\./u, "");
  const parts = /^(.*)\.(weight|bias)$/u.exec(bare);
  const stem = parts?.[1] ?? "";
  const layer = /^encoder\.layer\.(\d+)\.(.*)$/u.exec(stem);
  const known = layer ? layerNames[layer[2] ?? ""] : globalNames[stem];
  if (parts === null || known === undefined) {
    throw new HearthError({
      code: "model-unsupported",
      title: "Hearth cannot convert this model.",
      cause: `It has a part that BERT does not have: "${name.slice(0, 80)}".`,
      suggestion: "Choose a model in GGUF format.",
    });
  }
  return `${layer ? `blk.${layer[1]}.` : ""}${known}.${parts[2]}`;
}
