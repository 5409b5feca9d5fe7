import { z } from "zod";
import { call } from "./defineRoute.ts";
import { hubFitSchema } from "./fit.ts";

/** About whether a model of this size can run here, before its header is known. */
export const roughFitSchema = z.object({
  neededBytes: z.number(),
  freeBytes: z.number(),
  verdict: z.enum(["fits", "tight", "too-large"]),
});
export type RoughFit = z.infer<typeof roughFitSchema>;

/** About how a model runs here in four bits, before anything of it is known but its count of parameters. */
export const cardFitSchema = roughFitSchema.extend({
  /** Whether it should write about as fast as people read, or faster. */
  quick: z.boolean(),
});
export type CardFit = z.infer<typeof cardFitSchema>;

/** A model that Hearth suggests; see `resources` of the engine for where the list is kept. */
export const catalogEntrySchema = z.object({
  /** `owner/name` at the hub. */
  repository: z.string(),
  family: z.string(),
  name: z.string(),
  task: z.enum(["chat", "code", "embedding", "reranker"]),
  /** The hub's name for the licence. */
  license: z.string(),
  /** Billions of parameters, as the model's maker names it. */
  billions: z.number(),
  /** Those that one token takes, where a mixture of experts uses only some. */
  activeBillions: z.number().optional(),
  why: z.string(),
  /** When the entry was last compared with a hub, as a date; null if never. */
  checked: z.string().nullable(),
});
export type CatalogEntry = z.infer<typeof catalogEntrySchema>;

/** With how it should run here. */
export const judgedEntrySchema = catalogEntrySchema.extend({ fit: cardFitSchema });
export type JudgedEntry = z.infer<typeof judgedEntrySchema>;

/** The entry that suits this machine, and the facts that speak for it. */
export const recommendationSchema = z.object({
  repository: z.string(),
  name: z.string(),
  /** About what it takes while it runs. */
  neededBytes: z.number(),
  memoryBytes: z.number(),
  threads: z.int(),
  /** The graphics device that would carry it; null for the processor. */
  graphics: z.string().nullable(),
  /** What kept it from being larger. */
  boundBy: z.enum(["memory", "processor", "nothing"]),
});
export type Recommendation = z.infer<typeof recommendationSchema>;

export const hubSortSchema = z.enum(["trending", "downloads", "likes", "updated"]);
export type HubSort = z.infer<typeof hubSortSchema>;

export const hubQuerySchema = z.object({
  text: z.string().max(200).default(""),
  sort: hubSortSchema.default("trending"),
  /** The hub's name for a task, such as `text-generation`; null for any. */
  task: z.string().max(60).nullable().default(null),
  /** The hub's name for a licence, such as `apache-2.0`; null for any. */
  license: z.string().max(60).nullable().default(null),
  minParameters: z.number().nonnegative().nullable().default(null),
  maxParameters: z.number().nonnegative().nullable().default(null),
});
export type HubQuery = z.infer<typeof hubQuerySchema>;

/** A repository with GGUF files, as the hub lists it. */
export const hubModelSchema = z.object({
  repository: z.string(),
  /** Commit that the files are taken from; absent in lists of some mirrors. */
  revision: z.string().nullable(),
  task: z.string().nullable(),
  license: z.string().nullable(),
  gated: z.boolean(),
  downloads: z.number(),
  likes: z.number(),
  /** Milliseconds since 1970, or null. */
  updatedAt: z.number().nullable(),
  parameters: z.number().nullable(),
  architecture: z.string().nullable(),
  contextLength: z.number().nullable(),
  /** By its count of parameters; null where that is not told. */
  fit: cardFitSchema.nullable(),
});
export type HubModel = z.infer<typeof hubModelSchema>;

export const hubQuantizationSchema = z.object({
  /** Path of its first file in the repository. */
  key: z.string(),
  quantization: z.string(),
  bytes: z.number(),
  parts: z.int(),
  fit: roughFitSchema,
  installed: z.boolean(),
});
export type HubQuantization = z.infer<typeof hubQuantizationSchema>;

export const hubStateSchema = z.object({
  /** Address that is asked. */
  endpoint: z.string(),
  /** Why the address cannot be used, where it cannot. */
  endpointProblem: z.string().nullable(),
  /**
   * The access token: none; kept in the system's key store; held until the engine ends, because no
   * face has a key store; kept, but no face is there to open it.
   */
  token: z.enum(["none", "kept", "held", "closed"]),
});
export type HubState = z.infer<typeof hubStateSchema>;

export const appModelSchema = z.object({
  app: z.enum(["LM Studio", "Jan", "GPT4All", "Ollama"]),
  name: z.string(),
  path: z.string(),
  bytes: z.number(),
  /** Whether it is one of Hearth's models already. */
  known: z.boolean(),
});
export type AppModel = z.infer<typeof appModelSchema>;

export const hubRoutes = {
  /** Hearth's own list; nothing is asked of the network. */
  "hub.catalog": call(
    z.object({}),
    z.object({
      entries: z.array(judgedEntrySchema),
      recommendation: recommendationSchema.nullable(),
    }),
  ),
  /** @see hubQuerySchema; `page` is what the last reply gave as `next`. */
  "hub.search": call(
    hubQuerySchema.extend({ page: z.string().max(4000).nullable().default(null) }),
    z.object({ models: z.array(hubModelSchema), next: z.string().nullable() }),
  ),
  "hub.model": call(
    z.object({ repository: z.string().max(200) }),
    z.object({
      model: hubModelSchema,
      quantizations: z.array(hubQuantizationSchema),
      /** Files that Hearth does not fetch, and why. */
      refused: z.array(z.object({ path: z.string(), reason: z.string() })),
    }),
  ),
  /**
   * How each quantization fits this machine, told from the header of one of them, which is fetched for it.
   * `revision` is what `hub.model` told; `key` names the one whose own header is read.
   */
  "hub.fits": call(
    z.object({
      repository: z.string().max(200),
      revision: z.string().max(200).nullable().default(null),
      key: z.string().max(1000).nullable().default(null),
    }),
    z.object({ fits: z.array(hubFitSchema) }),
  ),
  /** The model card as Markdown; null where there is none. */
  "hub.card": call(
    z.object({ repository: z.string().max(200), revision: z.string().max(200) }),
    z.object({ card: z.string().nullable() }),
  ),
  /** Sets or removes the access token of the hub's present address. */
  "hub.setToken": call(
    z.object({ token: z.string().trim().min(1).max(500).nullable() }),
    z.object({ token: hubStateSchema.shape.token }),
  ),
  /** Models that lie in the folders of other programs on this computer. */
  "hub.findAppModels": call(z.object({}), z.object({ models: z.array(appModelSchema) })),
  /** Makes some of those Hearth's models too; the files stay where they are. */
  "hub.addAppModels": call(
    z.object({ paths: z.array(z.string().min(1)).max(500) }),
    z.object({
      added: z.int(),
      failed: z.array(z.object({ path: z.string(), reason: z.string() })),
    }),
  ),
} as const;
