import { z } from "zod";
import { apiPortSchema, usualApiPort } from "./apiServer.ts";
import { deviceChoiceSchema, gpuLayersSchema, kvTypeSchema } from "./devices.ts";
import { watchedFolderSchema } from "./folders.ts";
import { modelIdSchema } from "./ids.ts";
import { call } from "./defineRoute.ts";
import { patchOf } from "./patchOf.ts";

export const settingsSchema = z.object({
  theme: z.enum(["system", "light", "dark"]).default("system"),
  /** Threads for inference; null lets Hearth choose. */
  threads: z.int().min(1).max(256).nullable().default(null),
  /** Context size for chats in tokens; null takes the model's own, up to a sensible limit. */
  contextTokens: z.int().min(512).max(1_048_576).nullable().default(null),
  /** Where models run; `auto` takes what is there and has room. */
  device: deviceChoiceSchema.default("auto"),
  /**
   * Which small model guesses ahead for the chat model: the smallest that suits it and has room, none, or
   * one by its id.
   */
  draftModel: z.union([z.enum(["auto", "off"]), modelIdSchema]).default("auto"),
  /** KV type of models that do not keep f16; set by `models.setKvType`, which asks for a verdict. */
  kvTypes: z.record(z.string(), kvTypeSchema).default({}),
  /** Layers on the graphics device, of models for which the user chose; set by `models.setGpuLayers`. */
  gpuLayers: z.record(z.string(), gpuLayersSchema).default({}),
  /** Minutes after which a model that nobody uses is unloaded; null never unloads it. */
  idleUnloadMinutes: z.number().min(0.05).max(10_080).nullable().default(15),
  /** Hearth's own folder of models, where it was moved; null while it is in the home. See `storage.move`. */
  modelsFolder: z.string().min(1).nullable().default(null),
  /** More folders to look for GGUF files in. */
  modelFolders: z.array(z.string().min(1)).default([]),
  /** Folders whose files are in the library; changed by `folders.*`. */
  watchedFolders: z.array(watchedFolderSchema).default([]),
  chatModelId: modelIdSchema.nullable().default(null),
  embeddingModelId: modelIdSchema.nullable().default(null),
  /** Address of the hub that models are searched at; null for the usual one, or what HF_ENDPOINT says. */
  hubEndpoint: z.string().trim().min(1).max(500).nullable().default(null),
  /** Address of the package registry for graphics libraries; null takes what the environment names. */
  packageRegistry: z.string().trim().min(1).max(500).nullable().default(null),
  /** Bytes per second that all downloads together may take; null for no limit. */
  downloadBytesPerSecond: z.number().min(10_000).max(1e12).nullable().default(null),
  /** Which model reads found passages again and puts them in order: the smallest that is here, none, or one by its id. */
  rerankerModel: z.union([z.enum(["auto", "off"]), modelIdSchema]).default("auto"),
  /** When true nothing leaves this computer, whatever was asked. */
  offline: z.boolean().default(false),
  /** Whether programs may use the API for as long as the engine runs. */
  apiOn: z.boolean().default(false),
  apiPort: apiPortSchema.default(usualApiPort),
  /** Whether other computers of the network may use it too. The offline lock goes before. */
  apiOpen: z.boolean().default(false),
  /** Languages of scanned pages and pictures, by Tesseract's names; with none, no text is recognised. */
  ocrLanguages: z
    .array(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{1,40}$/))
    .max(8)
    .default(["eng", "deu"]),
  systemPrompt: z.string().max(100_000).default(""),
});
export type Settings = z.infer<typeof settingsSchema>;

export const settingsRoutes = {
  "settings.update": call(patchOf(settingsSchema.omit({ modelsFolder: true })), settingsSchema),
} as const;
