import type { RunnableConfig } from "@langchain/core/runnables";
import {
  BaseCheckpointSaver,
  compareWritesSortKeys,
  copyCheckpoint,
  getCheckpointId,
  maxChannelVersion,
  TASKS,
  WRITES_IDX_MAP,
  writesSortKey,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  type PendingWrite,
} from "@langchain/langgraph-checkpoint";
import type {
  ChannelRecord,
  CheckpointHead,
  CheckpointKey,
  StoredCheckpoint,
  StoredValue,
  WriteRecord,
} from "../../store/checkpointRecords.ts";
import type { CheckpointRepository, Remote } from "../../store/protocol.ts";
import { missing, placeOf, placeToWrite } from "./configPlace.ts";

/** Checkpoints of this format on name what is to be sent to which node among their channels. */
const sendsAreChannelSince = 4;
/** So many lines of a list are fetched together. */
const pageSize = 100;
/** The version of a value whose channel has none: JSON of no version. */
const unversioned = "null";

/**
 * Keeps the states of graphs in Hearth's own database. A call that has resolved is on the disk,
 * and what was being written when the engine died is there whole or not at all.
 *
 * A value is stored once for each version of its channel, however many checkpoints hold it.
 */
export class StoreSaver extends BaseCheckpointSaver {
  readonly #checkpoints: Remote<CheckpointRepository>;

  constructor(checkpoints: Remote<CheckpointRepository>) {
    super();
    this.#checkpoints = checkpoints;
  }

