import {
  BaseCheckpointSaver,
  ERROR,
  INTERRUPT,
  MemorySaver,
  RESUME,
  TASKS,
  type Checkpoint,
  type CheckpointTuple,
} from "@langchain/langgraph-checkpoint";
import fc from "fast-check";
import { expect, it } from "vitest";
import { directCheckpoints } from "./fixtures/directCheckpoints.ts";
import { listAll } from "./fixtures/listAll.ts";
import { StoreSaver } from "./StoreSaver.ts";

// The same calls to the library's own saver in memory and to ours give the same answers.

const threads = ["t1", "t2"];
const namespaces = ["", "inner:1"];
const channels = ["a", "b", "c"];

const value = fc.oneof(
  fc.jsonValue({ noUnicodeString: false, maxDepth: 2 }),
  fc.constant(undefined),
  fc.uniqueArray(fc.integer()).map((list) => new Set(list)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => ({ bytes })),
  fc.string().map((text) => new Map([[text, [text]]])),
);
const place = { thread: fc.nat({ max: 1 }), namespace: fc.nat({ max: 1 }), pick: fc.nat() };

/** A step's checkpoint: some channels get a value, some are emptied, the others stay. */
const put = fc.record({
  kind: fc.constant("put" as const),
  ...place,
  parent: fc.boolean(),
  again: fc.boolean(),
  format: fc.constantFrom(1, 4, 4, 4),
  set: fc.dictionary(fc.constantFrom(...channels), value),
  empty: fc.subarray(channels),
  source: fc.constantFrom("input" as const, "loop" as const),
});
/** A copy beside its original, of which nothing is named as changed. */
const copy = fc.record({ kind: fc.constant("copy" as const), ...place });
const write = fc.record({
  kind: fc.constant("write" as const),
  ...place,
  unknown: fc.boolean(),
  task: fc.constantFrom("task-1", "task-2", "a task, with a comma"),
  path: fc.constantFrom(undefined, "", "~__pregel_pull, a", "\u{1f600}", "\uffee"),
  writes: fc.array(fc.tuple(fc.constantFrom(...channels, TASKS, ERROR, INTERRUPT, RESUME), value), {
    maxLength: 4,
  }),
});
const remove = fc.record({ kind: fc.constant("remove" as const), thread: fc.nat({ max: 1 }) });
const actions = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: put },
    { weight: 2, arbitrary: copy },
    { weight: 5, arbitrary: write },
    { weight: 1, arbitrary: remove },
  ),
  { maxLength: 25 },
);

type Action = typeof actions extends fc.Arbitrary<(infer One)[]> ? One : never;

interface Made {
  thread: string;
  namespace: string;
  checkpoint: Checkpoint;
  parent: string | undefined;
}

