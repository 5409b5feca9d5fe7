import type { Chat, Message } from "../../contract/chat.ts";
import type { AskEvent } from "../../contract/search.ts";
import type { CollectionService } from "../library/CollectionService.ts";
import type { DocumentList } from "../library/DocumentList.ts";
import type { AnswerService } from "../rag/AnswerService.ts";
import { conversationOf } from "./conversationOf.ts";
import type { Turn } from "./generateTurn.ts";
import type { PinnedPassages } from "./PinnedPassages.ts";

export interface AnswerTurnOptions {
  answers: Pick<AnswerService, "answer">;
  documents: Pick<DocumentList, "settled">;
  collections: Pick<CollectionService, "scope">;
  pins: Pick<PinnedPassages, "find">;
}

/** Streams an answer from the documents of the chat and of the question. */
export async function answerTurn(
  { answers, documents, collections, pins }: AnswerTurnOptions,
  { chat, path, recorder, emit, signal }: Turn,
): Promise<void> {
  const question = path.at(-1);
  if (!question) throw new Error("A turn without a question is not answered.");
  emit({ type: "step", name: "documents" });
  const { pinned, chunkIds } = await pins.find(chat.pinned);
  const chosen =
    collections.scope({
      documentIds: [...chat.documentIds, ...question.documentIds],
      collectionIds: [...chat.collectionIds, ...question.collectionIds],
    }) ?? [];
  // A chat with pinned passages alone asks their documents.
  const asked = namesDocuments(chat, question)
    ? chosen
    : [...new Set(pinned.flatMap(({ gone, documentId }) => (gone ? [] : documentId)))];
  await documents.settled(asked, signal);
  const answered = await answers.answer(
    {
      question: question.text,
      documentIds: asked,
      pinned: chunkIds,
      modelId: chat.modelId,
      sampling: chat.sampling,
      threadId: recorder.message.id,
      ...conversationOf(path),
    },
    listen({ recorder, emit }),
    signal,
  );
  recorder.ground(answered);
}

/** Goes on with such an answer that was cut off, from what was kept of it. */
export async function resumeTurn(
  answers: Pick<AnswerService, "resume">,
  { recorder, emit, signal }: Turn,
): Promise<void> {
  const { id, text } = recorder.message;
  recorder.ground(await answers.resume(id, text, listen({ recorder, emit }), signal));
}

export function asksDocuments(chat: Chat, path: readonly Message[]): boolean {
  return namesDocuments(chat, path.at(-1)) || chat.pinned.some(({ gone }) => !gone);
}

function namesDocuments(chat: Chat, question: Message | undefined): boolean {
  return [chat, question].some(
    (asked) => asked && (asked.documentIds.length > 0 || asked.collectionIds.length > 0),
  );
}

function listen({ recorder, emit }: Pick<Turn, "recorder" | "emit">): (event: AskEvent) => void {
  return (event) => {
    if (event.type === "delta") {
      recorder.append(event.text, "");
      emit({ ...event, reasoning: "" });
    } else emit(event);
  };
}
