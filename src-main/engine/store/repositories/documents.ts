import { z } from "zod";
import { errorDataSchema, HearthError } from "../../../contract/errors.ts";
import type { ChunkId, DocumentId } from "../../../contract/ids.ts";
import { locationSchema } from "../../../contract/locations.ts";
import { pageRangeSchema, type PageRange } from "../../../contract/pageRanges.ts";
import { pageBlockSchema, pagePlaceSchema } from "../../../contract/pageStructure.ts";
import { flag, insertRow, json, plain, text, updateRow, type Columns } from "../columns.ts";
import type { Database, Row } from "../Database.ts";
import { decodeText, encodeText } from "../encodeText.ts";
import { fold } from "../fold.ts";
import type { DocumentRepository } from "../protocol.ts";
import type { ChunkRecord, DocumentPatch, DocumentRecord, PageRecord } from "../records.ts";
import { readJson, readOptionalJson } from "../storedJson.ts";
import { detachFromChats } from "./detachFromChats.ts";

const documentColumns: Columns<DocumentRecord> = {
  id: plain("id"),
  name: text("name"),
  path: text("path"),
  mediaType: text("media_type"),
  bytes: plain("bytes"),
  mtimeMs: plain("mtime_ms"),
  ctimeMs: plain("ctime_ms"),
  sha256: plain("sha256"),
  status: plain("status"),
  stage: plain("stage"),
  done: plain("done"),
  total: plain("total"),
  pages: plain("pages"),
  recognized: json("recognized_json"),
  unreadable: json("unreadable_json"),
  chunks: plain("chunks"),
  version: plain("version"),
  fingerprint: text("fingerprint"),
  addedAt: plain("added_at"),
  tags: json("tags_json"),
  language: plain("language"),
  textHash: plain("text_hash"),
  attachment: flag("attachment"),
  error: json("error_json"),
};

const pageColumns: Columns<PageRecord> = {
  number: plain("number"),
  width: plain("width"),
  height: plain("height"),
  text: text("text"),
  words: plain("words"),
  firstLine: plain("first_line"),
  blocks: json("blocks_json"),
  places: json("places_json"),
};

const chunkColumns: Columns<ChunkRecord> = {
  id: plain("id"),
  documentId: plain("document_id"),
  version: plain("version"),
  ordinal: plain("ordinal"),
  page: plain("page"),
  text: text("text"),
  context: text("context"),
  parts: json("parts_json"),
  sentences: json("sentences_json"),
  location: json("location_json"),
};

