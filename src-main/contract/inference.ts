import { z } from "zod";
import { generationStatsSchema, samplingSchema } from "./chat.ts";
import { call, stream } from "./defineRoute.ts";
import { modelIdSchema } from "./ids.ts";

/** Most texts in one call of the embedder. */
export const maxEmbeddingTexts = 2048;
/** Most texts in one call of a reranker. */
export const maxRankedTexts = 1024;
const maxTextLength = 1_000_000;

/** A function that a model asked to have called. */
export const toolCallSchema = z.object({
  id: z.string().min(1).max(256),
  name: z.string().min(1).max(256),
  /** JSON text of an object. */
  argumentsJson: z.string().max(maxTextLength),
});
export type ToolCallData = z.infer<typeof toolCallSchema>;

/** A function that a model may ask for. */
export const toolSchema = z.object({
  name: z.string().min(1).max(256),
  description: z.string().max(100_000).optional(),
  /** JSON schema of its arguments. */
  parameters: z.record(z.string(), z.unknown()).optional(),
});
export type Tool = z.infer<typeof toolSchema>;

/** Whether the model may, must not or has to ask for a tool. */
export const toolChoiceSchema = z.union([
  z.enum(["auto", "none", "required"]),
  z.object({ name: z.string().min(1).max(256) }),
]);
export type ToolChoice = z.infer<typeof toolChoiceSchema>;

export const inferenceMessageSchema = z.object({
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.string().max(maxTextLength),
  /** What an assistant's message asked for. */
  toolCalls: z.array(toolCallSchema).max(128).optional(),
  /** Which call a tool's message answers. */
  toolCallId: z.string().max(256).optional(),
});
export type InferenceMessage = z.infer<typeof inferenceMessageSchema>;

/**
 * The form that the whole answer has to have: any JSON object, JSON that follows a schema, or text
 * that follows a grammar in GBNF. The model cannot write anything else.
 */
export const responseFormatSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("json") }),
  z.object({
    type: z.literal("json-schema"),
    schema: z.union([z.record(z.string(), z.unknown()), z.boolean()]),
  }),
  z.object({ type: z.literal("grammar"), grammar: z.string().min(1).max(200_000) }),
]);
export type ResponseFormat = z.infer<typeof responseFormatSchema>;

export const inferenceSamplingSchema = samplingSchema.omit({ maxTokens: true }).extend({
  /** Subtracted from the logit of each token already written, per time written. */
  frequencyPenalty: z.number().min(-2).max(2).default(0),
  /** Subtracted once from the logit of each token already written. */
  presencePenalty: z.number().min(-2).max(2).default(0),
  /** Null lets the answer go on until it ends by itself or the context is full. */
  maxTokens: z.int().min(1).max(10_000_000).nullable().default(1024),
});
export type InferenceSampling = z.infer<typeof inferenceSamplingSchema>;

const tokenLogprobSchema = z.object({
  /** Part of a character where it does not end with this token; then `bytes` are the truth. */
  text: z.string(),
  bytes: z.array(z.int()),
  /** Natural logarithm of the probability, before any sampling setting. */
  logprob: z.number(),
});

/** A token of the answer, and the likeliest ones in its place. */
export const chosenLogprobSchema = tokenLogprobSchema.extend({ top: z.array(tokenLogprobSchema) });
export type ChosenLogprobData = z.infer<typeof chosenLogprobSchema>;

export const generateItemSchema = z.discriminatedUnion("type", [
  /** The model works on as many requests as it can; 1 is the next to begin. */
  z.object({ type: z.literal("queued"), place: z.int() }),
  /** Tokens of the prompt, with those that were in memory already. */
  z.object({ type: z.literal("prompt"), done: z.int(), total: z.int() }),
  z.object({
    type: z.literal("delta"),
    text: z.string(),
    /** What stands between think marks, where `separate` was asked for. */
    reasoning: z.string().optional(),
    logprobs: z.array(chosenLogprobSchema).optional(),
  }),
  /** A whole call; its text does not come as a delta. */
  z.object({ type: z.literal("toolCall"), call: toolCallSchema }),
]);
export type GenerateItem = z.infer<typeof generateItemSchema>;

export const generateResultSchema = z.object({
  reason: z.enum(["stop", "length", "context-full", "cancelled"]),
  /** The stop string that ended it; null where the model ended by itself. */
  stopString: z.string().nullable(),
  stats: generationStatsSchema.extend({ threads: z.int() }),
});

const chatPromptShape = {
  messages: z.array(inferenceMessageSchema).min(1).max(10_000).optional(),
  tools: z.array(toolSchema).max(256).optional(),
  /** Goes on with the last message, which has to be the assistant's. */
  continueLast: z.boolean().default(false),
};

export const inferenceRoutes = {
  /** One turn that is not kept. Either `messages` or `prompt`. */
  "generate.run": stream(
    z
      .object({
        ...chatPromptShape,
        /** Given to the model as it is, without its chat template. */
        prompt: z.string().max(4_000_000).optional(),
        toolChoice: toolChoiceSchema.default("auto"),
        modelId: modelIdSchema.optional(),
        sampling: inferenceSamplingSchema.partial().optional(),
        stop: z.array(z.string().min(1).max(1000)).max(16).optional(),
        responseFormat: responseFormatSchema.optional(),
        /** Report each token's probability and so many likeliest others. */
        logprobs: z.int().min(0).max(20).optional(),
        /** What the model thinks before it answers comes as `reasoning`, not in the text. */
        separateReasoning: z.boolean().default(false),
        /** Goes on past the model's own end, for measuring. */
        ignoreEos: z.boolean().default(false),
        /** False: one token a step, even where the text could be foreseen; for measuring. */
        guessAhead: z.boolean().optional(),
      })
      .refine(({ messages, prompt }) => (messages === undefined) !== (prompt === undefined), {
        error: "Give either messages or a prompt.",
        path: ["messages"],
      }),
    generateItemSchema,
    generateResultSchema,
  ),
  /** Tokens that these messages and tools would fill as a prompt. Nothing is evaluated. */
  "tokens.count": call(
    z.object({
      messages: z.array(inferenceMessageSchema).min(1).max(10_000),
      tools: z.array(toolSchema).max(256).optional(),
      modelId: modelIdSchema.optional(),
    }),
    z.object({ tokens: z.int() }),
  ),
  "embeddings.run": call(
    z.object({
      texts: z.array(z.string().max(maxTextLength)).min(1).max(maxEmbeddingTexts),
      modelId: modelIdSchema.optional(),
    }),
    z.object({
      /** One per text: 32-bit floats of length 1, low byte first, as base64. */
      vectors: z.array(z.string()),
      dimensions: z.int(),
      /** Tokens of all texts. */
      tokens: z.int(),
      /** Texts that were longer than the model can read and lost their end. */
      truncatedTexts: z.int(),
      /** The most tokens of one text that the model can read. */
      contextTokens: z.int(),
      model: z.string(),
    }),
  ),
  /** How well texts answer a question, by the reranker in use or the named one. */
  "rerank.run": call(
    z.object({
      question: z.string().min(1).max(maxTextLength),
      texts: z.array(z.string().max(maxTextLength)).min(1).max(maxRankedTexts),
      modelId: modelIdSchema.optional(),
    }),
    z.object({
      /** One per text, from 0 to 1. */
      scores: z.array(z.number()),
      /** Tokens of all pairs of question and text. */
      tokens: z.int(),
      /** Texts that did not fit beside the question and lost their end. */
      truncatedTexts: z.int(),
      model: z.string(),
    }),
  ),
} as const;
