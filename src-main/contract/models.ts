import { z } from "zod";
import { errorDataSchema } from "./errors.ts";
import { gpuLayersSchema, kvTypeSchema } from "./devices.ts";
import { modelIdSchema } from "./ids.ts";
import { call, stream } from "./defineRoute.ts";
import { serverIdSchema } from "./servers.ts";

export const modelKindSchema = z.enum(["chat", "embedding", "reranker", "unknown"]);
export type ModelKind = z.infer<typeof modelKindSchema>;

/** What a model's header says about the memory that it takes. */
export const modelMemorySchema = z.object({
  weightsBytes: z.number(),
  /** Layers, of which some may be handed to a graphics device. */
  layers: z.int(),
  /** Values kept for each token of a chat, over all layers: keys, and values. */
  keyValues: z.number(),
  valueValues: z.number(),
  /** Length of the rows that the cache is made of; a smaller type packs 32 of them at a time. */
  rowLength: z.int(),
  /** Values in flight for each token of a step, and for each token that is predicted. */
  stepValues: z.number(),
  vocabulary: z.int(),
  /** Values of one token between two layers; absent in what older versions noted. */
  embedding: z.int().optional(),
  /** Bytes of weights that are read for each token that is written; experts at rest are not. */
  readBytes: z.number().optional(),
  /** Bytes of weights in each type that some processors keep a second time, in another order. */
  repackable: z.record(z.string(), z.number()).optional(),
});
export type ModelMemory = z.infer<typeof modelMemorySchema>;

/** The server that a model runs on, where that is not this computer's own engine. */
export const modelServerSchema = z.object({
  id: serverIdSchema,
  name: z.string(),
  /** Host and port. */
  host: z.string(),
  /** Whether passages of documents may be sent to it. */
  documentsAllowed: z.boolean(),
});
export type ModelServer = z.infer<typeof modelServerSchema>;

/** A model file that is in one of the model folders, or a model of a server that the user runs. */
export const modelSchema = z.object({
  id: modelIdSchema,
  name: z.string(),
  path: z.string(),
  kind: modelKindSchema,
  architecture: z.string(),
  /** Count of weights, 0 if unknown. */
  parameters: z.number(),
  quantization: z.string(),
  bytes: z.number(),
  contextLength: z.int(),
  hasChatTemplate: z.boolean(),
  source: z.string(),
  sha256: z.string().optional(),
  /** Absent where the header does not say. */
  memory: modelMemorySchema.optional(),
  /** The same for models whose tokens mean the same; absent where the header does not say. */
  vocabularyHash: z.string().optional(),
  /** Present for a model of a server: it has no file here. */
  server: modelServerSchema.optional(),
  /** Why the file cannot be used, where it cannot. */
  error: errorDataSchema.optional(),
});
export type Model = z.infer<typeof modelSchema>;

/** One concession that loading had to make, in the order in which they were made. */
export const loadStepSchema = z.object({
  change: z.enum(["context", "kv-type", "gpu-layers", "device"]),
  from: z.string(),
  to: z.string(),
  /** Why, in words. */
  reason: z.string(),
});
export type LoadStep = z.infer<typeof loadStepSchema>;

/**
 * Why a model is not used to guess ahead for another one: it is not here; it cannot write or cannot take
 * words back; its vocabulary is another; it is too large for that; memory does not suffice for both; it
 * could not be loaded.
 */
export const draftRefusalSchema = z.enum([
  "missing",
  "kind",
  "vocabulary",
  "size",
  "memory",
  "failed",
]);
export type DraftRefusal = z.infer<typeof draftRefusalSchema>;

export const loadedModelSchema = z.object({
  modelId: modelIdSchema,
  status: z.enum(["loading", "ready", "restarting", "failed"]),
  /** 0 to 1 while loading. */
  progress: z.number(),
  pid: z.int().nullable(),
  contextTokens: z.int(),
  kvType: kvTypeSchema,
  threads: z.int(),
  /** The device that really does the work: `cpu`, or the name of a graphics device. */
  device: z.string(),
  /** Layers on a graphics device, of so many. */
  gpuLayers: z.int(),
  layers: z.int(),
  /** What loading gave up to succeed; empty where all was as asked for. */
  steps: z.array(loadStepSchema),
  /** Memory of its process when it was loaded; null where the system does not tell. */
  memoryBytes: z.number().nullable(),
  /** When it will be unloaded if nobody uses it; null while it is used, or where that is off. */
  unloadsAt: z.number().nullable(),
  /** Where the chat template comes from: the model itself, or the named fallback. */
  template: z.object({ source: z.enum(["model", "fallback", "none"]), name: z.string() }),
  /** The small model that guesses ahead for it; null where none does. */
  draftModel: modelIdSchema.nullable(),
  /** Why none does, where one was meant to. */
  draftRefusal: draftRefusalSchema.nullable(),
  error: errorDataSchema.optional(),
});
export type LoadedModel = z.infer<typeof loadedModelSchema>;

