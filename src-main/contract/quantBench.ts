import { z } from "zod";
import { call, stream } from "./defineRoute.ts";
import { kvTypeSchema } from "./devices.ts";
import { evalArmSchema } from "./evals.ts";
import { modelIdSchema } from "./ids.ts";
import { metricsSchema } from "./system.ts";

/** Repetitions of one measurement, and the middle one. */
const repeatedSchema = z.object({ median: z.number(), samples: z.array(z.number()).min(1) });

/** What is known of a file, and what it took to load it: in a process of its own, with nothing beside it. */
const fileSchema = z.object({
  modelId: modelIdSchema,
  model: z.string(),
  quantization: z.string(),
  /** Count of weights, 0 if unknown. */
  parameters: z.number(),
  /** Size of the file. */
  bytes: z.number(),
  /** The finest file of its model among those that were measured: what the others are compared with. */
  reference: z.boolean(),
  device: z.string(),
  gpuLayers: z.int(),
  threads: z.int(),
  contextTokens: z.int(),
  /** From the start of its process until it was ready. */
  loadMs: z.number(),
  /** The most memory that its process ever had; null where the system does not tell. */
  peakBytes: z.number().nullable(),
});

/** How well a file foretells a text, token by token. */
export const textReadingSchema = z.object({
  /** Tokens that were foretold. */
  tokens: z.int().min(1),
  perplexity: z.number(),
  /** Standard error of the perplexity, as far as one text can tell it. */
  perplexityError: z.number(),
  /** Against the finest file of the same model; null for that file itself. */
  against: z
    .object({
      /** Tokens whose whole prediction was compared. */
      tokens: z.int().min(1),
      /** Perplexity of this file against that of the finest one, with its error. */
      perplexityRatio: z.number(),
      ratioError: z.number(),
      /** Mean Kullback-Leibler divergence from the finest file's predictions, in nats. */
      divergence: z.number(),
      /** Share of places where both hold the same token for the likeliest. */
      sameTop: z.number(),
    })
    .nullable(),
});
export type TextReading = z.infer<typeof textReadingSchema>;

/** One file of a chat model. Rates are tokens per second. */
export const quantRowSchema = fileSchema.extend({
  kvType: kvTypeSchema,
  /** Reading a prompt of so many tokens that it has not seen, and writing so many. */
  promptTokens: z.int(),
  prefill: repeatedSchema,
  writtenTokens: z.int(),
  decode: repeatedSchema,
  /** From a new chat's first question to the first token of the answer, in milliseconds. */
  firstTokenMs: repeatedSchema,
  reading: textReadingSchema,
  /** Answers from documents; null where no questions were put. */
  answers: evalArmSchema
    .pick({ done: true, scores: true, sentences: true, abstention: true, medianMs: true })
    .nullable(),
});
export type QuantRow = z.infer<typeof quantRowSchema>;

/** One file of a model that makes vectors. */
export const embedderRowSchema = fileSchema.extend({
  /** Tokens of documents per second. */
  embedding: repeatedSchema,
  /** One question, in milliseconds. */
  queryMs: repeatedSchema,
  /** Cosine with the finest file's vectors of the same texts; null for that file itself. */
  similarity: z.object({ texts: z.int(), mean: z.number(), least: z.number() }).nullable(),
  /** What search finds by its vectors alone, and together with keywords. */
  vector: metricsSchema,
  hybrid: metricsSchema,
});
export type EmbedderRow = z.infer<typeof embedderRowSchema>;

const runFacts = {
  id: z.string().min(1).max(64),
  /** When it ended. */
  at: z.number(),
  hearthVersion: z.string(),
  /** The library that runs models, such as "b7372". */
  libraryVersion: z.string(),
  machine: z.object({ processor: z.string(), cores: z.int(), memoryBytes: z.number() }),
  repeats: z.int().min(1),
  /** Other models worked meanwhile: times are too long and rates too low. */
  disturbed: z.boolean(),
};

