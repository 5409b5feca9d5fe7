import { z } from "zod";
import { call, stream } from "./defineRoute.ts";
import { modelIdSchema } from "./ids.ts";

/**
 * What a benchmark measures:
 * - `prefill`: reading a prompt of 512 tokens that the model has not seen before;
 * - `decode`: writing 128 tokens, always the likeliest one;
 * - `chats`: writing in several chats at once, all of them together.
 */
export const benchTestSchema = z.enum(["prefill", "decode", "chats"]);
export type BenchTest = z.infer<typeof benchTestSchema>;

/** One number of a benchmark. Rates are tokens per second. */
export const benchMeasureSchema = z.object({
  test: benchTestSchema,
  /** How many chats ran at once; 1 for `prefill` and `decode`. */
  chats: z.int().min(1),
  /** Tokens read or written in one repetition, by each chat. */
  tokens: z.int(),
  /** The median of `samples`. */
  tokensPerSecond: z.number(),
  /** The rate of each repetition, in the order in which they ran. */
  samples: z.array(z.number()).min(1),
});
export type BenchMeasure = z.infer<typeof benchMeasureSchema>;

/** One benchmark of one model, with all that the numbers depend on. */
export const benchRunSchema = z.object({
  id: z.string().min(1).max(64),
  /** When it ended. */
  at: z.number(),
  hearthVersion: z.string(),
  /** The library that runs models, such as "b7372". */
  libraryVersion: z.string(),
  modelId: modelIdSchema,
  model: z.string(),
  quantization: z.string(),
  /** Count of weights, 0 if unknown. */
  parameters: z.number(),
  modelBytes: z.number(),
  device: z.string(),
  gpuLayers: z.int(),
  threads: z.int(),
  contextTokens: z.int(),
  /** Type of the KV cache's numbers, such as "f16"; null where it is not known. */
  kvType: z.string().nullable(),
  machine: z.object({ processor: z.string(), cores: z.int(), memoryBytes: z.number() }),
  repeats: z.int().min(1),
  measures: z.array(benchMeasureSchema).min(1),
  /** Other chats used the model meanwhile: the numbers are too low. */
  disturbed: z.boolean(),
});
export type BenchRun = z.infer<typeof benchRunSchema>;

/** How far a benchmark is. */
export const benchProgressSchema = z.object({
  modelId: modelIdSchema,
  model: z.string(),
  quantization: z.string(),
  startedAt: z.number(),
  stage: z.enum(["loading", "warming-up", "prefill", "decode", "chats"]),
  /** In stage `chats`: how many at once. */
  chats: z.int(),
  /** The repetition that runs, from 1, and how many there are of this stage. */
  repeat: z.int(),
  repeats: z.int(),
  /** Share of the whole work that is done, 0 to 1. */
  fraction: z.number(),
  /** What is already measured. */
  measures: z.array(benchMeasureSchema),
});
export type BenchProgress = z.infer<typeof benchProgressSchema>;

export const benchStateSchema = z.object({
  current: benchProgressSchema.nullable(),
  /** Newest first. */
  runs: z.array(benchRunSchema),
});
export type BenchState = z.infer<typeof benchStateSchema>;

const idsSchema = z.array(z.string().min(1).max(64)).min(1).max(10_000);

export const benchRoutes = {
  /** Measures a chat model and keeps the result. One at a time. Cancelled, nothing is kept. */
  "bench.run": stream(
    z.object({
      /** The model for new chats when left out. */
      modelId: modelIdSchema.nullable().default(null),
      repeats: z.int().min(1).max(20).default(3),
    }),
    benchProgressSchema,
    benchRunSchema,
  ),
  /** Ends the benchmark that runs, whoever started it. */
  "bench.cancel": call(z.object({}), z.object({})),
  "bench.delete": call(z.object({ ids: idsSchema }), z.object({})),
  /**
   * Writes runs into a file of the user's choice. `saved` is false where the user chose none, and null
   * where the face has no dialog for it: then the page saves the text.
   */
  "bench.export": call(
    z.object({ ids: idsSchema, format: z.enum(["csv", "json"]) }),
    z.object({ saved: z.boolean().nullable(), name: z.string(), text: z.string() }),
  ),
  /**
   * Reads a PDF again and again, as the library does and with the parser alone, in turns: medians of
   * all rounds. Fails as taking the file in does.
   */
  "bench.reading": call(
    z.object({ path: z.string().min(1), rounds: z.int().min(1).max(50).default(5) }),
    z.object({
      pages: z.int(),
      pagesPerSecond: z.number(),
      barePagesPerSecond: z.number(),
      ratio: z.number(),
    }),
  ),
  /** How late the engine's event loop was since the last call; the first one begins to watch. */
  "bench.lag": call(
    z.object({}),
    z.object({ p50Ms: z.number(), p99Ms: z.number(), maxMs: z.number() }),
  ),
  /** Brings back what was deleted since the engine started. */
  "bench.restore": call(z.object({ ids: idsSchema }), z.object({})),
} as const;
