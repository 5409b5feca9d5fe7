import { cancelledError } from "../../../contract/errors.ts";
import type { State, Update } from "./state.ts";
import type { Run } from "./types.ts";

export interface NodeResult extends Omit<Update, "steps"> {
  /** What the receipt says of the step beside its time. */
  readonly step?: { readonly note?: string; readonly tokens?: number };
}

export type AnswerNode = (run: Run, state: State) => Promise<NodeResult> | NodeResult;

/** A node of the graph: it tells that it begins, stops where the answer was cancelled, and is timed. */
export function runNode(name: string, node: AnswerNode, run: Run) {
  return async (state: State): Promise<Update> => {
    if (run.signal.aborted) throw cancelledError();
    run.emit({ type: "step", name });
    const begun = performance.now();
    const { step, ...update } = await node(run, state);
    const ms = performance.now() - begun;
    const record = { name, ms, note: step?.note ?? "", tokens: step?.tokens ?? 0 };
    return { ...update, steps: [record] };
  };
}

/** Sends what of a text the answer does not say yet: one that goes on has a part of it. */
export function say(run: Run, text: string): void {
  if (run.said.startsWith(text)) return;
  const more = text.startsWith(run.said) ? text.slice(run.said.length) : text;
  run.said += more;
  run.firstTextMs ??= performance.now() - run.begun;
  run.emit({ type: "delta", text: more });
}
