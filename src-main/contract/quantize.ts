import { z } from "zod";
import { call, stream } from "./defineRoute.ts";
import { modelIdSchema } from "./ids.ts";
import { modelSchema } from "./models.ts";

/** The quantizations that the library can make, from the finest to the coarsest. */
export const quantTypes = [
  "F32",
  "BF16",
  "F16",
  "Q8_0",
  "Q6_K",
  "Q5_1",
  "Q5_K_M",
  "Q5_K_S",
  "Q5_0",
  "Q4_1",
  "Q4_K_M",
  "Q4_K_S",
  "Q4_0",
  "IQ4_NL",
  "IQ4_XS",
  "MXFP4_MOE",
  "Q3_K_L",
  "Q3_K_M",
  "IQ3_M",
  "IQ3_S",
  "Q3_K_S",
  "IQ3_XS",
  "IQ3_XXS",
  "Q2_K",
  "Q2_K_S",
  "IQ2_M",
  "IQ2_S",
  "IQ2_XS",
  "Q2_0",
  "IQ2_XXS",
  "TQ2_0",
  "IQ1_M",
  "TQ1_0",
  "IQ1_S",
  "Q1_0",
] as const;
export const quantTypeSchema = z.enum(quantTypes);
export type QuantType = z.infer<typeof quantTypeSchema>;

/**
 * What a quantization keeps of a model whose weights are in 16 bits: all; no difference that is seen; little
 * less; less; much less; or it is only for models that were trained for it.
 */
export const quantQualitySchema = z.enum(["full", "high", "good", "fair", "low", "special"]);
export type QuantQuality = z.infer<typeof quantQualitySchema>;

/** Tensors whose rows do not divide into the blocks of the wanted type, and what they become. */
export const quantFallbackSchema = z.object({
  wanted: z.string(),
  blockLength: z.int(),
  instead: z.string(),
  tensors: z.int(),
});
export type QuantFallback = z.infer<typeof quantFallbackSchema>;

/**
 * Why a quantization cannot be made: it needs importance data, which Hearth does not have; the library has
 * no type for such rows; or the source already is this.
 */
export const quantRefusalSchema = z.enum(["importance-data", "rows", "same"]);
export type QuantRefusal = z.infer<typeof quantRefusalSchema>;

/** What one quantization of a model would be, told from the header alone. */
export const quantOptionSchema = z.object({
  type: quantTypeSchema,
  quality: quantQualitySchema,
  refusal: quantRefusalSchema.nullable(),
  /** Size of the file. */
  bytes: z.number(),
  bitsPerWeight: z.number(),
  tensors: z.int(),
  /** How many tensors there are of each type. */
  types: z.array(z.object({ type: z.string(), tensors: z.int() })),
  fallbacks: z.array(quantFallbackSchema),
  /**
   * What is lost already: `requantized` where the source is no longer exact, so that the result is worse
   * than one made of the original; `no-gain` where it is coarser than the result, which only gets larger.
   */
  warning: z.enum(["requantized", "no-gain"]).nullable(),
  /** The name that the file gets where none is given. */
  fileName: z.string(),
});
export type QuantOption = z.infer<typeof quantOptionSchema>;

export const quantProgressSchema = z.object({
  stage: z.enum(["quantizing", "checking"]),
  /** Of the stage, 0 to 1. */
  fraction: z.number(),
  /** The tensor that is done, and how many there are; 0 outside of `quantizing`. */
  tensor: z.int(),
  tensors: z.int(),
});
export type QuantProgress = z.infer<typeof quantProgressSchema>;

/** A quantization that was made and checked. */
export const quantizedSchema = z.object({
  model: modelSchema,
  /** What was said before, to be compared with the file. */
  predictedBytes: z.number(),
  fallbackTensors: z.int(),
  tensors: z.int(),
  /** Time of the library's quantizer. */
  quantizeMs: z.number(),
  /** Most memory of its process; null where the system does not tell. */
  peakBytes: z.number().nullable(),
  /** How the result compares with its source on a fixed text. */
  compared: z.object({
    /** Perplexity of the result against that of the source; null for a model that makes vectors. */
    perplexityRatio: z.number().nullable(),
    /** Cosine of the angle between their vectors; null for a model that writes. */
    similarity: z.number().nullable(),
    tokens: z.int(),
  }),
});
export type Quantized = z.infer<typeof quantizedSchema>;

export const quantizeRoutes = {
  /** What each quantization of a model would be. Nothing is written. */
  "models.quantizeOptions": call(
    z.object({ modelId: modelIdSchema }),
    z.object({
      options: z.array(quantOptionSchema),
      /** Where the result goes, and what is free there. */
      folder: z.string(),
      freeBytes: z.number(),
    }),
  ),
  /** Makes another quantization and checks it; only then is it listed. Never overwrites a file. */
  "models.quantize": stream(
    z.object({
      modelId: modelIdSchema,
      type: quantTypeSchema,
      /** Full path of the new file; Hearth's own folder when left out. */
      out: z.string().min(1).optional(),
    }),
    quantProgressSchema,
    quantizedSchema,
  ),
} as const;
