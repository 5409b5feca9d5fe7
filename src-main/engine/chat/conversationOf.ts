import type { Message } from "../../contract/chat.ts";
import type { ChunkId } from "../../contract/ids.ts";
import type { Turn } from "../rag/graph/understand/standalone.ts";

/**
 * What an answer from documents needs of the messages before its question: what was asked and said,
 * and which passages stood in the last prompt. A question that leaned on others counts as it was
 * searched for.
 *
 * @param path from the root to the question
 */
export function conversationOf(path: readonly Message[]): {
  history: Turn[];
  previous: ChunkId[];
} {
  const history: Turn[] = [];
  let previous: ChunkId[] = [];
  path.slice(0, -1).forEach((message, at) => {
    const asked = path[at - 1];
    if (message.role !== "assistant" || asked?.role !== "user") return;
    const receipt = message.grounding?.receipt;
    history.push({ question: receipt?.standalone ?? asked.text, answer: message.text });
    if (receipt && receipt.usedChunkIds.length > 0) previous = receipt.usedChunkIds;
  });
  return { history, previous };
}
