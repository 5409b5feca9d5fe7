import { z } from "zod";
import {
  generationStatsSchema,
  messageSchema,
  pinnedPassageSchema,
  samplingSchema,
  type Chat,
  type Message,
} from "../../../contract/chat.ts";
import { errorDataSchema } from "../../../contract/errors.ts";
import {
  collectionIdSchema,
  documentIdSchema,
  type ChatId,
  type MessageId,
} from "../../../contract/ids.ts";
import { json, plain, text, type Columns } from "../columns.ts";
import type { Database, Row } from "../Database.ts";
import { decodeText } from "../encodeText.ts";
import { readJson, readOptionalJson } from "../storedJson.ts";

export const chatColumns: Columns<Chat> = {
  id: plain("id"),
  title: text("title"),
  systemPrompt: text("system_prompt"),
  sampling: json("sampling_json"),
  modelId: plain("model_id"),
  documentIds: json("document_ids_json"),
  collectionIds: json("collection_ids_json"),
  pinned: json("pinned_json"),
  activeLeafId: plain("active_leaf_id"),
  createdAt: plain("created_at"),
  updatedAt: plain("updated_at"),
};

export const messageColumns: Columns<Message> = {
  id: plain("id"),
  chatId: plain("chat_id"),
  parentId: plain("parent_id"),
  role: plain("role"),
  text: text("text"),
  reasoning: text("reasoning"),
  status: plain("status"),
  createdAt: plain("created_at"),
  documentIds: json("document_ids_json"),
  collectionIds: json("collection_ids_json"),
  error: json("error_json"),
  stats: json("stats_json"),
  droppedMessages: plain("dropped_messages"),
  grounding: json("grounding_json"),
};

const collectionIdsSchema = z.array(collectionIdSchema);
const documentIdsSchema = z.array(documentIdSchema);
const pinnedSchema = z.array(pinnedPassageSchema);
const groundingSchema = messageSchema.shape.grounding.unwrap();
const defaultSampling = samplingSchema.parse({});

export function toChat(db: Database, row: Row): Chat {
  const id = row["id"] as ChatId;
  return {
    id,
    title: decodeText(row["title"] as string),
    systemPrompt: decodeText(row["system_prompt"] as string),
    sampling: readJson(
      db,
      samplingSchema,
      row["sampling_json"],
      `chats/${id}/sampling`,
      defaultSampling,
    ),
    modelId: row["model_id"] as Chat["modelId"],
    documentIds: readJson(
      db,
      documentIdsSchema,
      row["document_ids_json"],
      `chats/${id}/documents`,
      [],
    ),
    collectionIds: readJson(
      db,
      collectionIdsSchema,
      row["collection_ids_json"],
      `chats/${id}/collections`,
      [],
    ),
    pinned: readJson(db, pinnedSchema, row["pinned_json"], `chats/${id}/pinned`, []),
    activeLeafId: row["active_leaf_id"] as Chat["activeLeafId"],
    createdAt: row["created_at"] as number,
    updatedAt: row["updated_at"] as number,
  };
}

export function toMessage(db: Database, row: Row): Message {
  const id = row["id"] as MessageId;
  const place = `messages/${id}`;
  const error = readOptionalJson(db, errorDataSchema, row["error_json"], `${place}/error`);
  const stats = readOptionalJson(db, generationStatsSchema, row["stats_json"], `${place}/stats`);
  const grounding = readOptionalJson(
    db,
    groundingSchema,
    row["grounding_json"],
    `${place}/grounding`,
  );
  return {
    id,
    chatId: row["chat_id"] as ChatId,
    parentId: row["parent_id"] as Message["parentId"],
    role: row["role"] as Message["role"],
    text: decodeText(row["text"] as string),
    reasoning: decodeText(row["reasoning"] as string),
    status: row["status"] as Message["status"],
    createdAt: row["created_at"] as number,
    documentIds: readJson(
      db,
      documentIdsSchema,
      row["document_ids_json"],
      `${place}/documents`,
      [],
    ),
    collectionIds: readJson(
      db,
      collectionIdsSchema,
      row["collection_ids_json"],
      `${place}/collections`,
      [],
    ),
    droppedMessages: row["dropped_messages"] as number,
    ...(error ? { error } : {}),
    ...(stats ? { stats } : {}),
    ...(grounding ? { grounding } : {}),
  };
}
