import { z } from "zod";
import { errorDataSchema } from "./errors.ts";

/** What a face can tell its user about the engine. Said by whoever keeps it, as it cannot speak itself. */
export const engineStatusSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("closed") }),
  /** `afterDeath`: the engine died, and a new one is being started. */
  z.object({ state: z.literal("starting"), afterDeath: z.boolean() }),
  z.object({ state: z.literal("connected"), generation: z.string() }),
  /** `givenUp`: it is not started again until the user asks. */
  z.object({ state: z.literal("failed"), error: errorDataSchema, givenUp: z.boolean() }),
]);
export type EngineStatus = z.infer<typeof engineStatusSchema>;
