import type { GgufTensor } from "../gguf/readTensors.ts";

/** Parts of names of tensors that are too small or too delicate: they stay as they are. */
const keptParts = [
  "_norm.weight",
  "ffn_gate_inp.weight",
  "ffn_gate_tid2eid.weight",
  "altup",
  "laurel",
  "per_layer_model_proj",
  "ssm_conv1d",
  "shortconv.conv.weight",
  "indexer.k_proj.weight",
  "indexer.q_proj.weight",
  ...["first", "w0", "w1", "w2", "v0", "v1", "v2", "a0", "a1", "a2", "g1", "g2"].map(
    (part) => `time_mix_${part}.weight`,
  ),
  "time_mix_decay_w1.weight",
  "time_mix_decay_w2.weight",
  "time_mix_lerp_fused.weight",
  "attn_rel_b.weight",
  ".position_embd",
  "sam.pos_embd",
  "sam.neck.",
  "sam.net_",
  ".rel_pos",
  ".patch_embd",
  ".patch_merger",
  "a.rvq.codebook",
  "mm.a.code_embd",
];
const keptNames: ReadonlySet<string> = new Set(["position_embd.weight", "token_types.weight"]);

/** Whether the quantizer touches a tensor at all: weights with two dimensions and more, but some. */
export function mayQuantize({ name, shape }: Pick<GgufTensor, "name" | "shape">): boolean {
  // Dimensions of one at the end are none.
  const dimensions = shape.findLastIndex((size) => size > 1) + 1;
  if (dimensions < 2 || !name.endsWith("weight") || keptNames.has(name)) return false;
  return !keptParts.some((part) => name.includes(part));
}
