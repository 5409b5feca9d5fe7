import { z } from "zod";
import {
  chatIdSchema,
  collectionIdSchema,
  documentIdSchema,
  messageIdSchema,
  modelIdSchema,
} from "./ids.ts";
import { errorDataSchema } from "./errors.ts";
import { call, stream } from "./defineRoute.ts";
import { locationSchema } from "./locations.ts";
import { patchOf } from "./patchOf.ts";
import {
  answerSentenceSchema,
  citationSchema,
  planEventSchema,
  progressEventSchema,
  receiptSchema,
} from "./search.ts";

/** Sampling settings. A temperature of 0 is greedy. */
export const samplingSchema = z.object({
  temperature: z.number().min(0).max(2).default(0.7),
  topP: z.number().gt(0).max(1).default(0.95),
  topK: z.int().min(0).max(1000).default(40),
  minP: z.number().min(0).max(1).default(0.05),
  repeatPenalty: z.number().min(0.5).max(2).default(1.1),
  /** Null draws a new seed for each answer. */
  seed: z.int().min(0).max(4_294_967_294).nullable().default(null),
  maxTokens: z.int().min(1).max(131_072).default(1024),
});
export type Sampling = z.infer<typeof samplingSchema>;

export const generationStatsSchema = z.object({
  promptTokens: z.int(),
  /** Prompt tokens that were still in memory from the turn before. */
  reusedTokens: z.int(),
  tokens: z.int(),
  firstTokenMs: z.number(),
  tokensPerSecond: z.number(),
  contextTokens: z.int(),
  model: z.string(),
  quantization: z.string(),
  /** Host of the server of the user's that answered; absent where this computer did. */
  server: z.string().optional(),
  /** The counts are Hearth's estimate, because the server told none that can be true. */
  countsEstimated: z.boolean().optional(),
});
export type GenerationStats = z.infer<typeof generationStatsSchema>;

export const messageStatusSchema = z.enum([
  "streaming",
  "complete",
  /** Ended at the token limit; can be continued. */
  "length",
  "stopped",
  "failed",
  /** Cut off by a crash or a restart; what was acknowledged is kept. */
  "interrupted",
]);

export const messageSchema = z.object({
  id: messageIdSchema,
  chatId: chatIdSchema,
  parentId: messageIdSchema.nullable(),
  role: z.enum(["user", "assistant"]),
  text: z.string(),
  /** What a reasoning model wrote between its think marks; never sent back as history. */
  reasoning: z.string(),
  status: messageStatusSchema,
  createdAt: z.number(),
  /** Documents that were asked about, for a user's message. */
  documentIds: z.array(documentIdSchema),
  /** Collections that were asked about: what they held when the question was answered. */
  collectionIds: z.array(collectionIdSchema),
  error: errorDataSchema.optional(),
  stats: generationStatsSchema.optional(),
  /** Earlier messages that did not fit into the context for this answer. */
  droppedMessages: z.int(),
  grounding: z
    .object({
      abstained: z.boolean(),
      sentences: z.array(answerSentenceSchema),
      citations: z.array(citationSchema),
      nearest: z.array(citationSchema).default([]),
      receipt: receiptSchema.optional(),
    })
    .optional(),
});
export type Message = z.infer<typeof messageSchema>;

export const chatSummarySchema = z.object({
  id: chatIdSchema,
  title: z.string(),
  /** Rises with every change; the order of the list. */
  sequence: z.number(),
  createdAt: z.number(),
  updatedAt: z.number(),
  busy: z.boolean(),
});
export type ChatSummary = z.infer<typeof chatSummarySchema>;

/** A passage that goes with every question of a chat. */
export const pinnedPassageSchema = z.object({
  documentId: documentIdSchema,
  /** The document's name when it was pinned: it stays when the document goes. */
  document: z.string().max(1000),
  location: locationSchema,
  /** Verbatim. By it the passage is found again when the document was read anew. */
  quote: z.string().min(1).max(8000),
  /** The document was removed, or holds these words no more. Told by the engine. */
  gone: z.boolean().default(false),
});
export type PinnedPassage = z.infer<typeof pinnedPassageSchema>;

/** So many passages can be pinned to a chat: more would leave no room for what is found. */
export const mostPinned = 8;

export const exportFormatSchema = z.enum(["markdown", "docx", "pdf"]);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

