import { z } from "zod";
import { call, stream } from "./defineRoute.ts";
import { errorDataSchema } from "./errors.ts";
import { modelIdSchema } from "./ids.ts";

/** What takes room in a home: each file of it, and of the model folder, belongs to one of them. */
export const storageKinds = [
  "models",
  /** What has arrived of downloads that are not finished. */
  "downloads",
  /** Conversations as models keep them, so that they need not be read again. */
  "chat-states",
  /** Chats, and what was read of documents. */
  "database",
  /** The database as it was before updates of Hearth. */
  "backups",
  /** Copies of documents that a browser has sent. */
  "documents",
  /** What documents are found by. */
  "index",
  /** Indexes of other embedding models, and damaged ones that were moved aside. */
  "old-indexes",
  /** Languages of text recognition that the user has added. */
  "ocr",
  /** Libraries of an evaluation that goes on. */
  "evaluations",
  "logs",
  /** Native libraries for graphics devices that the user has added, and what has arrived of such. */
  "libraries",
  /** Of the window, and small notes. */
  "other",
] as const;
export const storageKindSchema = z.enum(storageKinds);
export type StorageKind = z.infer<typeof storageKindSchema>;

/** What can be freed as a whole; models are removed one by one. */
export const freeableKindSchema = z.enum([
  "downloads",
  "chat-states",
  "backups",
  "old-indexes",
  "evaluations",
  "logs",
  "libraries",
]);
export type FreeableKind = z.infer<typeof freeableKindSchema>;

export const storageEntrySchema = z.object({
  kind: storageKindSchema,
  bytes: z.number(),
  files: z.int(),
  /** Bytes that `storage.free` would free; 0 where there is nothing to free now. */
  freeableBytes: z.number(),
});
export type StorageEntry = z.infer<typeof storageEntrySchema>;

export const storedModelSchema = z.object({
  modelId: modelIdSchema,
  name: z.string(),
  quantization: z.string(),
  path: z.string(),
  /** On the disk, all parts of a split one; 0 for one that is only linked to. */
  bytes: z.number(),
  /** When it last worked, as far back as Hearth noted it; null where it never did. */
  lastUsedAt: z.number().nullable(),
  /** Hearth's own folder, a folder that the user named, or a file of another program. */
  place: z.enum(["own", "folder", "elsewhere"]),
  /** False while its disk is away. */
  reachable: z.boolean(),
});
export type StoredModel = z.infer<typeof storedModelSchema>;

export const modelFolderSchema = z.object({
  path: z.string(),
  /** It is in the data folder, where Hearth puts it first. */
  isUsual: z.boolean(),
  /** False while its disk is away. */
  reachable: z.boolean(),
  /** Free on its disk; null while that is away. */
  freeBytes: z.number().nullable(),
});
export type ModelFolder = z.infer<typeof modelFolderSchema>;

export const storageReportSchema = z.object({
  home: z.string(),
  /** Free on the disk of the home. */
  freeBytes: z.number(),
  entries: z.array(storageEntrySchema),
  models: z.array(storedModelSchema),
  folder: modelFolderSchema,
});
export type StorageReport = z.infer<typeof storageReportSchema>;

export const moveProgressSchema = z.object({
  stage: z.enum(["copying", "verifying", "removing"]),
  doneBytes: z.number(),
  totalBytes: z.number(),
  /** The one at work, by its path below the model folder; empty where it is none. */
  file: z.string(),
});
export type MoveProgress = z.infer<typeof moveProgressSchema>;

export const movePlanSchema = z.object({
  /** Where the models will be; a folder in the chosen one where that holds other things. */
  target: z.string(),
  models: z.int(),
  bytes: z.number(),
  freeBytes: z.number(),
  /** No bytes are copied then. */
  sameDisk: z.boolean(),
});
export type MovePlan = z.infer<typeof movePlanSchema>;

export const movedSchema = z.object({
  folder: z.string(),
  bytes: z.number(),
  files: z.int(),
  /** Old files that another program holds; they are removed with the next start. */
  left: z.int(),
});
export type Moved = z.infer<typeof movedSchema>;

export const storageStateSchema = z.object({
  /** The move that goes on, whoever asked for it. */
  moving: moveProgressSchema.extend({ target: z.string() }).nullable(),
  /** Why the last one failed, until the next one begins. */
  moveError: errorDataSchema.nullable(),
});
export type StorageState = z.infer<typeof storageStateSchema>;

/** Full path; null for the usual place in the data folder. */
const folder = z.object({ folder: z.string().trim().min(1).max(4096).nullable() });

export const storageRoutes = {
  /** Looks through the home and the model folder. */
  "storage.report": call(z.object({}), storageReportSchema),
  /** Removes what can be made again or is not needed any more; see `FreeableKind`. */
  "storage.free": call(
    z.object({ kind: freeableKindSchema }),
    z.object({ freedBytes: z.number(), report: storageReportSchema }),
  ),
  /** Deletes a model of Hearth's own folder; those of other folders and programs are refused. */
  "storage.removeModel": call(
    z.object({ modelId: modelIdSchema }),
    z.object({ freedBytes: z.number(), report: storageReportSchema }),
  ),
  /** Asks the face for a folder; null where it has no dialog for that, empty where none was chosen. */
  "storage.pickFolder": call(z.object({}), z.object({ paths: z.array(z.string()).nullable() })),
  /** What moving would do, or why it cannot be done. */
  "storage.planMove": call(folder, movePlanSchema),
  /** Moves the model folder. It goes on when the face that asked for it is gone, not when it cancels. */
  "storage.move": stream(folder, moveProgressSchema, movedSchema),
  "storage.cancelMove": call(z.object({}), z.object({})),
  /**
   * Uses the data folder for new models while the disk of the model folder is away. That one is looked
   * through as a further folder whenever it is there.
   */
  "storage.leaveFolder": call(z.object({}), modelFolderSchema),
} as const;
