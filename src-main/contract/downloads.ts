import { z } from "zod";
import { call } from "./defineRoute.ts";
import { errorDataSchema } from "./errors.ts";

export const downloadIdSchema = z.string().min(1).max(64).brand<"DownloadId">();
export type DownloadId = z.infer<typeof downloadIdSchema>;

export const downloadStatusSchema = z.enum([
  "queued",
  "downloading",
  "verifying",
  /** It will be tried again by itself, at `nextTryAt` or when the offline lock is off. */
  "waiting",
  "paused",
  "failed",
  "done",
]);
export type DownloadStatus = z.infer<typeof downloadStatusSchema>;

/** One model on its way: a file, or all parts of a split one. */
export const downloadSchema = z.object({
  id: downloadIdSchema,
  /** `owner/name` */
  repository: z.string(),
  /** Such as `Q4_K_M`. */
  quantization: z.string(),
  /** Files that it is made of. */
  parts: z.int(),
  status: downloadStatusSchema,
  /** Bytes that are there, over all parts; while it is verified, bytes that have been. */
  bytes: z.number(),
  totalBytes: z.number(),
  bytesPerSecond: z.number(),
  /** Milliseconds that the rest will take at this rate; null while that is not known. */
  remainingMs: z.number().nullable(),
  /** Why it waits or failed. */
  error: errorDataSchema.nullable(),
  nextTryAt: z.number().nullable(),
});
export type Download = z.infer<typeof downloadSchema>;

export const downloadsStateSchema = z.object({ downloads: z.array(downloadSchema) });
export type DownloadsState = z.infer<typeof downloadsStateSchema>;

const byId = z.object({ id: downloadIdSchema });

export const downloadRoutes = {
  /**
   * Puts a quantization of a repository at the end of the queue; sizes and hashes are asked of the hub.
   * `key` is the path of its first file, as `hub.model` lists it.
   */
  "downloads.add": call(
    z.object({ repository: z.string().max(200), key: z.string().max(500) }),
    z.object({ id: downloadIdSchema }),
  ),
  /** Stops it; what has arrived stays. */
  "downloads.pause": call(byId, z.object({})),
  /** Goes on with one that is paused, waits or failed. */
  "downloads.resume": call(byId, z.object({})),
  /** Takes it off the list, and what has arrived off the disk; a finished one keeps its model. */
  "downloads.remove": call(byId, z.object({})),
} as const;
