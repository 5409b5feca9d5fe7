import { z } from "zod";
import { errorDataSchema } from "./errors.ts";
import { documentIdSchema } from "./ids.ts";
import { call, stream } from "./defineRoute.ts";
import { rectSchema } from "./locations.ts";
import { pageRangeSchema } from "./pageRanges.ts";
import { pageBlockSchema, pagePlaceSchema } from "./pageStructure.ts";

export const ingestStageSchema = z.enum([
  "waiting",
  "reading",
  /** Reading, and recognising the text of pages that have none (OCR). */
  "recognizing",
  "splitting",
  "embedding",
  "indexing",
  "done",
]);
export type IngestStage = z.infer<typeof ingestStageSchema>;

/** A free word that documents are found by. */
export const tagSchema = z.string().trim().min(1).max(60);

export const documentStatusSchema = z.enum(["queued", "working", "ready", "failed", "interrupted"]);

export const documentSchema = z.object({
  id: documentIdSchema,
  name: z.string(),
  path: z.string(),
  mediaType: z.string(),
  bytes: z.number(),
  status: documentStatusSchema,
  stage: ingestStageSchema,
  /** Work units done and in all for the stage; `total` is 0 while unknown. */
  done: z.number(),
  total: z.number(),
  /** Units per second over the stage so far. */
  rate: z.number(),
  /** Pages, or null where the format has none. */
  pages: z.int().nullable(),
  /** Pages whose text was recognised from their picture (OCR), so that words may be wrong. */
  recognized: z.array(pageRangeSchema).default([]),
  /** Pages that show something of which no text could be made; they are not searched. */
  unreadable: z.array(pageRangeSchema).default([]),
  chunks: z.int(),
  addedAt: z.number(),
  /** When the file was last changed, as its folder says; 0 while unknown. */
  modifiedAt: z.number().default(0),
  tags: z.array(z.string()).default([]),
  /** ISO 639 code; "" where it cannot be told, null while it was not looked at. */
  language: z.string().nullable().default(null),
  /** The same for documents with the same bytes or the same text; "" while unknown. */
  contentKey: z.string().default(""),
  /** It belongs to the messages that name it, and is not part of the library. */
  attachment: z.boolean().default(false),
  error: errorDataSchema.optional(),
});
export type DocumentRow = z.infer<typeof documentSchema>;

/** How far all work on documents is, since there last was none. */
export const ingestOverviewSchema = z.object({
  /** Documents that have come to their end, and all of them. */
  done: z.int(),
  total: z.int(),
  perMinute: z.number(),
  /** An estimate by the size of what is left; null while there is none. */
  secondsLeft: z.number().nullable(),
});
export type IngestOverview = z.infer<typeof ingestOverviewSchema>;

export const documentsStateSchema = z.object({
  documents: z.array(documentSchema),
  /** No work on documents goes on until it is resumed, or Hearth is started anew. */
  paused: z.boolean(),
  /** Null while there is no work. */
  progress: ingestOverviewSchema.nullable(),
});
export type DocumentsState = z.infer<typeof documentsStateSchema>;

export const ingestResultSchema = z.object({
  documentId: documentIdSchema.nullable(),
  name: z.string(),
  status: z.enum(["ready", "failed", "unchanged", "cancelled"]),
  pages: z.int().nullable(),
  recognized: z.array(pageRangeSchema).default([]),
  unreadable: z.array(pageRangeSchema).default([]),
  chunks: z.int(),
  ms: z.number(),
  error: errorDataSchema
    .pick({ code: true, title: true, cause: true, suggestion: true })
    .optional(),
});
export type IngestResult = z.infer<typeof ingestResultSchema>;

/** Largest slice of a file that one `documents.read` or `documents.upload` moves, in bytes. */
export const maxSliceBytes = 1024 * 1024;

