import { z } from "zod";
import { errorDataSchema } from "./errors.ts";

/**
 * Where a model would run: on the graphics device; on both; on the processor; there, but others would be
 * pushed out; not at all with the wanted context.
 */
export const fitVerdictSchema = z.enum(["gpu", "split", "cpu", "tight", "wont"]);
export type FitVerdict = z.infer<typeof fitVerdictSchema>;

/** What a model would need here, and how it would run, before it is on this computer. */
export const fitSchema = z.object({
  verdict: fitVerdictSchema,
  /** The wanted context, at most what the model was trained for. */
  contextTokens: z.int(),
  /** The longest that fits where the verdict says, 0 where none does. */
  largestContextTokens: z.int(),
  neededBytes: z.number(),
  /** Free where it would run, counting what would be unloaded first. */
  freeBytes: z.number(),
  /** The graphics device, where it carries some of it. */
  device: z.string().nullable(),
  /** Layers on that device; the output counts as one more than `layers`. */
  gpuLayers: z.int(),
  layers: z.int(),
  /** Tokens that it should write in a second; null where the memory's speed is not known. */
  tokensPerSecond: z.number().nullable(),
});
export type Fit = z.infer<typeof fitSchema>;

export const hubFitSchema = z.object({
  /** Path of the quantization's first file, as `hub.model` lists it. */
  key: z.string(),
  /**
   * What it was told from: the file's own header; the header of another quantization of the same weights;
   * or nothing, so that its size is all that is known.
   */
  basis: z.enum(["header", "sibling", "none"]),
  fit: fitSchema.extend({ purpose: z.enum(["chat", "embedding", "reranking"]) }).nullable(),
  /** Why its own header does not do, where it was read and did not. */
  problem: errorDataSchema.nullable(),
});
export type HubFit = z.infer<typeof hubFitSchema>;
