import type { Migration } from "./index.ts";

/**
 * The states of graphs that are being run. A checkpoint's values lie beside it, so that one which
 * a step did not change is stored once: an entry says which value a channel has in a checkpoint,
 * and null where the channel was emptied. `version` is JSON: numbers and texts are told apart.
 */
export const graphCheckpoints: Migration = {
  number: 8,
  name: "graph-checkpoints",
  sql: `
    CREATE TABLE graph_checkpoints (
      row INTEGER PRIMARY KEY,
      thread_id TEXT NOT NULL,
      namespace TEXT NOT NULL,
      checkpoint_id TEXT NOT NULL,
      parent_id TEXT,
      checkpoint_type TEXT NOT NULL,
      checkpoint BLOB NOT NULL,
      metadata_type TEXT NOT NULL,
      metadata BLOB NOT NULL,
      UNIQUE (thread_id, namespace, checkpoint_id)
    ) STRICT;
    CREATE INDEX graph_checkpoints_by_id ON graph_checkpoints (checkpoint_id);
    CREATE TABLE graph_values (
      row INTEGER PRIMARY KEY,
      thread_id TEXT NOT NULL,
      type TEXT NOT NULL,
      value BLOB NOT NULL
    ) STRICT;
    CREATE INDEX graph_values_by_thread ON graph_values (thread_id);
    CREATE TABLE graph_channels (
      checkpoint_row INTEGER NOT NULL REFERENCES graph_checkpoints (row) ON DELETE CASCADE,
      channel TEXT NOT NULL,
      version TEXT NOT NULL,
      value_row INTEGER REFERENCES graph_values (row),
      PRIMARY KEY (checkpoint_row, channel)
    ) STRICT;
    CREATE INDEX graph_channels_by_value ON graph_channels (value_row);
    -- Writes may come before their checkpoint, so they name it and do not refer to its row.
    CREATE TABLE graph_writes (
      row INTEGER PRIMARY KEY,
      thread_id TEXT NOT NULL,
      namespace TEXT NOT NULL,
      checkpoint_id TEXT NOT NULL,
      task_id TEXT NOT NULL,
      position INTEGER NOT NULL,
      task_path TEXT NOT NULL,
      channel TEXT NOT NULL,
      type TEXT NOT NULL,
      value BLOB NOT NULL,
      UNIQUE (thread_id, namespace, checkpoint_id, task_id, position)
    ) STRICT;
  `,
};
