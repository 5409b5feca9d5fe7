import { z } from "zod";
import type { ChatSummary, Message } from "../../contract/chat.ts";
import { documentSchema } from "../../contract/documents.ts";
import type { ChatId, ChunkId, DocumentId } from "../../contract/ids.ts";
import type { Location } from "../../contract/locations.ts";
import type { PageRange } from "../../contract/pageRanges.ts";
import type { PageBlock, PagePlace } from "../../contract/pageStructure.ts";

/** A chat in the list; `busy` is not stored, the engine knows it. */
export type ChatRow = Omit<ChatSummary, "busy">;

export interface ChatSearchResult {
  chatId: ChatId;
  title: string;
  snippet: string;
}

export type MessagePatch = {
  [K in keyof Omit<Message, "id" | "chatId" | "parentId" | "role">]?: Message[K] | undefined;
};

/** A document as it is stored: the contract's row without what is made of the rest, and what ingestion needs. */
export const documentRecordSchema = documentSchema
  .omit({ rate: true, modifiedAt: true, contentKey: true })
  .extend({
    mtimeMs: z.number(),
    /** When the file's entry last changed; 0 while unknown. */
    ctimeMs: z.number(),
    /** Hash of the file's bytes in hex; "" while unknown. */
    sha256: z.string(),
    /** Hash of the text without its white space; "" while unknown, and where there is none. */
    textHash: z.string(),
    /** Rises with each new content. The rows of one ingestion carry it. */
    version: z.int(),
    /** How the vectors were made (model, quantization, chunker, prefix); "" while there are none. */
    fingerprint: z.string(),
  });
export type DocumentRecord = z.infer<typeof documentRecordSchema>;

export type DocumentPatch = {
  [K in keyof Omit<DocumentRecord, "id">]?: DocumentRecord[K] | undefined;
};

export interface PageRecord {
  /** Counts from 1. */
  number: number;
  /** In PDF points; 0 where the format has no page size. */
  width: number;
  height: number;
  text: string;
  /** Packed word boxes, in the library's own format. */
  words: Uint8Array;
  /** The document's line on which the page begins, from 1; 0 where its lines are not counted. */
  firstLine: number;
  /** What the text is made of, and where it stands; absent for pages read before it was kept. */
  blocks?: PageBlock[];
  places?: PagePlace[];
}

/** A stretch of a text, in UTF-16 units; `end` is not included. */
export interface Stretch {
  start: number;
  end: number;
}

/** Where a part of a chunk's text comes from. */
export interface ChunkPart extends Stretch {
  /** The stored page (or part of a document without pages) that `start` and `end` refer to. */
  page: number;
  /** Where the part begins in the chunk's text. */
  textStart: number;
}

export interface ChunkRecord {
  id: ChunkId;
  documentId: DocumentId;
  version: number;
  /** Place in the document, from 0. */
  ordinal: number;
  page: number | null;
  text: string;
  /** What is embedded and shown to a model with the text, such as headings; "" if nothing. */
  context: string;
  /** One part, or two where its last sentence goes on on the next page. */
  parts: ChunkPart[];
  /** Relative to `text`. */
  sentences: Stretch[];
  location: Location;
}

export interface ReadyVersion {
  documentId: DocumentId;
  version: number;
  fingerprint: string;
}

/** What is known of a file before it is read. */
export interface JobSource {
  /** With what its vectors will be made. */
  fingerprint: string;
  bytes: number;
  mtimeMs: number;
  ctimeMs: number;
  sha256: string;
}

/** What is known of a file when it was read to its end. */
export interface JobSummary {
  mediaType: string;
  pageCount: number;
  paged: boolean;
  /** Pages whose text was recognised, and pages without any that could be. */
  recognized: PageRange[];
  unreadable: PageRange[];
  chunks: number;
}

/** A version that is being made. */
export interface IngestJobRecord extends JobSource {
  documentId: DocumentId;
  version: number;
  /** There once all its pages and chunks are stored. */
  summary?: JobSummary;
}
