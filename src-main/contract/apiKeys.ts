import { z } from "zod";
import { call } from "./defineRoute.ts";

/** A key with which a program may use the HTTP interface. The key itself is not kept. */
export const apiKeySchema = z.object({
  id: z.string().min(1).max(64),
  /** What it is for, in the user's words; no two keys have the same. */
  name: z.string().min(1).max(100),
  /** The end of the key, to tell it by. */
  hint: z.string(),
  createdAt: z.number(),
  /** Null while it has not been used; exact to the minute. */
  usedAt: z.number().nullable(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

export const apiKeysStateSchema = z.object({ apiKeys: z.array(apiKeySchema) });
export type ApiKeysState = z.infer<typeof apiKeysStateSchema>;

const nameSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, "A name has no control characters");

export const apiKeyRoutes = {
  /** Makes a key. Its text is answered once and never again. */
  "keys.add": call(
    z.object({ name: nameSchema }),
    z.object({ apiKey: apiKeySchema, secret: z.string() }),
  ),
  "keys.list": call(z.object({}), z.object({ apiKeys: z.array(apiKeySchema) })),
  /** By name or id. From then on it opens nothing. */
  "keys.remove": call(
    z.object({ name: z.string().min(1).max(100) }),
    z.object({ apiKey: apiKeySchema }),
  ),
  /** Whose key this is; null for nobody's. */
  "keys.check": call(
    z.object({ key: z.string().min(1).max(256) }),
    z.object({ name: z.string().nullable() }),
  ),
} as const;
