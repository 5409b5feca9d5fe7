import { samplingSchema } from "../../contract/chat.ts";
import { HearthError } from "../../contract/errors.ts";
import { toPromptEvent, toSampling, toStats } from "../chat/generateTurn.ts";
import { withoutUndefined } from "../core/withoutUndefined.ts";
import type { Engine } from "../Engine.ts";
import type { SomeHandlers } from "./handlers.ts";

type Names =
  | "chats.create"
  | "chats.get"
  | "chats.update"
  | "chats.delete"
  | "chats.restore"
  | "chats.search"
  | "chats.send"
  | "chats.regenerate"
  | "chats.continue"
  | "chats.stop"
  | "chats.state"
  | "generate.run";

export function chatHandlers({ chats, store, models }: Engine): SomeHandlers<Names> {
  return {
    "chats.state": () => chats.list,
    "chats.create": async (input) => ({ chat: await chats.create(input) }),
    "chats.get": ({ chatId }) => chats.get(chatId),
    "chats.update": async ({ chatId, ...patch }) => ({
      chat: await chats.update(chatId, patch),
    }),
    "chats.delete": async ({ chatId }) => {
      await chats.delete(chatId);
      return {};
    },
    "chats.restore": async ({ chatId }) => ({ chat: await chats.restore(chatId) }),
    "chats.search": async ({ query, limit }) => ({
      results: await store.chats.search(query, limit),
    }),
    "chats.send": async (input, emit, { signal }) => ({
      message: await chats.send(withoutUndefined(input), emit, signal),
    }),
    "chats.regenerate": async (input, emit, { signal }) => ({
      message: await chats.regenerate(input, emit, signal),
    }),
    "chats.continue": async (input, emit, { signal }) => ({
      message: await chats.continue(input, emit, signal),
    }),
    "chats.stop": ({ chatId }) => {
      chats.stop(chatId);
      return {};
    },
    "generate.run": async (input, emit, { signal }) => {
      const model = models.find("chat", input.modelId);
      const sampling = samplingSchema.parse(withoutUndefined(input.sampling ?? {}));
      return await models.use(
        model,
        "chat",
        async (backend) => {
          const events = backend.generate(
            {
              prompt: { kind: "chat", messages: input.messages },
              maxTokens: sampling.maxTokens,
              sampling: toSampling(sampling),
              ignoreEos: input.ignoreEos,
            },
            { signal, priority: "chat" },
          );
          for await (const event of events) {
            if (event.type === "text") emit({ type: "delta", text: event.text });
            else if (event.type === "prompt") emit(toPromptEvent(event));
            else if (event.type === "queued") emit(event);
            else {
              return {
                reason: event.reason,
                stats: { ...toStats(event, backend, model), threads: backend.info.threads },
              };
            }
          }
          throw new HearthError({
            code: "model-died",
            title: "The model stopped in the middle of its answer.",
            suggestion: "Try again.",
          });
        },
        signal,
      );
    },
  };
}
