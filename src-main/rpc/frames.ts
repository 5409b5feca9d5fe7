import { z } from "zod";
import { errorDataSchema } from "../contract/errors.ts";

/**
 * The envelope. `id` names one request of one connection and is chosen by who asks; `generation`
 * names the life of the engine process, so that an answer of a dead one can never be taken for an
 * answer of the next; `sequence` counts the frames of one stream from 0, so that a gap is noticed.
 */
const id = z.int().min(1);

const patchSchema = z.object({
  path: z.array(z.union([z.string(), z.number()])),
  /** Absent: the member at `path` is removed. In a list, later items move up. */
  value: z.unknown().optional(),
});
export type Patch = z.infer<typeof patchSchema>;

export const clientFrameSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), protocol: z.int(), face: z.string().min(1).max(64) }),
  z.object({ type: z.literal("request"), id, route: z.string().max(128), input: z.unknown() }),
  z.object({ type: z.literal("cancel"), id }),
  z.object({ type: z.literal("hostReply"), id, data: z.unknown() }),
  z.object({ type: z.literal("hostError"), id, error: errorDataSchema }),
]);
export type ClientFrame = z.infer<typeof clientFrameSchema>;

export const serverFrameSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("welcome"),
    protocol: z.int(),
    generation: z.string(),
    faceId: z.string(),
  }),
  z.object({ type: z.literal("reply"), id, data: z.unknown() }),
  z.object({ type: z.literal("error"), id, error: errorDataSchema }),
  z.object({ type: z.literal("items"), id, sequence: z.int().min(0), items: z.array(z.unknown()) }),
  z.object({ type: z.literal("value"), id, sequence: z.literal(0), value: z.unknown() }),
  z.object({
    type: z.literal("patch"),
    id,
    sequence: z.int().min(1),
    patches: z.array(patchSchema),
  }),
  z.object({ type: z.literal("hostRequest"), id, capability: z.string(), input: z.unknown() }),
]);
export type ServerFrame = z.infer<typeof serverFrameSchema>;
