import { HearthError } from "../../../contract/errors.ts";
import type { ChatId } from "../../../contract/ids.ts";
import type { Chat, Message } from "../../../contract/chat.ts";
import { insertRow, updateRow } from "../columns.ts";
import type { Database } from "../Database.ts";
import { decodeText } from "../encodeText.ts";
import { fold } from "../fold.ts";
import type { ChatRepository } from "../protocol.ts";
import type { ChatRow } from "../records.ts";
import { chatColumns, messageColumns, toChat, toMessage } from "./chatRows.ts";
import { searchChats } from "./chatSearch.ts";

const summaryColumns = "id, title, sequence, created_at, updated_at";

/** The chats of one database. */
export function chatRepository(db: Database, now: () => number = Date.now): ChatRepository {
  const nextSequence = (): number =>
    db.get("UPDATE counters SET value = value + 1 WHERE name = 'chat-sequence' RETURNING value")?.[
      "value"
    ] as number;

  const indexTitle = (chatId: ChatId): void => {
    const row = db.get("SELECT row, title FROM chats WHERE id = ?", chatId);
    if (row) indexText(db, -(row["row"] as number), decodeText(row["title"] as string));
  };

  /** A text that is still streaming changes every second; it is indexed once it has ended. */
  const indexMessage = (messageId: string): void => {
    const row = db.get(
      "SELECT row, text FROM messages WHERE id = ? AND status <> 'streaming'",
      messageId,
    );
    if (row) indexText(db, row["row"] as number, decodeText(row["text"] as string));
  };

  const visible = (chatId: ChatId): Chat => {
    const row = db.get("SELECT * FROM chats WHERE id = ? AND deleted_at IS NULL", chatId);
    if (!row) throw noSuchChat();
    return toChat(db, row);
  };

  const toRow = (row: Record<string, unknown>): ChatRow => ({
    id: row["id"] as ChatId,
    title: decodeText(row["title"] as string),
    sequence: row["sequence"] as number,
    createdAt: row["created_at"] as number,
    updatedAt: row["updated_at"] as number,
  });

  return {
    list: () =>
      db
        .all(`SELECT ${summaryColumns} FROM chats WHERE deleted_at IS NULL ORDER BY sequence DESC`)
        .map(toRow),

    create: (chat) =>
      db.transaction(() => {
        insertRow(db, "INSERT", "chats", chatColumns, chat, { sequence: nextSequence() });
        indexTitle(chat.id);
        return toRow(db.get(`SELECT ${summaryColumns} FROM chats WHERE id = ?`, chat.id) ?? {});
      }),

    get: (chatId) => {
      const row = db.get("SELECT * FROM chats WHERE id = ? AND deleted_at IS NULL", chatId);
      if (!row) return undefined;
      const messages = db.all("SELECT * FROM messages WHERE chat_id = ? ORDER BY row", chatId);
      return { chat: toChat(db, row), messages: messages.map((message) => toMessage(db, message)) };
    },

    update: (chatId, patch) =>
      db.transaction(() => {
        visible(chatId);
        const fields = Object.keys(patch);
        const isChange = fields.some((field) => field !== "activeLeafId");
        updateRow(
          db,
          "chats",
          chatColumns,
          chatId,
          isChange ? { updatedAt: now(), ...patch } : patch,
          isChange ? { sequence: nextSequence() } : {},
        );
        if (patch.title !== undefined) indexTitle(chatId);
        return visible(chatId);
      }),

    delete: (chatId) => {
      const changed = db.run(
        "UPDATE chats SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL",
        now(),
        chatId,
      );
      if (changed === 0) throw noSuchChat();
    },

    restore: (chatId) =>
      db.transaction(() => {
        db.run("UPDATE chats SET deleted_at = NULL WHERE id = ?", chatId);
        return visible(chatId);
      }),

    purgeDeleted: (beforeMs) =>
      db.transaction(() => {
        const old = "SELECT id FROM chats WHERE deleted_at < ?";
        db.run(
          `DELETE FROM chat_texts WHERE rowid IN (SELECT row FROM messages WHERE chat_id IN (${old}))`,
          beforeMs,
        );
        db.run(
          "DELETE FROM chat_texts WHERE rowid IN (SELECT -row FROM chats WHERE deleted_at < ?)",
          beforeMs,
        );
        return db.run("DELETE FROM chats WHERE deleted_at < ?", beforeMs);
      }),

    addMessages: (messages, activeLeafId) =>
      db.transaction(() => {
        const chatId = messages[0]?.chatId;
        if (chatId === undefined || messages.some((message) => message.chatId !== chatId)) {
          throw new HearthError({
            code: "bad-input",
            title: "These messages are not of one chat.",
          });
        }
        visible(chatId);
        for (const message of messages) addMessage(db, message, indexMessage);
        updateRow(
          db,
          "chats",
          chatColumns,
          chatId,
          { activeLeafId, updatedAt: now() },
          { sequence: nextSequence() },
        );
        return visible(chatId);
      }),

    updateMessage: (messageId, patch) =>
      db.transaction(() => {
        if (!updateRow<Message>(db, "messages", messageColumns, messageId, patch)) {
          throw new HearthError({ code: "not-found", title: "This message no longer exists." });
        }
        if (patch.text !== undefined || patch.status !== undefined) indexMessage(messageId);
      }),

    getMessage: (messageId) => {
      const row = db.get("SELECT * FROM messages WHERE id = ?", messageId);
      return row && toMessage(db, row);
    },

    interruptStreaming: () =>
      db.transaction(() => {
        const ids = db.all("SELECT id FROM messages WHERE status = 'streaming'");
        db.run("UPDATE messages SET status = 'interrupted' WHERE status = 'streaming'");
        for (const { id } of ids) indexMessage(id as string);
        return ids.length;
      }),

    search: (query, limit) => searchChats(db, query, limit),
  };
}

/** A parent is a message of the same chat, so that the messages stay one tree. */
function addMessage(db: Database, message: Message, index: (id: string) => void): void {
  if (message.parentId !== null) {
    const parent = db.get(
      "SELECT 1 FROM messages WHERE id = ? AND chat_id = ?",
      message.parentId,
      message.chatId,
    );
    if (!parent) {
      throw new HearthError({
        code: "not-found",
        title: "The message that this one follows is not in the chat.",
      });
    }
  }
  insertRow(db, "INSERT", "messages", messageColumns, message);
  index(message.id);
}

function indexText(db: Database, rowid: number, text: string): void {
  db.run("DELETE FROM chat_texts WHERE rowid = ?", rowid);
  db.run("INSERT INTO chat_texts (rowid, folded) VALUES (?, ?)", rowid, fold(text));
}

function noSuchChat(): HearthError {
  return new HearthError({
    code: "not-found",
    title: "This chat no longer exists.",
    cause: "It was deleted.",
    suggestion: "Choose another chat, or start a new one.",
  });
}
