import type { Collection } from "../../../contract/collections.ts";
import { HearthError } from "../../../contract/errors.ts";
import type { CollectionId, DocumentId } from "../../../contract/ids.ts";
import type { Database } from "../Database.ts";
import { decodeText, encodeText } from "../encodeText.ts";
import { fold } from "../fold.ts";
import type { CollectionRepository } from "../protocol.ts";
import { detachFromChats } from "./detachFromChats.ts";

/** The collections of one database. */
export function collectionRepository(db: Database): CollectionRepository {
  const membersOf = (collectionId: CollectionId): DocumentId[] =>
    db
      .all(
        `SELECT document_id FROM collection_documents JOIN documents ON documents.id = document_id
         WHERE collection_id = ? ORDER BY documents.row`,
        collectionId,
      )
      .map((row) => row["document_id"] as DocumentId);

  const toCollection = (row: Record<string, unknown>): Collection => {
    const id = row["id"] as CollectionId;
    return {
      id,
      name: decodeText(row["name"] as string),
      documentIds: membersOf(id),
      createdAt: row["created_at"] as number,
    };
  };

  const get = (collectionId: CollectionId): Collection => {
    const row = db.get("SELECT * FROM collections WHERE id = ?", collectionId);
    if (!row) throw noSuchCollection();
    return toCollection(row);
  };

  const isTaken = (name: string, except = ""): boolean =>
    db.get("SELECT 1 FROM collections WHERE folded = ? AND id <> ?", fold(name), except) !==
    undefined;

  const add = (collectionId: CollectionId, documentIds: readonly DocumentId[]): void => {
    db.run(
      `INSERT OR IGNORE INTO collection_documents (collection_id, document_id)
       SELECT ?, id FROM documents
       WHERE attachment = 0 AND id IN (SELECT value FROM json_each(?))`,
      collectionId,
      JSON.stringify(documentIds),
    );
  };

  return {
    list: () => db.all("SELECT * FROM collections ORDER BY folded").map(toCollection),

    create: ({ id, name, createdAt, documentIds }) =>
      db.transaction(() => {
        if (isTaken(name)) return null;
        db.run(
          "INSERT INTO collections (id, name, folded, created_at) VALUES (?, ?, ?, ?)",
          id,
          encodeText(name),
          fold(name),
          createdAt,
        );
        add(id, documentIds);
        return get(id);
      }),

    rename: (collectionId, name) =>
      db.transaction(() => {
        get(collectionId);
        if (isTaken(name, collectionId)) return null;
        db.run(
          "UPDATE collections SET name = ?, folded = ? WHERE id = ?",
          encodeText(name),
          fold(name),
          collectionId,
        );
        return get(collectionId);
      }),

    remove: (collectionId) =>
      db.transaction(() => {
        if (db.run("DELETE FROM collections WHERE id = ?", collectionId) === 0) {
          throw noSuchCollection();
        }
        detachFromChats(db, "collection_ids_json", [collectionId]);
      }),

    addDocuments: (collectionId, documentIds) =>
      db.transaction(() => {
        get(collectionId);
        add(collectionId, documentIds);
        return get(collectionId);
      }),

    removeDocuments: (collectionId, documentIds) =>
      db.transaction(() => {
        get(collectionId);
        db.run(
          `DELETE FROM collection_documents
           WHERE collection_id = ? AND document_id IN (SELECT value FROM json_each(?))`,
          collectionId,
          JSON.stringify(documentIds),
        );
        return get(collectionId);
      }),
  };
}

function noSuchCollection(): HearthError {
  return new HearthError({
    code: "not-found",
    title: "This collection does not exist any more.",
    suggestion: "Choose another one, or make it again.",
  });
}
