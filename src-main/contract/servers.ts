import { z } from "zod";
import { call } from "./defineRoute.ts";
import { errorDataSchema } from "./errors.ts";

export const serverIdSchema = z.string().min(1).max(64).brand<"ServerId">();
export type ServerId = z.infer<typeof serverIdSchema>;

/** What a server turned out to be; `other` speaks the OpenAI API and tells nothing more of itself. */
export const serverKindSchema = z.enum([
  "llama-server",
  "vllm",
  "sglang",
  "tgi",
  "ollama",
  "lm-studio",
  "other",
]);
export type ServerKind = z.infer<typeof serverKindSchema>;

/** Whether a server said that it can do something; `unknown` where it does not say. */
export const abilitySchema = z.enum(["yes", "no", "unknown"]);
export type Ability = z.infer<typeof abilitySchema>;

/** A model that a server offers, as it was found when the server was last asked. */
export const serverModelSchema = z.object({
  /** The server's own name for it. */
  name: z.string().min(1).max(500),
  kind: z.enum(["chat", "embedding"]),
  /** Tokens that a prompt with its answer may fill. */
  contextTokens: z.int().min(1),
  /** Where that number comes from: the server, the user, or a cautious guess. */
  contextFrom: z.enum(["server", "user", "assumed"]),
  tools: abilitySchema,
  embeddings: abilitySchema,
});
export type ServerModel = z.infer<typeof serverModelSchema>;

/**
 * Where the key of a server is: there is none; sealed by the system's key store; in a file that the user
 * keeps; in memory until the engine ends, because no face has a key store; sealed, but no face is there
 * that can open it.
 */
export const keyPlaceSchema = z.enum(["none", "kept", "file", "held", "closed"]);
export type KeyPlace = z.infer<typeof keyPlaceSchema>;

export const serverHealthSchema = z.object({
  /** `unknown` until it is used for the first time. */
  status: z.enum(["unknown", "well", "failing"]),
  /** When it was last heard of, or last tried; null before. */
  checkedAt: z.number().nullable(),
  /** Why it fails, where it does. */
  error: errorDataSchema.nullable(),
  /** When Hearth looks again by itself; null where it does not. */
  nextCheckAt: z.number().nullable(),
});
export type ServerHealth = z.infer<typeof serverHealthSchema>;

/** A server that the user runs and has named. */
export const serverSchema = z.object({
  id: serverIdSchema,
  name: z.string(),
  /** Without the ending `/v1`. */
  url: z.string(),
  /** Host and port, as answers name it. */
  host: z.string(),
  kind: serverKindSchema,
  key: keyPlaceSchema,
  /** Whether passages of documents may be sent to it. */
  documentsAllowed: z.boolean(),
  /** The user has confirmed that it is reached without encryption over the internet. */
  plainHttpAllowed: z.boolean(),
  /** The context of all its models, where the user has said it. */
  contextTokens: z.int().nullable(),
  /** How it counts tokens: by its own tokenizer, or Hearth estimates, rather too many. */
  counting: z.enum(["server", "estimate"]),
  models: z.array(serverModelSchema),
  /** When it was last asked what it offers; null before. */
  probedAt: z.number().nullable(),
  health: serverHealthSchema,
});
export type Server = z.infer<typeof serverSchema>;

export const serversStateSchema = z.object({ servers: z.array(serverSchema) });
export type ServersState = z.infer<typeof serversStateSchema>;

const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, "A name has no control characters");
const keySchema = z
  .string()
  .trim()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e]+$/u, "A key has only letters, digits and signs, without blanks");
const contextSchema = z.int().min(256).max(10_000_000).nullable();

/** By id, or by name without regard to case. */
const byName = z.object({ server: z.string().min(1).max(100) });
const one = z.object({ server: serverSchema });

export const serverRoutes = {
  "servers.list": call(z.object({}), serversStateSchema),
  /** Names a server and asks it what it offers; nothing is kept where it does not answer. */
  "servers.add": call(
    z.object({
      name: nameSchema.optional(),
      url: z.string().trim().min(1).max(2000),
      key: keySchema.optional(),
      /** A file with the key, for a computer without a key store. */
      keyFile: z.string().min(1).max(4096).optional(),
      plainHttpAllowed: z.boolean().default(false),
      documentsAllowed: z.boolean().default(false),
      contextTokens: contextSchema.default(null),
    }),
    one,
  ),
  "servers.update": call(
    byName.extend({
      name: nameSchema.optional(),
      /** Null removes it. */
      key: keySchema.nullable().optional(),
      documentsAllowed: z.boolean().optional(),
      contextTokens: contextSchema.optional(),
    }),
    one,
  ),
  "servers.remove": call(byName, one),
  /** Asks a server again what it offers. */
  "servers.probe": call(byName, one),
} as const;