export const documentRoutes = {
  /** The library: without the attachments of messages, which the state has too. */
  "documents.list": call(z.object({}), documentsStateSchema),
  /** Takes files and folders by path, and ends when each is ready or has failed. */
  "documents.ingest": stream(
    z.object({
      paths: z.array(z.string().min(1)).min(1).max(10_000),
      /** Tried on those that are encrypted. */
      password: z.string().min(1).max(1000).optional(),
      /**
       * For messages only: searched where a message names it, kept out of the library. A file that
       * is in the library stays there.
       */
      attachment: z.boolean().default(false),
    }),
    documentSchema,
    z.object({ documents: z.array(ingestResultSchema) }),
  ),
  /** Asks the face for a file dialog; empty if the user chose nothing, null if there is none. */
  "documents.pick": call(z.object({}), z.object({ paths: z.array(z.string()).nullable() })),
  /**
   * Stores a file that has no path (dropped into a browser) under the home folder, slice by slice.
   * The reply to the last slice names the path to ingest.
   */
  "documents.upload": call(
    z.object({
      uploadId: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
      name: z.string().min(1).max(255),
      offset: z.int().min(0),
      base64: z.base64().max(Math.ceil((maxSliceBytes * 4) / 3) + 4),
      last: z.boolean(),
    }),
    z.object({ path: z.string().nullable() }),
  ),
  /** What text can be recognised in, and the folder in which the user puts more of it. */
  "documents.ocrLanguages": call(
    z.object({}),
    z.object({
      folder: z.string(),
      languages: z.array(z.object({ name: z.string(), added: z.boolean() })),
    }),
  ),
  /** Stops all work on documents after the page or batch that is under way. */
  "documents.pause": call(z.object({}), z.object({})),
  "documents.resume": call(z.object({}), z.object({})),
  /** Ends the work on all documents that are being added or wait for it. */
  "documents.cancelAll": call(z.object({}), z.object({})),
  /** How long each stage has worked since the engine began, in milliseconds. */
  "documents.stages": call(
    z.object({}),
    z.object({ reading: z.number(), embedding: z.number(), writing: z.number() }),
  ),
  "documents.cancel": call(z.object({ documentId: documentIdSchema }), z.object({})),
  "documents.retry": call(z.object({ documentId: documentIdSchema }), z.object({})),
  /**
   * Opens a document that failed with `file-encrypted` and takes it in. The password is kept in
   * memory until the engine ends, never stored. Fails with `file-encrypted` if it is the wrong one.
   */
  "documents.unlock": call(
    z.object({ documentId: documentIdSchema, password: z.string().min(1).max(1000) }),
    z.object({}),
  ),
  /** In one step. Those that are not there any more are passed over. */
  "documents.remove": call(
    z.object({ documentIds: z.array(documentIdSchema).min(1).max(100_000) }),
    z.object({}),
  ),
  /** Removes attachments of a draft; those that a message names stay. */
  "documents.discard": call(
    z.object({ documentIds: z.array(documentIdSchema).min(1).max(1000) }),
    z.object({}),
  ),
  /** Adds and takes off tags, which differ by more than case. Missing documents are passed over. */
  "documents.tag": call(
    z.object({
      documentIds: z.array(documentIdSchema).min(1).max(100_000),
      add: z.array(tagSchema).max(50).default([]),
      remove: z.array(tagSchema).max(50).default([]),
    }),
    z.object({}),
  ),
  /** A slice of the original file's bytes, for the viewer. */
  "documents.read": call(
    z.object({
      documentId: documentIdSchema,
      offset: z.int().min(0),
      length: z.int().min(1).max(maxSliceBytes),
    }),
    z.object({ base64: z.string(), totalBytes: z.number() }),
  ),
  /** The text as Hearth read it, page by page, for documents that have no page image. */
  "documents.text": call(
    z.object({ documentId: documentIdSchema, fromPage: z.int().min(1), toPage: z.int().min(1) }),
    z.object({
      pages: z.array(
        z.object({
          number: z.int(),
          text: z.string(),
          /** The file's line on which the text begins, from 1; 0 where lines are not counted. */
          firstLine: z.int().default(0),
          blocks: z.array(pageBlockSchema).default([]),
          places: z.array(pagePlaceSchema).default([]),
        }),
      ),
    }),
  ),
  /** The rectangles of a stretch of a page's text (offsets in UTF-16 units). */
  "documents.locate": call(
    z.object({
      documentId: documentIdSchema,
      page: z.int().min(1),
      start: z.int().min(0),
      end: z.int().min(0),
    }),
    z.object({ rects: z.array(rectSchema) }),
  ),
} as const;