/** One comparison of quantizations on this machine, with all that the numbers depend on. */
export const quantRunSchema = z.discriminatedUnion("kind", [
  z.object({
    ...runFacts,
    kind: z.literal("chat"),
    /** Tells whether two runs read the same text. */
    textHash: z.string(),
    /** Questions about invented facts that were put to each file, and the seed that made them. */
    questions: z.int().min(0),
    seed: z.int(),
    rows: z.array(quantRowSchema).min(1),
  }),
  z.object({
    ...runFacts,
    kind: z.literal("embedding"),
    dataset: z.string(),
    documents: z.int(),
    queries: z.int(),
    rows: z.array(embedderRowSchema).min(1),
  }),
]);
export type QuantRun = z.infer<typeof quantRunSchema>;
export type ChatQuantRun = Extract<QuantRun, { kind: "chat" }>;
export type EmbedderQuantRun = Extract<QuantRun, { kind: "embedding" }>;

export const quantStageSchema = z.enum([
  /** The text is read by all files, one after the other. */
  "text",
  /** The documents of the questions are taken in. */
  "documents",
  "loading",
  "speed",
  "answers",
  /** Of embedders: texts are turned into vectors, and searched. */
  "vectors",
  "search",
]);
export type QuantStage = z.infer<typeof quantStageSchema>;

/** How far a comparison is. */
export const quantBenchProgressSchema = z.object({
  kind: z.enum(["chat", "embedding"]),
  startedAt: z.number(),
  stage: quantStageSchema,
  /** The file that is measured; "" where all are meant. */
  model: z.string(),
  quantization: z.string(),
  /** It is so many of so many, from 1. */
  file: z.int(),
  files: z.int(),
  /** Steps of the stage that are done, and how many there are; 0 of 0 where that is not known. */
  done: z.number(),
  total: z.number(),
  /** Share of the whole work that is done, 0 to 1, as far as it can be told. */
  fraction: z.number(),
});
export type QuantBenchProgress = z.infer<typeof quantBenchProgressSchema>;

export const quantBenchStateSchema = z.object({
  current: quantBenchProgressSchema.nullable(),
  /** Newest first. */
  runs: z.array(quantRunSchema),
});
export type QuantBenchState = z.infer<typeof quantBenchStateSchema>;

export const quantFormatSchema = z.enum(["markdown", "csv", "json", "svg"]);
export type QuantFormat = z.infer<typeof quantFormatSchema>;

const idsSchema = z.array(z.string().min(1).max(64)).min(1).max(10_000);

export const quantBenchRoutes = {
  /**
   * Measures several files of chat models, or of models that make vectors, in the same way, and keeps the
   * result. One at a time. Cancelled, nothing is kept.
   */
  "quants.run": stream(
    z.object({
      kind: z.enum(["chat", "embedding"]).default("chat"),
      /** All files of the model in use when empty. */
      modelIds: z.array(modelIdSchema).max(40).default([]),
      repeats: z.int().min(1).max(20).default(3),
      /** Of chat models: so many questions about invented facts; 0 for none. */
      questions: z.int().min(0).max(140).default(12),
      seed: z.int().min(0).max(4_294_967_295).default(1),
      /** Of embedders: a folder with corpus.jsonl, queries.jsonl and qrels.tsv; else invented reports. */
      dataDir: z.string().min(1).nullable().default(null),
    }),
    quantBenchProgressSchema,
    quantRunSchema,
  ),
  "quants.list": call(z.object({}), z.object({ runs: z.array(quantRunSchema) })),
  /** Ends the comparison that runs, whoever started it. */
  "quants.cancel": call(z.object({}), z.object({})),
  "quants.delete": call(z.object({ ids: idsSchema }), z.object({})),
  /** Brings back what was deleted since the engine started. */
  "quants.restore": call(z.object({ ids: idsSchema }), z.object({})),
  /** As `bench.export`; the chart alone as SVG. */
  "quants.export": call(
    z.object({ ids: idsSchema, format: quantFormatSchema }),
    z.object({ saved: z.boolean().nullable(), name: z.string(), text: z.string() }),
  ),
} as const;