  /** The named checkpoint, or the newest of the thread; undefined where there is none. */
  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { threadId, namespace = "" } = placeOf(config);
    if (threadId === undefined) return undefined;
    const id = getCheckpointId(config);
    const stored = await this.#checkpoints.get(threadId, namespace, id === "" ? undefined : id);
    return stored && this.#toTuple(stored, id === "" ? toConfig(stored) : config);
  }

  /** Newest first. Without a thread: of all threads. */
  override async *list(
    config: RunnableConfig,
    options: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    const { threadId, namespace, checkpointId } = placeOf(config);
    const before = options.before && placeOf(options.before).checkpointId;
    const query = {
      ...(threadId === undefined ? {} : { threadId }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(checkpointId === undefined ? {} : { checkpointId }),
      ...(before === undefined ? {} : { before }),
    };
    let left = options.limit ?? Infinity;
    let after: CheckpointHead | null = null;
    while (left > 0) {
      const page: CheckpointHead[] = await this.#checkpoints.list(query, after, pageSize);
      for (const head of page) {
        if (options.filter && !(await this.#fits(head, options.filter))) continue;
        const stored = await this.#checkpoints.get(
          head.threadId,
          head.namespace,
          head.checkpointId,
        );
        // Its thread was deleted since the page was read.
        if (!stored) continue;
        yield await this.#toTuple(stored, toConfig(stored));
        left -= 1;
        if (left <= 0) return;
      }
      if (page.length < pageSize) return;
      after = page.at(-1) ?? null;
    }
  }

  /** @returns where the checkpoint lies now */
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const { threadId, namespace, checkpointId: parentId } = placeToWrite(config, "checkpoint");
    const key = { threadId, namespace, checkpointId: checkpoint.id };
    const bare = { ...copyCheckpoint(checkpoint), channel_values: {} };
    const [written, described, channels] = await Promise.all([
      this.#dump(bare),
      this.#dump(metadata),
      this.#channels(checkpoint, newVersions),
    ]);
    await this.#checkpoints.put(
      { ...key, parentId: parentId ?? null, checkpoint: written, metadata: described },
      channels,
    );
    return toConfig(key);
  }

  override async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = "",
  ): Promise<void> {
    const { threadId, namespace, checkpointId } = placeToWrite(config, "writes");
    if (checkpointId === undefined) throw missing("writes", "checkpoint_id");
    const records = await Promise.all(
      writes.map(async ([channel, value], at): Promise<WriteRecord> => ({
        taskId,
        position: Object.hasOwn(WRITES_IDX_MAP, channel) ? (WRITES_IDX_MAP[channel] ?? at) : at,
        taskPath,
        channel,
        value: await this.#dump(value),
      })),
    );
    await this.#checkpoints.putWrites({ threadId, namespace, checkpointId }, records);
  }

  override async deleteThread(threadId: string): Promise<void> {
    await this.#checkpoints.deleteThread(threadId);
  }

  async #channels(checkpoint: Checkpoint, newVersions: ChannelVersions): Promise<ChannelRecord[]> {
    const names = new Set([
      ...Object.keys(checkpoint.channel_versions),
      ...Object.keys(checkpoint.channel_values),
    ]);
    return Promise.all(
      Array.from(names, async (channel): Promise<ChannelRecord> => {
        const version = own(checkpoint.channel_versions, channel);
        return {
          channel,
          version: version === undefined ? unversioned : JSON.stringify(version),
          changed: version === undefined || own(newVersions, channel) !== undefined,
          value: Object.hasOwn(checkpoint.channel_values, channel)
            ? await this.#dump(checkpoint.channel_values[channel])
            : null,
        };
      }),
    );
  }

  async #fits(head: CheckpointHead, filter: Record<string, unknown>): Promise<boolean> {
    const metadata = (await this.#load(head.metadata)) as Record<string, unknown>;
    return Object.entries(filter).every(([key, value]) => metadata[key] === value);
  }

  async #toTuple(stored: StoredCheckpoint, config: RunnableConfig): Promise<CheckpointTuple> {
    const [bare, metadata, values, pendingWrites] = await Promise.all([
      this.#load(stored.checkpoint) as Promise<Checkpoint>,
      this.#load(stored.metadata) as Promise<CheckpointMetadata>,
      Promise.all(
        stored.values.map(
          async ({ channel, value }) => [channel, await this.#load(value)] as const,
        ),
      ),
      this.#pendingWrites(stored.writes),
    ]);
    const checkpoint = { ...bare, channel_values: Object.fromEntries(values) };
    const tuple: CheckpointTuple = { config, checkpoint, metadata, pendingWrites };
    if (stored.parentId === null) return tuple;
    const parent = { ...stored, checkpointId: stored.parentId };
    if (checkpoint.v < sendsAreChannelSince) await this.#addSends(checkpoint, parent);
    return { ...tuple, parentConfig: toConfig(parent) };
  }

  /** In the order in which a running step applies them. */
  async #pendingWrites(writes: readonly WriteRecord[]): Promise<CheckpointPendingWrite[]> {
    const ordered = writes.toSorted((a, b) =>
      compareWritesSortKeys(
        writesSortKey(a.taskPath, a.taskId, a.position),
        writesSortKey(b.taskPath, b.taskId, b.position),
      ),
    );
    return Promise.all(
      ordered.map(async ({ taskId, channel, value }): Promise<CheckpointPendingWrite> => [
        taskId,
        channel,
        await this.#load(value),
      ]),
    );
  }

  /** Older checkpoints leave what is to be sent among the writes of their parent. */
  async #addSends(checkpoint: Checkpoint, parent: CheckpointKey): Promise<void> {
    const writes = await this.#checkpoints.writesOf(parent);
    const sends = writes.filter((write) => write.channel === TASKS);
    const versions = Object.values(checkpoint.channel_versions);
    checkpoint.channel_values[TASKS] = await Promise.all(
      sends.map(({ value }) => this.#load(value)),
    );
    checkpoint.channel_versions[TASKS] =
      versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined);
  }

  async #dump(value: unknown): Promise<StoredValue> {
    const [type, bytes] = await this.serde.dumpsTyped(value);
    return { type, bytes };
  }

  #load({ type, bytes }: StoredValue): Promise<unknown> {
    return this.serde.loadsTyped(type, bytes);
  }
}

function toConfig({ threadId, namespace, checkpointId }: CheckpointKey): RunnableConfig {
  return {
    configurable: {
      thread_id: threadId,
      checkpoint_ns: namespace,
      checkpoint_id: checkpointId,
    },
  };
}

/** A field that the object itself has: channels may have any name. */
function own<T>(of: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
