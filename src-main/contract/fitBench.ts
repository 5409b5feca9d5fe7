import { z } from "zod";
import { stream } from "./defineRoute.ts";
import { kvTypeSchema } from "./devices.ts";
import { modelIdSchema } from "./ids.ts";
import { modelKindSchema } from "./models.ts";

/** What one load was foretold to take, and took at its peak. */
export const fitPointSchema = z.object({
  modelId: modelIdSchema,
  kind: modelKindSchema,
  /** Of a chat; for an embedder the most tokens of a text. */
  contextTokens: z.int(),
  kvType: kvTypeSchema,
  /** By the formula alone, and as it was told: corrected by what earlier loads took. */
  formulaBytes: z.number(),
  predictedBytes: z.number(),
  /** Null where there was no room for it, or where the system does not tell. */
  measuredBytes: z.number().nullable(),
  /** Foretold against measured, less one; null where nothing was measured. */
  error: z.number().nullable(),
});
export type FitPoint = z.infer<typeof fitPointSchema>;

export const fitProgressSchema = z.object({
  modelId: modelIdSchema,
  contextTokens: z.int(),
  kvType: kvTypeSchema,
  /** The point that is measured, from 1. */
  point: z.int(),
  points: z.int(),
});
export type FitProgress = z.infer<typeof fitProgressSchema>;

export const fitBenchRoutes = {
  /** Loads every model on the processor at contexts from 512 tokens to what it was trained for. */
  "bench.fit": stream(
    z.object({}),
    fitProgressSchema,
    z.object({ points: z.array(fitPointSchema) }),
  ),
} as const;
