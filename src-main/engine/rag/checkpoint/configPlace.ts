import type { RunnableConfig } from "@langchain/core/runnables";

/** Which checkpoints a configuration names. */
export interface ConfigPlace {
  threadId?: string;
  namespace?: string;
  checkpointId?: string;
}

/**
 * Reads the place out of a configuration. An empty checkpoint id names none.
 * @throws TypeError where something else than a text stands for a name
 */
export function placeOf(config: RunnableConfig): ConfigPlace {
  const threadId = textOf(config, "thread_id");
  const namespace = textOf(config, "checkpoint_ns");
  const checkpointId = textOf(config, "checkpoint_id");
  return {
    ...(threadId === undefined ? {} : { threadId }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(checkpointId === undefined || checkpointId === "" ? {} : { checkpointId }),
  };
}

/**
 * The place of what is to be stored.
 * @param what names it in the error
 * @throws TypeError where the thread or, if it must be there, the checkpoint is missing
 */
export function placeToWrite(
  config: RunnableConfig,
  what: string,
): { threadId: string; namespace: string; checkpointId?: string } {
  const { threadId, namespace = "", checkpointId } = placeOf(config);
  if (threadId === undefined || threadId === "") throw missing(what, "thread_id");
  return { threadId, namespace, ...(checkpointId === undefined ? {} : { checkpointId }) };
}

export function missing(what: string, field: string): TypeError {
  return new TypeError(`The ${what} cannot be stored: the configuration has no ${field}.`);
}

function textOf(config: RunnableConfig, field: string): string | undefined {
  const value: unknown = config.configurable?.[field];
  if (value === undefined || typeof value === "string") return value;
  throw new TypeError(`The configuration's ${field} is no text: ${typeof value}.`);
}
