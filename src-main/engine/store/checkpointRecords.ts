/** A value as its serializer wrote it. */
export interface StoredValue {
  /** The serializer's name for the form of the bytes. */
  type: string;
  bytes: Uint8Array;
}

/** Names one checkpoint. */
export interface CheckpointKey {
  threadId: string;
  /** "" is the graph itself; others are those of graphs inside it. */
  namespace: string;
  checkpointId: string;
}

/** What a channel holds in a checkpoint that is being stored. */
export interface ChannelRecord {
  channel: string;
  /** JSON of the channel's version. */
  version: string;
  /** Whether the channel changed with this checkpoint. If not, the value is known from before. */
  changed: boolean;
  /** Null where the channel holds nothing. */
  value: StoredValue | null;
}

export interface CheckpointRecord extends CheckpointKey {
  parentId: string | null;
  /** The checkpoint without the values of its channels. */
  checkpoint: StoredValue;
  metadata: StoredValue;
}

/** What one task wrote to one channel. */
export interface WriteRecord {
  taskId: string;
  /** Which of the task's writes this is. Negative for special ones, of which the last stands. */
  position: number;
  /** The place of the task in its step, by which writes are sorted. */
  taskPath: string;
  channel: string;
  value: StoredValue;
}

/** A checkpoint with all that belongs to it. */
export interface StoredCheckpoint extends CheckpointRecord {
  values: { channel: string; value: StoredValue }[];
  /** In the order in which they were first written. */
  writes: WriteRecord[];
}

/** One line of a list of checkpoints. */
export interface CheckpointHead extends CheckpointKey {
  row: number;
  metadata: StoredValue;
}

/** What is left out is not asked for. */
export interface CheckpointQuery {
  threadId?: string;
  namespace?: string;
  checkpointId?: string;
  /** Only checkpoints whose id sorts before this one. */
  before?: string;
}
