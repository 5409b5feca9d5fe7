import { z } from "zod";
import { modelIdSchema } from "./ids.ts";

/** What a loaded chat model is doing at the moment. */
export const modelActivitySchema = z.object({
  modelId: modelIdSchema,
  /** Requests that are being read or written, and those that wait for a place. */
  running: z.int(),
  waiting: z.int(),
  /** Most requests at once. */
  places: z.int(),
  /** Tokens written per second over all requests, over the last second. */
  tokensPerSecond: z.number(),
  /** Tokens of prompts read per second, over the last second. */
  promptTokensPerSecond: z.number(),
  promptTokensLeft: z.int(),
  /** Cells of the KV cache that hold a token; one that several chats share counts once. */
  kvCellsUsed: z.int(),
  kvCells: z.int(),
  kvBytesPerCell: z.number(),
  /** Tokens of the longest running chat, against the context of one chat. */
  longestTokens: z.int(),
  contextTokens: z.int(),
  /** Threads that the last step used. */
  threads: z.int(),
  device: z.string(),
});
export type ModelActivity = z.infer<typeof modelActivitySchema>;

export const activityStateSchema = z.object({ models: z.array(modelActivitySchema) });
export type ActivityState = z.infer<typeof activityStateSchema>;
