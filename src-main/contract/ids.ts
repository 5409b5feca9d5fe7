import { z } from "zod";

/**
 * Branded ids: a chat's id cannot be passed where a document's is wanted. Ids are opaque; names are
 * for people.
 */
export const chatIdSchema = z.string().min(1).max(64).brand<"ChatId">();
export const messageIdSchema = z.string().min(1).max(64).brand<"MessageId">();
export const documentIdSchema = z.string().min(1).max(64).brand<"DocumentId">();
export const collectionIdSchema = z.string().min(1).max(64).brand<"CollectionId">();
export const chunkIdSchema = z.string().min(1).max(96).brand<"ChunkId">();
export const modelIdSchema = z.string().min(1).max(256).brand<"ModelId">();

export type ChatId = z.infer<typeof chatIdSchema>;
export type MessageId = z.infer<typeof messageIdSchema>;
export type DocumentId = z.infer<typeof documentIdSchema>;
export type CollectionId = z.infer<typeof collectionIdSchema>;
export type ChunkId = z.infer<typeof chunkIdSchema>;
export type ModelId = z.infer<typeof modelIdSchema>;
