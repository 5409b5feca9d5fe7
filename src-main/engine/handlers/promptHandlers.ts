import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names = "prompts.list" | "prompts.save" | "prompts.reset";

export function promptHandlers({ prompts }: Engine): SomeHandlers<Names> {
  return {
    "prompts.list": async () => ({ prompts: await prompts.list() }),
    "prompts.save": async ({ id, system, user }) => ({
      prompt: await prompts.save(id, { system, user }),
    }),
    "prompts.reset": async ({ id }) => ({ prompt: await prompts.reset(id) }),
  };
}
