import type { Message } from "./chat.ts";
import type { MessageId } from "./ids.ts";

/** The messages from the root of a chat's tree to the given one, in order. */
export function messagePath(messages: readonly Message[], leaf: MessageId | null): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const path: Message[] = [];
  // A damaged tree could hold a circle; each message can be on a path only once.
  const seen = new Set<MessageId>();
  for (let id = leaf; id !== null && !seen.has(id);) {
    seen.add(id);
    const message = byId.get(id);
    if (!message) break;
    path.unshift(message);
    id = message.parentId;
  }
  return path;
}