/** The documents of one database. */
export function documentRepository(db: Database): DocumentRepository {
  const get = (documentId: DocumentId): DocumentRecord | undefined => {
    const row = db.get("SELECT * FROM documents WHERE id = ?", documentId);
    return row && toDocument(db, row);
  };

  const update = (
    documentId: DocumentId,
    patch: DocumentPatch,
    extra: Record<string, number> = {},
  ): DocumentRecord =>
    db.transaction(() => {
      if (!updateRow<DocumentRecord>(db, "documents", documentColumns, documentId, patch, extra)) {
        throw noSuchDocument();
      }
      return get(documentId) as DocumentRecord;
    });

  const published = (documentId: DocumentId): number | null => {
    const row = db.get("SELECT published_version FROM documents WHERE id = ?", documentId);
    return (row?.["published_version"] ?? null) as number | null;
  };

  const exists = (documentId: DocumentId): void => {
    if (!db.get("SELECT 1 FROM documents WHERE id = ?", documentId)) throw noSuchDocument();
  };

  return {
    list: () => db.all("SELECT * FROM documents ORDER BY row").map((row) => toDocument(db, row)),

    get,

    findByPath: (path) => {
      const row = db.get(
        "SELECT * FROM documents WHERE path = ? ORDER BY row LIMIT 1",
        encodeText(path),
      );
      return row && toDocument(db, row);
    },

    findByHash: (sha256) =>
      db
        .all("SELECT * FROM documents WHERE sha256 = ? ORDER BY row", sha256)
        .map((row) => toDocument(db, row)),

    listBelow: (pathPrefix) =>
      db
        .all(
          "SELECT * FROM documents WHERE substr(path, 1, length(?1)) = ?1 ORDER BY row",
          encodeText(pathPrefix),
        )
        .map((row) => toDocument(db, row)),

    insert: (...records) =>
      db.transaction(() => {
        for (const record of records) {
          insertRow(db, "INSERT", "documents", documentColumns, record);
        }
      }),

    update: (documentId, patch) => update(documentId, patch),

    remove: (documentIds) =>
      db.transaction(() => {
        const removed = documentIds.flatMap((id) => get(id) ?? []);
        for (const { id } of removed) db.run("DELETE FROM documents WHERE id = ?", id);
        detachFromChats(
          db,
          "document_ids_json",
          removed.map(({ id }) => id),
        );
        return removed;
      }),

    tag: (documentIds, add, remove) =>
      db.transaction(() =>
        documentIds.flatMap((id) => {
          const tags = get(id)?.tags;
          const next = tags && withTags(tags, add, remove);
          if (!next || next.join("\n") === tags.join("\n")) return [];
          return [update(id, { tags: next })];
        }),
      ),

    looseAttachments: (beforeMs) =>
      db
        .all(
          `SELECT id FROM documents WHERE attachment = 1 AND added_at < ? AND id NOT IN (
             SELECT value FROM messages, json_each(messages.document_ids_json)
             WHERE json_valid(messages.document_ids_json)
           )`,
          beforeMs,
        )
        .map((row) => row["id"] as DocumentId),

    putPages: (documentId, version, pages) =>
      db.transaction(() => {
        exists(documentId);
        for (const page of pages) {
          insertRow(db, "INSERT OR REPLACE", "pages", pageColumns, page, {
            document_id: documentId,
            version,
          });
        }
      }),

    getPages: (documentId, fromPage, toPage, version) => {
      const wanted = version ?? published(documentId);
      if (wanted === null) return [];
      return db
        .all(
          `SELECT * FROM pages
           WHERE document_id = ? AND version = ? AND number BETWEEN ? AND ? ORDER BY number`,
          documentId,
          wanted,
          fromPage,
          toPage,
        )
        .map((row) => readPage(db, row, documentId));
    },

    putChunks: (documentId, version, chunks) =>
      db.transaction(() => {
        exists(documentId);
        for (const chunk of chunks) {
          if (chunk.documentId !== documentId || chunk.version !== version) {
            throw new HearthError({
              code: "bad-input",
              title: "These chunks are of another document.",
            });
          }
          insertRow(db, "INSERT OR REPLACE", "chunks", chunkColumns, chunk);
        }
      }),

    getChunks: (ids) => {
      const rows = db.all(
        `SELECT chunks.* FROM chunks JOIN documents ON documents.id = chunks.document_id
         WHERE chunks.id IN (SELECT value FROM json_each(?))
           AND documents.published_version = chunks.version`,
        JSON.stringify(ids),
      );
      const byId = new Map(rows.map((row) => [row["id"] as ChunkId, row]));
      return ids.flatMap((id) => {
        const row = byId.get(id);
        return row ? [toChunk(db, row)] : [];
      });
    },

    chunksOf: (documentId, version) =>
      db
        .all(
          "SELECT * FROM chunks WHERE document_id = ? AND version = ? ORDER BY ordinal",
          documentId,
          version,
        )
        .map((row) => toChunk(db, row)),

    publish: (documentId, version, patch) =>
      db.transaction(() => {
        for (const table of ["pages", "chunks"]) {
          db.run(`DELETE FROM ${table} WHERE document_id = ? AND version < ?`, documentId, version);
        }
        return update(
          documentId,
          { stage: "done", error: undefined, ...patch, status: "ready", version },
          { published_version: version },
        );
      }),

    readyVersions: () =>
      db
        .all(
          `SELECT id, published_version, fingerprint FROM documents
           WHERE published_version IS NOT NULL ORDER BY row`,
        )
        .map((row) => ({
          documentId: row["id"] as DocumentId,
          version: row["published_version"] as number,
          fingerprint: decodeText(row["fingerprint"] as string),
        })),

    emptyLog: () => {
      db.get("PRAGMA wal_checkpoint(TRUNCATE)");
    },

    unfinished: () =>
      db
        .all(
          `SELECT * FROM documents
           WHERE status IN ('queued', 'working') ORDER BY row`,
        )
        .map((row) => toDocument(db, row)),
  };
}