export const chatSchema = z.object({
  id: chatIdSchema,
  title: z.string(),
  systemPrompt: z.string(),
  sampling: samplingSchema,
  modelId: modelIdSchema.nullable(),
  /** Documents attached to the whole chat. */
  documentIds: z.array(documentIdSchema),
  /** Collections that it asks: what they hold at the time of each question. */
  collectionIds: z.array(collectionIdSchema),
  pinned: z.array(pinnedPassageSchema).default([]),
  /** The end of the branch that is shown. */
  activeLeafId: messageIdSchema.nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Chat = z.infer<typeof chatSchema>;

export const chatEventSchema = z.discriminatedUnion("type", [
  /** The messages of the turn exist; the user's is null where the answer was asked for again. */
  z.object({
    type: z.literal("started"),
    user: messageSchema.nullable(),
    assistant: messageSchema,
  }),
  z.object({ type: z.literal("step"), name: z.string() }),
  /** The model works on as many requests as it can; 1 is the next to begin. */
  z.object({ type: z.literal("queued"), place: z.int() }),
  z.object({ type: z.literal("evidence"), citations: z.array(citationSchema) }),
  z.object({ type: z.literal("prompt"), done: z.int(), total: z.int() }),
  planEventSchema,
  progressEventSchema,
  z.object({ type: z.literal("notice"), droppedMessages: z.int() }),
  z.object({ type: z.literal("delta"), text: z.string(), reasoning: z.string() }),
]);
export type ChatEvent = z.infer<typeof chatEventSchema>;

const chatRef = z.object({ chatId: chatIdSchema });
const messageRef = z.object({ chatId: chatIdSchema, messageId: messageIdSchema });

const chosenCollections = z.array(collectionIdSchema).max(1000);
const pinnedPassages = z.array(pinnedPassageSchema).max(mostPinned);

export const chatRoutes = {
  "chats.create": call(
    z.object({
      title: z.string().max(200).optional(),
      documentIds: z.array(documentIdSchema).optional(),
      collectionIds: chosenCollections.optional(),
      pinned: pinnedPassages.optional(),
      modelId: modelIdSchema.optional(),
    }),
    z.object({ chat: chatSchema }),
  ),
  "chats.get": call(chatRef, z.object({ chat: chatSchema, messages: z.array(messageSchema) })),
  "chats.update": call(
    z.object({
      chatId: chatIdSchema,
      title: z.string().min(1).max(200).optional(),
      systemPrompt: z.string().max(100_000).optional(),
      sampling: patchOf(samplingSchema).optional(),
      modelId: modelIdSchema.nullable().optional(),
      documentIds: z.array(documentIdSchema).max(10_000).optional(),
      collectionIds: chosenCollections.optional(),
      pinned: pinnedPassages.optional(),
      activeLeafId: messageIdSchema.optional(),
    }),
    z.object({ chat: chatSchema }),
  ),
  /** Hides the chat; `chats.restore` brings it back. It is erased at the next start after 30 days. */
  "chats.delete": call(chatRef, z.object({})),
  "chats.restore": call(chatRef, z.object({ chat: chatSchema })),
  /** Titles and texts that contain all words. */
  "chats.search": call(
    z.object({ query: z.string().min(1).max(1000), limit: z.int().min(1).max(100).default(20) }),
    z.object({
      results: z.array(z.object({ chatId: chatIdSchema, title: z.string(), snippet: z.string() })),
    }),
  ),
  /**
   * Adds a user message under `parentId` (null: at the root) and streams the answer. Editing a
   * message is sending its new text under the same parent: both stay, as branches.
   */
  "chats.send": stream(
    z.object({
      chatId: chatIdSchema,
      parentId: messageIdSchema.nullable(),
      text: z.string().min(1).max(1_000_000),
      documentIds: z.array(documentIdSchema).max(10_000).optional(),
      collectionIds: chosenCollections.optional(),
    }),
    chatEventSchema,
    z.object({ message: messageSchema }),
  ),
  /** Another answer beside the given one. */
  "chats.regenerate": stream(messageRef, chatEventSchema, z.object({ message: messageSchema })),
  /** Goes on with an answer that ended at the token limit or was stopped. */
  "chats.continue": stream(messageRef, chatEventSchema, z.object({ message: messageSchema })),
  "chats.stop": call(chatRef, z.object({})),
  /**
   * Loads the chat's model and has it read the shown branch, so that the next answer need not wait for
   * that: after another model or quantization was chosen. Of a chat that asks documents only the model is
   * loaded, since each of its prompts is put together anew; for a model of a server there is nothing to
   * do. The next message ends it.
   */
  "chats.reread": stream(
    chatRef,
    z.object({
      stage: z.enum(["loading", "reading"]),
      /** Of the model's load the share; of the chat its tokens. */
      done: z.number(),
      total: z.number(),
    }),
    z.object({
      /** Tokens that the model has read now, of which so many were still known; 0 where it reads none. */
      tokens: z.int(),
      reusedTokens: z.int(),
    }),
  ),
  /**
   * Writes the shown branch of a chat, or one answer with its question, into a file of the user's
   * choice, with a footnote for each citation. `saved` is false where the user chose none, and null
   * where the face has no dialog for it: then the page saves the bytes. `undrawable` counts letters
   * for which the PDF has no shape.
   */
  "chats.export": call(
    z.object({
      chatId: chatIdSchema,
      messageId: messageIdSchema.optional(),
      format: exportFormatSchema,
    }),
    z.object({
      saved: z.boolean().nullable(),
      name: z.string(),
      mediaType: z.string(),
      base64: z.string(),
      undrawable: z.int(),
    }),
  ),
} as const;
