import { z } from "zod";
import { chunkIdSchema, collectionIdSchema, documentIdSchema, modelIdSchema } from "./ids.ts";
import { locationSchema } from "./locations.ts";
import { call, stream } from "./defineRoute.ts";
import { errorDataSchema } from "./errors.ts";

const contributionSchema = z.object({
  /**
   * `neighbours`: passages that say alike, found for the same query. `reranker`: a model that read
   * question and passage together.
   */
  list: z.enum(["keyword", "vector", "neighbours", "reranker"]),
  rank: z.int().min(1),
  /**
   * The list's own score: BM25, cosine similarity, the mean score of the nearest passages, or how
   * likely the reranker finds that the passage answers.
   */
  raw: z.number(),
  contribution: z.number(),
});

/** How a hit came by its score: the contributions of all lists add up to it. */
export const explainSchema = z.object({
  contributions: z.array(contributionSchema),
  /** Where a reranker was asked: how many of the best passages it has read, and why not all of them. */
  reranking: z
    .object({
      read: z.int(),
      of: z.int(),
      stopped: z.enum(["time", "loading", "failed"]).nullable(),
    })
    .optional(),
});

export const hitSchema = z.object({
  chunkId: chunkIdSchema,
  documentId: documentIdSchema,
  document: z.string(),
  page: z.int().nullable(),
  location: locationSchema,
  text: z.string(),
  /** Stretches of `text` that hold words of the query, in UTF-16 units; forms of a word count. */
  highlights: z.array(z.object({ start: z.int(), end: z.int() })).default([]),
  score: z.number(),
  explain: explainSchema,
});
export type Hit = z.infer<typeof hitSchema>;

export const citationSchema = z.object({
  n: z.int().min(1),
  documentId: documentIdSchema,
  document: z.string(),
  page: z.int().nullable(),
  /** Verbatim from the document. */
  quote: z.string(),
  location: locationSchema,
  /** What stands around the quote in its passage, one line each; cut at words. */
  context: z.object({ before: z.string(), after: z.string() }).optional(),
  /** The stretch of `quote` that answers the question, in UTF-16 units, where one is likely to. */
  answer: z.object({ start: z.int().min(0), end: z.int().min(0) }).optional(),
});
export type Citation = z.infer<typeof citationSchema>;

export const answerSentenceSchema = z.object({
  text: z.string(),
  supported: z.enum(["supported", "partly", "unsupported"]),
  citations: z.array(z.int()),
  /** Numbers, dates and names of the sentence that are in no evidence, as they are written. */
  missing: z.array(z.string()).default([]),
  /** False for what claims nothing, such as an offer of help; it counts as supported. */
  claims: z.boolean().default(true),
});
export type AnswerSentence = z.infer<typeof answerSentenceSchema>;

/** How the context of a model was divided for one answer, in tokens. */
export const tokenBudgetSchema = z.object({
  contextTokens: z.int(),
  system: z.int(),
  history: z.int(),
  evidence: z.int(),
  question: z.int(),
  answer: z.int(),
});
export type TokenBudget = z.infer<typeof tokenBudgetSchema>;

/** Which way an answer was made; decided in code. */
export const answerRouteSchema = z.enum([
  /** The passages that speak of the question. */
  "question",
  /** Every passage of the documents, from the first to the last. */
  "whole",
  /** Only the places; no model. */
  "where",
]);
export type AnswerRoute = z.infer<typeof answerRouteSchema>;