/** Tags in the order of the alphabet, each once whatever its case. */
function withTags(
  tags: readonly string[],
  add: readonly string[],
  remove: readonly string[],
): string[] {
  const byName = new Map(tags.map((tag) => [fold(tag), tag]));
  for (const tag of remove) byName.delete(fold(tag));
  for (const tag of add) if (!byName.has(fold(tag))) byName.set(fold(tag), tag);
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, tag]) => tag);
}

const rangesSchema = z.array(pageRangeSchema);

function toDocument(db: Database, row: Row): DocumentRecord {
  const id = row["id"] as DocumentId;
  const error = readOptionalJson(db, errorDataSchema, row["error_json"], `documents/${id}/error`);
  const ranges = (column: string): PageRange[] =>
    readOptionalJson(db, rangesSchema, row[column], `documents/${id}/${column}`) ?? [];
  return {
    id,
    name: decodeText(row["name"] as string),
    path: decodeText(row["path"] as string),
    mediaType: decodeText(row["media_type"] as string),
    bytes: row["bytes"] as number,
    mtimeMs: row["mtime_ms"] as number,
    ctimeMs: row["ctime_ms"] as number,
    sha256: row["sha256"] as string,
    status: row["status"] as DocumentRecord["status"],
    stage: row["stage"] as DocumentRecord["stage"],
    done: row["done"] as number,
    total: row["total"] as number,
    pages: row["pages"] as number | null,
    recognized: ranges("recognized_json"),
    unreadable: ranges("unreadable_json"),
    chunks: row["chunks"] as number,
    version: row["version"] as number,
    fingerprint: decodeText(row["fingerprint"] as string),
    addedAt: row["added_at"] as number,
    tags: readJson(db, tagsSchema, row["tags_json"], `documents/${id}/tags`, []),
    language: row["language"] as string | null,
    textHash: row["text_hash"] as string,
    attachment: row["attachment"] === 1,
    ...(error ? { error } : {}),
  };
}

const tagsSchema = z.array(z.string());
const blocksSchema = z.array(pageBlockSchema);
const placesSchema = z.array(pagePlaceSchema);

function readPage(db: Database, row: Row, documentId: DocumentId): PageRecord {
  const number = row["number"] as number;
  const at = `pages/${documentId}/${number}`;
  const blocks = readOptionalJson(db, blocksSchema, row["blocks_json"], `${at}/blocks`);
  const places = readOptionalJson(db, placesSchema, row["places_json"], `${at}/places`);
  return {
    number,
    width: row["width"] as number,
    height: row["height"] as number,
    text: decodeText(row["text"] as string),
    words: row["words"] as Uint8Array,
    firstLine: row["first_line"] as number,
    ...(blocks ? { blocks } : {}),
    ...(places ? { places } : {}),
  };
}

const partsSchema = z.array(
  z.object({ page: z.number(), start: z.number(), end: z.number(), textStart: z.number() }),
);
const sentencesSchema = z.array(z.object({ start: z.number(), end: z.number() }));

function toChunk(db: Database, row: Row): ChunkRecord {
  const id = row["id"] as ChunkId;
  const page = row["page"] as number | null;
  const whole = decodeText(row["text"] as string);
  return {
    id,
    documentId: row["document_id"] as DocumentId,
    version: row["version"] as number,
    ordinal: row["ordinal"] as number,
    page,
    text: whole,
    context: decodeText(row["context"] as string),
    parts: readJson(db, partsSchema, row["parts_json"], `chunks/${id}/parts`, []),
    sentences: readJson(db, sentencesSchema, row["sentences_json"], `chunks/${id}/sentences`, [
      { start: 0, end: whole.length },
    ]),
    location: readJson(
      db,
      locationSchema,
      row["location_json"],
      `chunks/${id}/location`,
      page === null ? { kind: "section", path: [] } : { kind: "page", page, rects: [] },
    ),
  };
}

function noSuchDocument(): HearthError {
  return new HearthError({
    code: "not-found",
    title: "This document is no longer in the library.",
    suggestion: "Add the file again if you need it.",
  });
}
