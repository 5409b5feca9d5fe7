import { z } from "zod";
import { errorDataSchema } from "./errors.ts";
import { modelIdSchema } from "./ids.ts";
import { call, stream } from "./defineRoute.ts";

export const modelKindSchema = z.enum(["chat", "embedding", "reranker", "unknown"]);
export type ModelKind = z.infer<typeof modelKindSchema>;

/** A model file that is in one of the model folders. */
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
  /** Why the file cannot be used, where it cannot. */
  error: errorDataSchema.optional(),
});
export type Model = z.infer<typeof modelSchema>;

export const loadedModelSchema = z.object({
  modelId: modelIdSchema,
  status: z.enum(["loading", "ready", "restarting", "failed"]),
  /** 0 to 1 while loading. */
  progress: z.number(),
  pid: z.int().nullable(),
  contextTokens: z.int(),
  threads: z.int(),
  device: z.string(),
  /** Where the chat template comes from: the model itself, or the named fallback. */
  template: z.object({ source: z.enum(["model", "fallback", "none"]), name: z.string() }),
  error: errorDataSchema.optional(),
});
export type LoadedModel = z.infer<typeof loadedModelSchema>;

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
  "models.unload": call(z.object({ modelId: modelIdSchema }), z.object({})),
  /** Fetches the starter models that are missing. */
  "models.setup": stream(
    z.object({ localSources: z.string().optional() }),
    transferSchema,
    z.object({ home: z.string(), models: z.array(installedModelSchema) }),
  ),
  /** Adds a GGUF file that is already on this computer; the file stays where it is. */
  "models.addFile": call(z.object({ path: z.string().min(1) }), z.object({ model: modelSchema })),
} as const;
