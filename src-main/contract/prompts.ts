import { z } from "zod";
import { call } from "./defineRoute.ts";
import { errorDataSchema } from "./errors.ts";

/** The prompts that Hearth writes by itself; the system prompt of a chat is a setting. */
export const promptIdSchema = z.enum(["answer", "part", "summary"]);
export type PromptId = z.infer<typeof promptIdSchema>;

const promptText = z.string().max(20_000);

export const promptSchema = z.object({
  id: promptIdSchema,
  /** What is in use: the user's version, or the one that came with Hearth. */
  system: promptText,
  user: promptText,
  /** What Hearth puts in: each has to stand in the user's part once, as `{{name}}`. */
  placeholders: z.array(z.string()),
  edited: z.boolean(),
  /** Version that comes with this Hearth, and the one that the user's was made from. */
  version: z.int().min(1),
  basedOn: z.int().min(1).nullable(),
  /** Why the user's version cannot be used, so that the one of Hearth is. */
  problem: errorDataSchema.nullable(),
});
export type Prompt = z.infer<typeof promptSchema>;

export const promptRoutes = {
  "prompts.list": call(z.object({}), z.object({ prompts: z.array(promptSchema) })),
  /** Keeps the user's version. A missing or unknown placeholder is refused, with its name. */
  "prompts.save": call(
    z.object({ id: promptIdSchema, system: promptText, user: promptText }),
    z.object({ prompt: promptSchema }),
  ),
  /** Goes back to the version that came with Hearth. */
  "prompts.reset": call(z.object({ id: promptIdSchema }), z.object({ prompt: promptSchema })),
} as const;
