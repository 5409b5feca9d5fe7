import { MemorySaver, type BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import {
  Annotation,
  Command,
  END,
  interrupt,
  Send,
  START,
  StateGraph,
  type StateSnapshot,
} from "@langchain/langgraph";
import { expect, it } from "vitest";
import { directCheckpoints } from "./fixtures/directCheckpoints.ts";
import { StoreSaver } from "./StoreSaver.ts";

// Real graphs run the same whichever saver keeps them.

const State = Annotation.Root({
  question: Annotation<string>,
  notes: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
  verdict: Annotation<string>,
});

/** Asks twice in parallel, looks closer in a graph of its own, then waits for somebody's word. */
function graphOver(checkpointer: BaseCheckpointSaver) {
  const inner = new StateGraph(State)
    .addNode("closer", ({ notes }) => ({ notes: [`closer after ${notes.length}`] }))
    .addEdge(START, "closer")
    .addEdge("closer", END)
    .compile();
  return new StateGraph(State)
    .addNode("split", ({ question }) => ({ notes: [`asked ${question}`] }))
    .addNode("look", ({ question }: { question: string }) => ({
      notes: [`looked for ${question}`],
    }))
    .addNode("inner", inner)
    .addNode("confirm", ({ notes }) => ({ verdict: interrupt(`${notes.length} notes. Good?`) }))
    .addEdge(START, "split")
    .addConditionalEdges("split", ({ question }) => [
      new Send("look", { question: `${question} 1` }),
      new Send("look", { question: `${question} 2` }),
    ])
    .addEdge("look", "inner")
    .addEdge("inner", "confirm")
    .addEdge("confirm", END)
    .compile({ checkpointer });
}

function told(state: StateSnapshot): unknown {
  const { values, next, metadata, tasks } = state;
  return {
    values,
    next,
    source: metadata?.source,
    step: metadata?.step,
    waiting: tasks.map(({ name, interrupts }) => [
      name,
      interrupts.map((one) => one.value as unknown),
    ]),
  };
}

async function history(saver: BaseCheckpointSaver, durability: "sync" | "async" | "exit") {
  const graph = graphOver(saver);
  const config = { configurable: { thread_id: "t" }, durability };
  const states = async (): Promise<StateSnapshot[]> => {
    const list: StateSnapshot[] = [];
    for await (const state of graph.getStateHistory(config)) list.push(state);
    return list;
  };
  const seen: unknown[] = [await graph.invoke({ question: "why" }, config)];
  seen.push((await states()).map(told));
  seen.push(await graph.invoke(new Command({ resume: "yes" }), config));
  seen.push(await graph.invoke({ question: "how" }, config));
  // Back to an older state, changed there, and on from it: a second branch.
  const older = (await states()).at(durability === "exit" ? 1 : 3);
  const fork = await graph.updateState(older?.config ?? {}, { notes: ["changed"] });
  seen.push(await graph.invoke(null, { ...fork, durability }));
  seen.push(await graph.invoke(new Command({ resume: "no" }), config));
  // A copy of an older state goes the same way again.
  const copied = await graph.updateState((await states()).at(-1)?.config ?? {}, null, "__copy__");
  seen.push(await graph.invoke(null, { ...copied, durability }));
  seen.push((await states()).map(told));
  return JSON.parse(
    JSON.stringify(seen, (key, value: unknown) => (key === "id" ? "" : value)),
  ) as unknown;
}

it.each(["sync", "async", "exit"] as const)("steps, forks and copies (%s)", async (durability) => {
  const checkpoints = directCheckpoints();
  const ours = await history(new StoreSaver(checkpoints), durability);
  expect(ours).toEqual(await history(new MemorySaver(), durability));
  expect(JSON.stringify(ours)).toContain("changed");
  checkpoints.close();
});
