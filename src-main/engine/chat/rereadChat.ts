import type { Chat, Message } from "../../contract/chat.ts";
import { cancelledError } from "../../contract/errors.ts";
import type { ModelManager } from "../models/ModelManager.ts";
import { answerRoom } from "../rag/budget.ts";
import { fitHistory } from "./fitHistory.ts";
import { toHistory } from "./generateTurn.ts";

export interface RereadProgress {
  readonly stage: "loading" | "reading";
  readonly done: number;
  readonly total: number;
}

export interface Reread {
  readonly tokens: number;
  readonly reusedTokens: number;
}

const nothing: Reread = { tokens: 0, reusedTokens: 0 };

/**
 * Loads the chat's model and has it read the conversation as the next question's prompt begins, so that
 * it is in the model's cache by then.
 *
 * @param path from the root to the last message; empty where only the model is wanted
 * @param end ends the reading; a load goes on, since whoever ended it needs the model too
 * @param signal ends both
 * @throws HearthError `cancelled`, or what kept the model from running
 */
export async function rereadChat(
  { models }: { models: Pick<ModelManager, "find" | "use"> },
  { chat, path }: { readonly chat: Chat; readonly path: readonly Message[] },
  emit: (progress: RereadProgress) => void,
  end: AbortSignal,
  signal: AbortSignal,
): Promise<Reread> {
  const model = models.find("chat", chat.modelId);
  if (model.server) return nothing;
  emit({ stage: "loading", done: 0, total: 1 });
  return await models.use(
    model,
    "chat",
    async (backend) => {
      if (end.aborted) throw cancelledError();
      if (path.length === 0) return nothing;
      const own = AbortSignal.any([end, signal]);
      const { contextTokens } = backend.info;
      const fitted = await fitHistory(
        chat.systemPrompt,
        toHistory(path),
        contextTokens - answerRoom(contextTokens, chat.sampling.maxTokens),
        (messages) => backend.countChatTokens(messages, { signal: own }),
      );
      // The last message alone may be too long for it; the next question will say so.
      if (!fitted) return nothing;
      const events = backend.generate(
        {
          prompt: { kind: "chat", messages: fitted.messages },
          maxTokens: 1,
          sampling: { temperature: 0 },
          guessAhead: false,
        },
        { signal: own, priority: "background" },
      );
      for await (const event of events) {
        if (event.type === "prompt") {
          const done = event.evaluatedTokens + event.reusedTokens;
          emit({ stage: "reading", done, total: event.totalTokens });
        } else if (event.type === "end") {
          if (event.reason === "cancelled") throw cancelledError();
          return { tokens: event.promptTokens, reusedTokens: event.reusedTokens };
        }
      }
      return nothing;
    },
    signal,
    (done) => emit({ stage: "loading", done, total: 1 }),
  );
}
