import type { SQLInputValue } from "node:sqlite";
import type {
  ChannelRecord,
  CheckpointHead,
  CheckpointKey,
  CheckpointQuery,
  StoredCheckpoint,
  StoredValue,
  WriteRecord,
} from "../checkpointRecords.ts";
import type { Database, Row } from "../Database.ts";
import { decodeText, encodeText } from "../encodeText.ts";
import type { CheckpointRepository } from "../protocol.ts";

const ofCheckpoint = "thread_id = ? AND namespace = ? AND checkpoint_id = ?";

/** The states of graphs, by thread. */
export function checkpointRepository(db: Database): CheckpointRepository {
  const rowOf = (key: CheckpointKey): number | undefined =>
    db.get(`SELECT row FROM graph_checkpoints WHERE ${ofCheckpoint}`, ...keyValues(key))?.[
      "row"
    ] as number | undefined;

  const addValue = (threadId: string, value: StoredValue): number => {
    db.run(
      "INSERT INTO graph_values (thread_id, type, value) VALUES (?, ?, ?)",
      encodeText(threadId),
      value.type,
      value.bytes,
    );
    return db.lastRow();
  };

  /** What the channel held in this version: in the parent, else anywhere in the thread, newest first. */
  const known = (
    key: CheckpointKey,
    parentRow: number | undefined,
    record: ChannelRecord,
  ): Row[] => {
    const version = [encodeText(record.channel), record.version] as const;
    const inParent =
      parentRow === undefined
        ? []
        : db.all(
            `SELECT value_row FROM graph_channels
             WHERE checkpoint_row = ? AND channel = ? AND version = ?`,
            parentRow,
            ...version,
          );
    if (inParent.length > 0) return inParent;
    return db.all(
      `SELECT value_row FROM graph_channels
       JOIN graph_checkpoints ON graph_checkpoints.row = checkpoint_row
       WHERE thread_id = ? AND namespace = ? AND channel = ? AND version = ?
       ORDER BY checkpoint_row DESC`,
      encodeText(key.threadId),
      encodeText(key.namespace),
      ...version,
    );
  };

  /** @returns the row of the channel's value, null for none, undefined where nothing is known */
  const placeValue = (
    key: CheckpointKey,
    parentRow: number | undefined,
    record: ChannelRecord,
  ): number | null | undefined => {
    const { value } = record;
    if (value === null) return null;
    if (record.changed) return addValue(key.threadId, value);
    const earlier = known(key, parentRow, record).map((row) => row["value_row"] as number | null);
    if (earlier.length === 0) return undefined;
    // Two branches of a thread may count to the same version with different values.
    const same = earlier.find(
      (row) =>
        row !== null &&
        db.get(
          "SELECT 1 FROM graph_values WHERE row = ? AND type = ? AND value = ?",
          row,
          value.type,
          value.bytes,
        ),
    );
    return same ?? addValue(key.threadId, value);
  };

  const writesOf = (key: CheckpointKey): WriteRecord[] =>
    db
      .all(`SELECT * FROM graph_writes WHERE ${ofCheckpoint} ORDER BY row`, ...keyValues(key))
      .map((row) => ({
        taskId: decodeText(row["task_id"] as string),
        position: row["position"] as number,
        taskPath: decodeText(row["task_path"] as string),
        channel: decodeText(row["channel"] as string),
        value: valueOf(row, "type", "value"),
      }));

  return {
    put: (record, channels) =>
      db.transaction(() => {
        const parent = record.parentId;
        const parentRow = parent === null ? undefined : rowOf({ ...record, checkpointId: parent });
        db.run(
          `INSERT INTO graph_checkpoints (thread_id, namespace, checkpoint_id, parent_id,
             checkpoint_type, checkpoint, metadata_type, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (thread_id, namespace, checkpoint_id) DO UPDATE SET
             parent_id = excluded.parent_id, checkpoint_type = excluded.checkpoint_type,
             checkpoint = excluded.checkpoint, metadata_type = excluded.metadata_type,
             metadata = excluded.metadata`,
          ...keyValues(record),
          parent === null ? null : encodeText(parent),
          record.checkpoint.type,
          record.checkpoint.bytes,
          record.metadata.type,
          record.metadata.bytes,
        );
        const row = rowOf(record) as number;
        const placed = channels.map((channel) => placeValue(record, parentRow, channel));
        const before = db.all(
          "SELECT value_row FROM graph_channels WHERE checkpoint_row = ? AND value_row IS NOT NULL",
          row,
        );
        db.run("DELETE FROM graph_channels WHERE checkpoint_row = ?", row);
        for (const [at, { channel, version }] of channels.entries()) {
          const valueRow = placed[at];
          if (valueRow === undefined) continue;
          db.run(
            `INSERT INTO graph_channels (checkpoint_row, channel, version, value_row)
             VALUES (?, ?, ?, ?)`,
            row,
            encodeText(channel),
            version,
            valueRow,
          );
        }
        for (const { value_row: valueRow } of before) {
          db.run(
            `DELETE FROM graph_values WHERE row = ?1
               AND NOT EXISTS (SELECT 1 FROM graph_channels WHERE value_row = ?1)`,
            valueRow as number,
          );
        }
      }),

    putWrites: (key, writes) =>
      db.transaction(() => {
        for (const write of writes) {
          // A task that runs again writes the same; of special writes the last one counts.
          const again =
            write.position >= 0
              ? "DO NOTHING"
              : `DO UPDATE SET task_path = excluded.task_path, channel = excluded.channel,
                   type = excluded.type, value = excluded.value`;
          db.run(
            `INSERT INTO graph_writes (thread_id, namespace, checkpoint_id, task_id, position,
               task_path, channel, type, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (thread_id, namespace, checkpoint_id, task_id, position) ${again}`,
            ...keyValues(key),
            encodeText(write.taskId),
            write.position,
            encodeText(write.taskPath),
            encodeText(write.channel),
            write.value.type,
            write.value.bytes,
          );
        }
      }),

    get: (threadId, namespace, checkpointId) => {
      const where = "thread_id = ? AND namespace = ?";
      const place = [encodeText(threadId), encodeText(namespace)] as const;
      const row =
        checkpointId === undefined
          ? db.get(
              `SELECT * FROM graph_checkpoints WHERE ${where} ORDER BY checkpoint_id DESC LIMIT 1`,
              ...place,
            )
          : db.get(
              `SELECT * FROM graph_checkpoints WHERE ${where} AND checkpoint_id = ?`,
              ...place,
              encodeText(checkpointId),
            );
      if (!row) return undefined;
      const key = keyOf(row);
      const parent = row["parent_id"] as string | null;
      return {
        ...key,
        parentId: parent === null ? null : decodeText(parent),
        checkpoint: valueOf(row, "checkpoint_type", "checkpoint"),
        metadata: valueOf(row, "metadata_type", "metadata"),
        values: db
          .all(
            `SELECT channel, type, value FROM graph_channels
             JOIN graph_values ON graph_values.row = value_row WHERE checkpoint_row = ?`,
            row["row"] as number,
          )
          .map((value) => ({
            channel: decodeText(value["channel"] as string),
            value: valueOf(value, "type", "value"),
          })),
        writes: writesOf(key),
      } satisfies StoredCheckpoint;
    },

    writesOf,

    list: (query, after, limit) => {
      const { sql, values } = condition(query, after);
      return db
        .all(
          `SELECT row, thread_id, namespace, checkpoint_id, metadata_type, metadata
           FROM graph_checkpoints WHERE ${sql} ORDER BY checkpoint_id DESC, row LIMIT ?`,
          ...values,
          limit,
        )
        .map(toHead);
    },

    dropFinished: () =>
      db.transaction(() => {
        const finished = `thread_id NOT IN (
          SELECT id FROM messages
          WHERE status IN ('stopped', 'interrupted') AND grounding_json IS NULL)`;
        for (const table of ["graph_checkpoints", "graph_values", "graph_writes"]) {
          db.run(`DELETE FROM ${table} WHERE ${finished}`);
        }
      }),

    deleteThread: (threadId) =>
      db.transaction(() => {
        const thread = encodeText(threadId);
        // What channels had goes with their checkpoints, and before the values that it refers to.
        for (const table of ["graph_checkpoints", "graph_values", "graph_writes"]) {
          db.run(`DELETE FROM ${table} WHERE thread_id = ?`, thread);
        }
      }),
  };
}