/** What was done for an answer; the parts add up. Durations in milliseconds. */
export const receiptSchema = z.object({
  route: answerRouteSchema.default("question"),
  /** The question made to stand alone, where it leaned on the conversation. */
  standalone: z.string().nullable().default(null),
  /** Queries that were tried because the evidence was weak, and how strong it was with each. */
  rewrites: z.array(z.object({ query: z.string(), evidence: z.number() })).default([]),
  /** What the parts of the prompt were allowed; null where no model was asked. */
  budget: tokenBudgetSchema.nullable().default(null),
  /** What was read for whole-document work; null for other answers. */
  read: z.object({ documents: z.int(), chunks: z.int(), parts: z.int() }).nullable().default(null),
  /** What was left out, and what else the user should know, in plain sentences. */
  notes: z.array(z.string()).default([]),
  /** Passages in the prompt, in its order. */
  usedChunkIds: z.array(chunkIdSchema).default([]),
  retrieved: z.int(),
  used: z.int(),
  promptTokens: z.int(),
  answerTokens: z.int(),
  retrieveMs: z.number(),
  firstTokenMs: z.number(),
  totalMs: z.number(),
  model: z.string(),
  quantization: z.string(),
  /** Evidence strength from 0 to 1, and the threshold below which Hearth declines. */
  evidence: z.number(),
  threshold: z.number(),
  query: z.string(),
  tokens: z.object({
    system: z.int(),
    history: z.int(),
    evidence: z.int(),
    question: z.int(),
  }),
  /** What of documents left this computer for the answer, and where to; absent where nothing did. */
  sent: z.object({ server: z.string(), passages: z.int(), characters: z.int() }).optional(),
  steps: z.array(
    z.object({
      name: z.string(),
      ms: z.number(),
      note: z.string(),
      /** Tokens that a model read and wrote in this step. */
      tokens: z.int().default(0),
    }),
  ),
  passages: z.array(
    z.object({
      chunkId: chunkIdSchema.optional(),
      document: z.string(),
      page: z.int().nullable(),
      score: z.number(),
      used: z.boolean(),
      /** Why it was cut, where it was. */
      reason: z.string(),
      /** As in {@link explainSchema}: they add up to `score`. Older receipts do not hold them. */
      contributions: z.array(contributionSchema).default([]),
    }),
  ),
});
export type Receipt = z.infer<typeof receiptSchema>;

export const groundedAnswerSchema = z.object({
  answer: z.string(),
  abstained: z.boolean(),
  sentences: z.array(answerSentenceSchema),
  citations: z.array(citationSchema),
  /** Where Hearth declines: what comes nearest, which is not an answer. */
  nearest: z.array(citationSchema).default([]),
  receipt: receiptSchema,
  /** Why no model has added anything to the evidence, where one was meant to. */
  error: errorDataSchema.optional(),
});
export type GroundedAnswer = z.infer<typeof groundedAnswerSchema>;

/** Told before whole-document work begins: how much there is to do. */
export const planEventSchema = z.object({
  type: z.literal("plan"),
  documents: z.int(),
  chunks: z.int(),
  parts: z.int(),
  /** Whether a model reads the parts; otherwise their best sentences are chosen. */
  byModel: z.boolean(),
});

/** Parts of whole-document work that are done; `leftMs` is known once the first is. */
export const progressEventSchema = z.object({
  type: z.literal("progress"),
  done: z.int(),
  total: z.int(),
  leftMs: z.number().nullable(),
});

export const askEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("step"), name: z.string() }),
  z.object({ type: z.literal("queued"), place: z.int() }),
  z.object({ type: z.literal("evidence"), citations: z.array(citationSchema) }),
  z.object({ type: z.literal("prompt"), done: z.int(), total: z.int() }),
  planEventSchema,
  progressEventSchema,
  z.object({ type: z.literal("delta"), text: z.string() }),
]);
export type AskEvent = z.infer<typeof askEventSchema>;

/**
 * What a question is put to: these documents and what these collections hold at the time. Without
 * either, the whole library; attachments of messages only where they are named.
 */
const scope = {
  documentIds: z.array(documentIdSchema).optional(),
  collectionIds: z.array(collectionIdSchema).optional(),
};

export const searchRoutes = {
  "search.query": call(
    z.object({
      query: z.string().min(1).max(10_000),
      ...scope,
      limit: z.int().min(1).max(200).default(10),
    }),
    z.object({ hits: z.array(hitSchema) }),
  ),
  /** One question about documents, outside any chat. */
  "ask.run": stream(
    z.object({
      question: z.string().min(1).max(20_000),
      ...scope,
      modelId: modelIdSchema.optional(),
    }),
    askEventSchema,
    groundedAnswerSchema,
  ),
} as const;
