import type { Database } from "../Database.ts";

/** Takes documents or collections off the chats that they were attached to. */
export function detachFromChats(
  db: Database,
  column: "document_ids_json" | "collection_ids_json",
  ids: readonly string[],
): void {
  db.run(
    `UPDATE chats SET ${column} = (
       SELECT json_group_array(value) FROM json_each(chats.${column})
       WHERE value NOT IN (SELECT value FROM json_each(?1))
     )
     WHERE json_valid(${column}) AND EXISTS (
       SELECT 1 FROM json_each(chats.${column})
       WHERE value IN (SELECT value FROM json_each(?1))
     )`,
    JSON.stringify(ids),
  );
}
