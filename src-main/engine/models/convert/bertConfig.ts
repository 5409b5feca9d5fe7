import { z } from "zod";
import { HearthError } from "../../../contract/errors.ts";

export type EmbedderQuantization = "F16" | "Q8_0";

const configSchema = z.object({
  model_type: z.literal("bert"),
  hidden_size: z.int().positive(),
  intermediate_size: z.int().positive(),
  num_attention_heads: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  max_position_embeddings: z.int().positive(),
  layer_norm_eps: z.number(),
});
export type BertConfig = z.infer<typeof configSchema>;

/** Reads a checkpoint's config.json. @throws HearthError `model-unsupported` if it is not BERT. */
export function parseBertConfig(json: string): BertConfig {
  try {
    return configSchema.parse(JSON.parse(json));
  } catch (error) {
    throw new HearthError(
      {
        code: "model-unsupported",
        title: "Hearth cannot convert this model.",
        cause: "Its config.json does not describe a BERT model.",
        suggestion: "Choose a model in GGUF format.",
      },
      { cause: error },
    );
  }
}