function condition(
  query: CheckpointQuery,
  after: { checkpointId: string; row: number } | null,
): { sql: string; values: SQLInputValue[] } {
  const parts: [string, string | undefined][] = [
    ["thread_id = ?", query.threadId],
    ["namespace = ?", query.namespace],
    ["checkpoint_id = ?", query.checkpointId],
    ["checkpoint_id < ?", query.before],
  ];
  const asked = parts.filter((part): part is [string, string] => part[1] !== undefined);
  const values: SQLInputValue[] = asked.map(([, value]) => encodeText(value));
  const sql = asked.map(([part]) => part);
  if (after) {
    // The last one may be gone by now, so the place after it is named, not the row itself.
    sql.push("(checkpoint_id, -row) < (?, ?)");
    values.push(encodeText(after.checkpointId), -after.row);
  }
  return { sql: sql.length > 0 ? sql.join(" AND ") : "TRUE", values };
}

function keyValues({ threadId, namespace, checkpointId }: CheckpointKey): [string, string, string] {
  return [encodeText(threadId), encodeText(namespace), encodeText(checkpointId)];
}

function keyOf(row: Row): CheckpointKey {
  return {
    threadId: decodeText(row["thread_id"] as string),
    namespace: decodeText(row["namespace"] as string),
    checkpointId: decodeText(row["checkpoint_id"] as string),
  };
}

function valueOf(row: Row, type: string, bytes: string): StoredValue {
  return { type: row[type] as string, bytes: row[bytes] as Uint8Array };
}

function toHead(row: Row): CheckpointHead {
  return {
    ...keyOf(row),
    row: row["row"] as number,
    metadata: valueOf(row, "metadata_type", "metadata"),
  };
}
