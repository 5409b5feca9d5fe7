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
  | "chats.state";

export function chatHandlers({ chats, store }: Engine): SomeHandlers<Names> {
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
  };
}
