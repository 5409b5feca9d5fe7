import { HearthError } from "../../contract/errors.ts";
import { pdfjsDir } from "../../paths/entries.ts";
import { exportChat } from "../chat/export/exportChat.ts";
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
  | "chats.reread"
  | "chats.export"
  | "chats.state";

export function chatHandlers(engine: Engine): SomeHandlers<Names> {
  const { chats, store } = engine;
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
    "chats.reread": async ({ chatId }, emit, { signal }) =>
      await chats.reread(chatId, emit, signal),
    "chats.export": async ({ chatId, messageId, format }, { face }) => {
      const file = await exportChat(await chats.get(chatId), format, messageId, {
        pdfjsDir: pdfjsDir(),
        now: Date.now(),
      });
      const { name, mediaType, undrawable } = file;
      const base64 = Buffer.from(file.bytes).toString("base64");
      const asked = engine.face(face.id);
      if (!asked) return { saved: null, name, mediaType, base64, undrawable };
      const title = messageId === undefined ? "Export chat" : "Export answer";
      const { saved, error } = await asked.ask("dialogs.saveFile", { title, name, base64 });
      if (error) throw HearthError.fromData(error);
      // Where a dialog saved it, the bytes need not travel once more.
      return { saved, name, mediaType, base64: saved === null ? base64 : "", undrawable };
    },
  };
}