async function perform(savers: BaseCheckpointSaver[], list: readonly Action[]): Promise<Made[]> {
  let made: Made[] = [];
  const toConfig = (thread: string, checkpoint_ns: string, checkpoint_id?: string) => ({
    configurable: {
      thread_id: thread,
      checkpoint_ns,
      ...(checkpoint_id === undefined ? {} : { checkpoint_id }),
    },
  });
  for (const [n, action] of list.entries()) {
    const thread = threads[action.thread] ?? "";
    if (action.kind === "remove") {
      await Promise.all(savers.map((saver) => saver.deleteThread(thread)));
      made = made.filter((one) => one.thread !== thread);
      continue;
    }
    const namespace = namespaces[action.namespace] ?? "";
    const here = made.filter((one) => one.thread === thread && one.namespace === namespace);
    const picked = here[action.pick % Math.max(here.length, 1)];
    // Ids do not come in the order of time, as those of several processes may not.
    const id = `${(n * 7) % 10}-${n}`;
    if (action.kind === "write") {
      const target = action.unknown || !picked ? "nowhere" : picked.checkpoint.id;
      const config = toConfig(thread, namespace, target);
      for (const saver of savers) {
        await saver.putWrites(config, action.writes, action.task, action.path);
      }
      continue;
    }
    if (action.kind === "copy") {
      if (!picked) continue;
      const one = { ...picked, checkpoint: { ...picked.checkpoint, id } };
      for (const saver of savers) {
        const fork = { source: "fork", step: n, parents: {} } as const;
        await saver.put(toConfig(thread, namespace, picked.parent), one.checkpoint, fork, {});
      }
      made.push(one);
      continue;
    }
    const parent = action.parent ? picked : undefined;
    const versions = { ...parent?.checkpoint.channel_versions };
    const values = { ...parent?.checkpoint.channel_values };
    const next = Math.max(0, ...Object.values(versions).map(Number)) + 1;
    const changed: Record<string, number> = {};
    for (const name of action.empty) {
      changed[name] = next;
      delete values[name];
    }
    for (const [name, set] of Object.entries(action.set)) {
      changed[name] = next;
      values[name] = set;
    }
    const checkpoint: Checkpoint = {
      v: action.format,
      id: action.again && picked && picked !== parent ? picked.checkpoint.id : id,
      ts: "2026-01-01T00:00:00.000Z",
      channel_values: values,
      channel_versions: { ...versions, ...changed },
      versions_seen: { node: versions },
    };
    const metadata = { source: action.source, step: n, parents: {}, extra: action.pick % 3 };
    for (const saver of savers) {
      const config = toConfig(thread, namespace, parent?.checkpoint.id);
      await saver.put(config, checkpoint, metadata, changed);
    }
    made = made.filter(
      (one) =>
        !(
          one.thread === thread &&
          one.namespace === namespace &&
          one.checkpoint.id === checkpoint.id
        ),
    );
    made.push({ thread, namespace, checkpoint, parent: parent?.checkpoint.id });
  }
  return made;
}

async function everything(saver: BaseCheckpointSaver, made: readonly Made[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  const listed = (config: object, options: object): Promise<CheckpointTuple[]> =>
    listAll(saver, config, options);
  for (const thread_id of threads) {
    for (const checkpoint_ns of namespaces) {
      const config = { configurable: { thread_id, checkpoint_ns } };
      seen.push(await saver.getTuple(config), await listed(config, {}));
      for (const limit of [0, 1, 3]) seen.push(await listed(config, { limit }));
      for (const filter of [{ source: "loop" }, { extra: 1, source: "input" }, { none: 1 }]) {
        seen.push(await listed(config, { filter }), await listed(config, { filter, limit: 2 }));
      }
      const before = { configurable: { checkpoint_id: "5" } };
      seen.push(await listed(config, { before, limit: 2 }));
    }
  }
  for (const { thread, namespace, checkpoint } of made) {
    const configurable = {
      thread_id: thread,
      checkpoint_ns: namespace,
      checkpoint_id: checkpoint.id,
    };
    seen.push(await saver.getTuple({ configurable }), await listed({ configurable }, {}));
    // The one in memory has a walk of its own, which passes over an undefined that was stored as a
    // value; the walk that all others share does not.
    const asked = { config: { configurable }, channels };
    seen.push(await BaseCheckpointSaver.prototype.getDeltaChannelHistory.call(saver, asked));
  }
  // Across threads and namespaces the two sort differently; what they list is the same.
  const key = ({ config }: CheckpointTuple): string => JSON.stringify(config.configurable);
  for (const config of [{}, { configurable: { thread_id: "t1" } }]) {
    const tuples = await listed(config, {});
    seen.push(tuples.sort((a, b) => (key(a) < key(b) ? -1 : 1)));
  }
  return seen;
}

it("any sequence of calls gives what the library's own saver gives", async () => {
  await fc.assert(
    fc.asyncProperty(actions, async (list) => {
      const checkpoints = directCheckpoints();
      try {
        const [ours, theirs] = [new StoreSaver(checkpoints), new MemorySaver()];
        const made = await perform([ours, theirs], list);
        expect(await everything(ours, made)).toEqual(await everything(theirs, made));
      } finally {
        checkpoints.close();
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);