/** What a model would need here and now, before it is loaded. */
export const memoryEstimateSchema = z.object({
  modelId: modelIdSchema,
  contextTokens: z.int(),
  kvType: kvTypeSchema,
  weightsBytes: z.number(),
  kvBytes: z.number(),
  /** Room for the values of one step, and the process itself. */
  workBytes: z.number(),
  /** A draft model with its cache; 0 where none would be loaded beside it. */
  draftBytes: z.number(),
  totalBytes: z.number(),
  /** Free where it would run, counting what would be unloaded for it. */
  freeBytes: z.number(),
  /** `cpu`, or the description of the graphics device. */
  device: z.string(),
  /** Layers that the graphics device would hold, of `layers`. */
  gpuLayers: z.int(),
  layers: z.int(),
  /** The graphics device that layers could be put on, by the settings; null where there is none. */
  graphics: z.string().nullable(),
  verdict: z.enum(["fits", "tight", "too-large"]),
  /** The longest context that fits where it would run, up to what it was trained for; 0 where none does. */
  largestContextTokens: z.int(),
  /** How fast it should write, by the memory's speed; null where that is not known. */
  tokensPerSecond: z.number().nullable(),
});
export type MemoryEstimate = z.infer<typeof memoryEstimateSchema>;

/** How a model with a smaller KV type compares with itself, on a fixed text. */
export const kvVerdictSchema = z.object({
  kvType: kvTypeSchema,
  passed: z.boolean(),
  /** Share of places where both hold the same token for the likeliest. */
  agreement: z.number(),
  /** Mean Kullback-Leibler divergence of the predictions in nats. */
  meanDivergence: z.number(),
  /** Perplexity of the text against that with f16. */
  perplexityRatio: z.number(),
  tokens: z.int(),
  /** Why it cannot be used at all, where it cannot. */
  problem: z.string().nullable(),
});
export type KvVerdict = z.infer<typeof kvVerdictSchema>;

export const transferSchema = z.object({
  name: z.string(),
  stage: z.enum(["waiting", "downloading", "verifying", "converting", "done"]),
  bytes: z.number(),
  totalBytes: z.number().nullable(),
  bytesPerSecond: z.number(),
});
export type Transfer = z.infer<typeof transferSchema>;

export const modelsStateSchema = z.object({
  models: z.array(modelSchema),
  loaded: z.array(loadedModelSchema),
  transfers: z.array(transferSchema),
  chatModelId: modelIdSchema.nullable(),
  embeddingModelId: modelIdSchema.nullable(),
  /** The model that puts found passages in order; null where none is here or it is switched off. */
  rerankerModelId: modelIdSchema.nullable(),
  /** The starter models, and whether they are here. */
  starter: z.array(
    z.object({ name: z.string(), purpose: z.string(), bytes: z.number(), installed: z.boolean() }),
  ),
});
export type ModelsState = z.infer<typeof modelsStateSchema>;

export const installedModelSchema = z.object({
  name: z.string(),
  path: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  source: z.string(),
});

export const modelRoutes = {
  "models.list": call(z.object({}), z.object({ models: z.array(modelSchema) })),
  "models.rescan": call(z.object({}), z.object({ models: z.array(modelSchema) })),
  /** Chooses the model for new chats. */
  "models.choose": call(z.object({ modelId: modelIdSchema }), z.object({})),
  "models.load": stream(
    z.object({ modelId: modelIdSchema }),
    z.object({ progress: z.number() }),
    loadedModelSchema,
  ),
  /** Ends its process; while it is loading, stops that. */
  "models.unload": call(z.object({ modelId: modelIdSchema }), z.object({})),
  /**
   * What each model, or one, would need with the settings as they are; with `gpuLayers` as if so many layers
   * were chosen for the graphics device, null for Hearth's own choice.
   */
  "models.estimate": call(
    z.object({
      modelId: modelIdSchema.optional(),
      gpuLayers: gpuLayersSchema.nullable().optional(),
    }),
    z.object({ estimates: z.array(memoryEstimateSchema) }),
  ),
  /** Compares smaller KV types with f16 in a process of its own; the verdict is kept with the file. */
  "models.checkKv": stream(
    z.object({ modelId: modelIdSchema }),
    z.object({ fraction: z.number() }),
    z.object({ verdicts: z.array(kvVerdictSchema) }),
  ),
  /** The verdicts that are on record for a model file. */
  "models.kvVerdicts": call(
    z.object({ modelId: modelIdSchema }),
    z.object({ chosen: kvTypeSchema, verdicts: z.array(kvVerdictSchema) }),
  ),
  /** Chooses how a model keeps its chats; other than f16 only with a verdict that passed. */
  "models.setKvType": call(
    z.object({ modelId: modelIdSchema, kvType: kvTypeSchema }),
    z.object({}),
  ),
  /** Chooses how many of a model's layers go to the graphics device; null leaves that to Hearth. */
  "models.setGpuLayers": call(
    z.object({ modelId: modelIdSchema, gpuLayers: gpuLayersSchema.nullable() }),
    z.object({}),
  ),
  /** Fetches the starter models that are missing. */
  "models.setup": stream(
    z.object({ localSources: z.string().optional() }),
    transferSchema,
    z.object({ home: z.string(), models: z.array(installedModelSchema) }),
  ),
  /** Adds a GGUF file that is already on this computer; the file stays where it is. */
  "models.addFile": call(z.object({ path: z.string().min(1) }), z.object({ model: modelSchema })),
} as const;
