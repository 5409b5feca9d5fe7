import type { KvType } from "../../../contract/devices.ts";
import type { StructValue } from "./structLayouts.ts";

/** Numbers of `ggml_type`. */
const ggmlTypes: Readonly<Record<KvType, number>> = { f16: 1, q8_0: 8, q4_0: 2 };
const flashAttentionAuto = -1;
const flashAttentionOn = 1;

/** The fields of the context's parameters that say how keys and values are kept. */
export function kvParams(
  kvType: KvType,
): Pick<StructValue<"llama_context_params">, "type_k" | "type_v" | "flash_attn_type"> {
  return {
    type_k: ggmlTypes[kvType],
    type_v: ggmlTypes[kvType],
    // Packed values are laid out in a way that only flash attention can read.
    flash_attn_type: kvType === "f16" ? flashAttentionAuto : flashAttentionOn,
  };
}
