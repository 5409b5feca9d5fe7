import { z } from "zod";

/**
 * What the command line asks of the process that measures the search index, and what that answers.
 * Every task runs in a process of its own, which ends with the answer.
 */

const table = {
  /** Folder of the index. */
  dir: z.string(),
  /** Chunks that it holds; they are the same in every run. */
  chunks: z.number().int().positive(),
};

const asking = { ...table, queries: z.number().int().positive() };

export const indexBenchTaskSchema = z.discriminatedUnion("task", [
  z.object({ task: z.literal("build"), ...table }),
  z.object({ task: z.literal("exact"), ...asking }),
  z.object({ task: z.literal("search"), ...asking, mode: z.enum(["vector", "keyword", "hybrid"]) }),
  z.object({ task: z.literal("append"), ...asking }),
  z.object({ task: z.literal("fts5"), ...asking }),
  /** Writes vectors and texts into `dir`, for programs in other languages. */
  z.object({ task: z.literal("export"), ...asking }),
]);

export type IndexBenchTask = z.infer<typeof indexBenchTaskSchema>;

const ms = z.number().nonnegative();
/** Chunk ids of the ten best, best first, for each query. */
const found = z.array(z.array(z.string()));

export const timingsSchema = z.object({
  p50Ms: ms,
  p95Ms: ms,
  /** The first query of a process, after opening. */
  firstMs: ms,
});

export type Timings = z.infer<typeof timingsSchema>;

export const indexBenchAnswers = {
  build: z.object({
    ingestMs: ms,
    indexMs: ms,
    diskBytes: z.number(),
    tuning: z
      .object({ bits: z.number(), nprobes: z.number(), candidates: z.number(), recall: z.number() })
      .nullable(),
  }),
  exact: z.object({ timings: timingsSchema, vector: found, hybrid: found }),
  search: z.object({ openMs: ms, timings: timingsSchema, rssBytes: z.number(), found }),
  append: z.object({ rows: z.number(), beforeP95Ms: ms, afterP95Ms: ms }),
  fts5: z.object({ addMs: ms, timings: timingsSchema }),
  export: z.object({ rows: z.number() }),
} as const satisfies Record<IndexBenchTask["task"], z.ZodType>;

export type IndexBenchAnswer<T extends IndexBenchTask["task"]> = z.infer<
  (typeof indexBenchAnswers)[T]
>;

/** What the process sends, over Node's channel. */
export const indexBenchMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), line: z.string() }),
  z.object({ type: z.literal("answer"), answer: z.unknown() }),
  z.object({ type: z.literal("failed"), title: z.string(), cause: z.string().optional() }),
]);

export type IndexBenchMessage = z.infer<typeof indexBenchMessageSchema>;

/** Length of the generated vectors. */
export const benchDimensions = 384;
