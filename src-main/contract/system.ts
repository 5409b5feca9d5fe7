import { z } from "zod";
import { errorDataSchema } from "./errors.ts";
import { call, stream } from "./defineRoute.ts";

/** Something the user should know of that no call of theirs is waiting for. */
export const noticeSchema = z.object({
  id: z.string(),
  at: z.number(),
  level: z.enum(["info", "warning", "error"]),
  error: errorDataSchema,
});
export type Notice = z.infer<typeof noticeSchema>;

export const systemStateSchema = z.object({
  version: z.string(),
  generation: z.string(),
  home: z.string(),
  pid: z.int(),
  threads: z.int(),
  faces: z.array(z.object({ id: z.string(), kind: z.string() })),
  notices: z.array(noticeSchema),
});
export type SystemState = z.infer<typeof systemStateSchema>;

/** One attempt to reach the network. */
export const networkRequestSchema = z.object({
  id: z.int(),
  at: z.number(),
  process: z.string(),
  method: z.string(),
  url: z.string(),
  reason: z.string(),
  outcome: z.enum(["allowed", "refused", "failed"]),
  status: z.int().nullable(),
  bytes: z.number(),
});
export type NetworkRequest = z.infer<typeof networkRequestSchema>;

export const metricsSchema = z.object({
  ndcgAt10: z.number(),
  recallAt10: z.number(),
  mrrAt10: z.number(),
  recallAt5: z.number(),
});
export type Metrics = z.infer<typeof metricsSchema>;

/** A difference over the same queries, with its 95 % interval from a paired bootstrap. */
export const intervalSchema = z.object({ mean: z.number(), low: z.number(), high: z.number() });
const gainSchema = z.object({ ndcgAt10: intervalSchema, recallAt10: intervalSchema });

export const retrievalEvalSchema = z.object({
  dataset: z.string(),
  documents: z.int(),
  queries: z.int(),
  arms: z.object({ keyword: metricsSchema, vector: metricsSchema, hybrid: metricsSchema }),
  ingestMs: z.number(),
  /** A row for each technique switched off; the gain is that of having it. */
  ablation: z
    .array(z.object({ name: z.string(), metrics: metricsSchema, gain: gainSchema }))
    .optional(),
  /** Each fold searched with the settings that did best on the others; the gain is over rank fusion. */
  folds: z
    .object({
      folds: z.int(),
      metrics: metricsSchema,
      gain: gainSchema,
      chosen: z.array(
        z.object({
          fusion: z.enum(["score", "rank"]),
          vectorShare: z.number(),
          neighbourShare: z.number(),
          neighbours: z.int(),
          rerankShare: z.number(),
          reranked: z.int(),
        }),
      ),
    })
    .optional(),
});
export type RetrievalEval = z.infer<typeof retrievalEvalSchema>;

export const systemRoutes = {
  "system.requests": call(
    z.object({ limit: z.int().min(1).max(10_000).default(500) }),
    z.object({ total: z.int(), requests: z.array(networkRequestSchema) }),
  ),
  /** A face reports what its own network guard refused or let through. */
  "system.reportRequest": call(networkRequestSchema.omit({ id: true }), z.object({})),
  "system.dismissNotice": call(z.object({ id: z.string() }), z.object({})),
  /** Ends the engine for all faces. */
  "system.shutdown": call(z.object({}), z.object({})),
  "eval.retrieval": stream(
    z.object({
      dataDir: z.string().min(1),
      ablate: z.boolean().default(false),
      folds: z.int().min(2).max(20).optional(),
    }),
    z.object({ stage: z.string(), done: z.int(), total: z.int() }),
    retrievalEvalSchema,
  ),
} as const;
