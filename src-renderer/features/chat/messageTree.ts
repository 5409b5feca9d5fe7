import type { Message } from "../../../src-main/contract/chat.ts";
import type { MessageId } from "../../../src-main/contract/ids.ts";

/** Where a message stands among the versions of its turn; `index` counts from 0. */
export interface Branch {
  readonly siblings: readonly MessageId[];
  readonly index: number;
}

export function branchOf(messages: readonly Message[], message: Message): Branch {
  const siblings = messages
    .filter((other) => other.parentId === message.parentId && other.role === message.role)
    .map((other) => other.id);
  return { siblings, index: siblings.indexOf(message.id) };
}

/** The newest message below the given one: where its branch is shown to. */
export function newestLeaf(messages: readonly Message[], from: MessageId): MessageId {
  let leaf = from;
  const seen = new Set<MessageId>();
  while (!seen.has(leaf)) {
    seen.add(leaf);
    const below = messages.findLast((message) => message.parentId === leaf);
    if (!below) break;
    leaf = below.id;
  }
  return leaf;
}
