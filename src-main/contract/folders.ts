import { z } from "zod";
import { call } from "./defineRoute.ts";

/** A folder whose files are in the library for as long as they lie in it. Nothing is copied. */
export const watchedFolderSchema = z.object({
  path: z.string().min(1),
  /** What is passed over, line by line as in a `.gitignore`, from the folder down. */
  ignore: z.array(z.string().max(1000)).max(10_000).default([]),
});
export type WatchedFolderSettings = z.infer<typeof watchedFolderSchema>;

export const folderRowSchema = watchedFolderSchema.extend({
  /**
   * `missing`: the folder is not there, or empty where it was not; its documents stay. `checking`: it is
   * compared with the library. `watching`: the library follows it.
   */
  status: z.enum(["checking", "watching", "missing"]),
  /** Documents of the library that lie in it. */
  documents: z.int(),
});
export type FolderRow = z.infer<typeof folderRowSchema>;

export const foldersStateSchema = z.object({ folders: z.array(folderRowSchema) });
export type FoldersState = z.infer<typeof foldersStateSchema>;

export const folderRoutes = {
  "folders.list": call(z.object({}), foldersStateSchema),
  /** Fails with `file-missing`, `bad-input` for what is no folder, `conflict` within another one. */
  "folders.add": call(watchedFolderSchema, z.object({})),
  /**
   * Changes what is passed over; documents that are now passed over leave the library. With `seen`, the
   * patterns that the change began from, what was added and taken out since then stays so.
   */
  "folders.update": call(
    watchedFolderSchema.extend({ seen: watchedFolderSchema.shape.ignore.unwrap().optional() }),
    z.object({}),
  ),
  /** Ends the watching. The files stay as they are, whatever becomes of the documents. */
  "folders.remove": call(
    z.object({ path: z.string().min(1), keepDocuments: z.boolean() }),
    z.object({}),
  ),
  /** Asks the face for a folder; empty if the user chose none, null if there is no such dialog. */
  "folders.pick": call(z.object({}), z.object({ paths: z.array(z.string()).nullable() })),
} as const;
