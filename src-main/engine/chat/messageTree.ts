import type { Message } from "../../contract/chat.ts";
import type { MessageId } from "../../contract/ids.ts";

const titleLength = 60;

/** The messages from the root to the given one, in order. */
export function pathTo(messages: readonly Message[], leaf: MessageId | null): Message[] {
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

/** A chat's first title: the beginning of its first message, cut between words. */
export function titleFrom(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= titleLength) return line;
  const cut = line.slice(0, titleLength + 1);
  const space = cut.lastIndexOf(" ");
  const kept = cut.slice(0, space > titleLength / 2 ? space : titleLength);
  // Half a character at the cut, if there is one, is dropped.
  return `${kept.replace(/[\uD800-\uDBFF]$/, "").trimEnd()}…`;
}
