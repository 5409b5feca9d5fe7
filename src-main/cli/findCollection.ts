import type { Collection } from "../contract/collections.ts";
import { HearthError } from "../contract/errors.ts";
import type { CollectionId } from "../contract/ids.ts";
import type { CommandContext } from "./Command.ts";

/**
 * The collection that a word on the command line means: its id, or its name without regard to case.
 * @throws HearthError `not-found` that names what there is
 */
export async function findCollection(word: string, context: CommandContext): Promise<Collection> {
  const client = await context.engine();
  const { collections } = await client.call("collections.list", {}, { signal: context.signal });
  const wanted = word.trim().toLowerCase();
  const found = collections.find(({ id, name }) => id === word || name.toLowerCase() === wanted);
  if (found) return found;
  const there = collections.map(({ name }) => name).join(", ");
  throw new HearthError({
    code: "not-found",
    title: `There is no collection “${word}”.`,
    cause: there === "" ? "There are no collections at all." : `There are: ${there}.`,
    suggestion: "“hearth collections create NAME DOCUMENT…” makes one.",
  });
}

/** As {@link findCollection}, for an option that may be absent: then nothing is limited by it. */
export async function collectionIdOf(
  word: string | undefined,
  context: CommandContext,
): Promise<{ collectionIds?: CollectionId[] }> {
  if (word === undefined) return {};
  return { collectionIds: [(await findCollection(word, context)).id] };
}
