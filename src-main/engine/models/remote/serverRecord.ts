import { z } from "zod";
import {
  serverIdSchema,
  serverKindSchema,
  serverModelSchema,
  type ServerKind,
} from "../../../contract/servers.ts";

/** A server as it is kept in `servers.json` of the home. A key is never in it in the clear. */
export const serverRecordSchema = z.object({
  id: serverIdSchema,
  name: z.string(),
  url: z.string(),
  kind: serverKindSchema,
  plainHttpAllowed: z.boolean(),
  documentsAllowed: z.boolean(),
  contextTokens: z.int().nullable(),
  counting: z.enum(["server", "estimate"]),
  models: z.array(serverModelSchema),
  probedAt: z.number().nullable(),
  /** The key, sealed by the system's key store; null where there is none, or it is elsewhere. */
  sealedKey: z.string().nullable(),
  /** A file that holds the key. */
  keyFile: z.string().nullable(),
});
export type ServerRecord = z.infer<typeof serverRecordSchema>;

export const serverFileSchema = z.object({
  version: z.literal(1),
  servers: z.array(serverRecordSchema),
});

/** What is found out about a server by asking it. */
export interface ProbeResult {
  readonly kind: ServerKind;
  readonly models: ServerRecord["models"];
  readonly counting: ServerRecord["counting"];
}

/** Host and port, as answers name a server. */
export function hostOf(url: string): string {
  return new URL(url).host;
}
