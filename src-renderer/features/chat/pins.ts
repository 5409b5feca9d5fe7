import { mostPinned, type PinnedPassage } from "../../../src-main/contract/chat.ts";
import type { ErrorData } from "../../../src-main/contract/errors.ts";
import type { ChatId } from "../../../src-main/contract/ids.ts";
import { useFailure } from "../../app/failures.ts";
import { useNavigation } from "../../app/navigation.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { showToast } from "../../ui/Toast.tsx";
import { updateChat, useChats } from "./chatStore.ts";
import { readDraft, setDraft, useDraft } from "./drafts.ts";

/** What can be pinned: a place of a document with its words. */
export type Passage = Pick<PinnedPassage, "documentId" | "document" | "location" | "quote">;

const none: readonly PinnedPassage[] = [];
/** The contract takes no longer quote; UTF-16 units. */
const longestQuote = 8000;

/** The passages pinned to a chat; to the one that does not exist yet in its draft. */
export function usePinned(chatId: ChatId | null): readonly PinnedPassage[] {
  const draft = useDraft(chatId);
  const own = useChats((state) => (chatId === null ? none : state.chats[chatId]?.chat.pinned));
  return (chatId === null ? draft.pinned : own) ?? none;
}

export function isPinned(pinned: readonly PinnedPassage[], passage: Passage): boolean {
  return pinned.some((one) => isSame(one, passage));
}

/** Pins a passage to a chat, or takes it off where it is pinned. */
export async function togglePin(chatId: ChatId | null, passage: Passage): Promise<void> {
  const pinned = readPinned(chatId);
  if (isPinned(pinned, passage)) await unpin(chatId, passage);
  else await addPin(chatId, passage);
}

/** Pins a passage to the chat that is shown; from elsewhere to a new one. */
export async function pinToShownChat(passage: Passage): Promise<void> {
  const { view, go } = useNavigation.getState();
  const { pins } = getStrings();
  const chatId = view.kind === "chat" ? view.chatId : null;
  if (passage.quote.trim() === "") return;
  if (isPinned(readPinned(chatId), passage)) {
    showToast({ text: pins.already });
    return;
  }
  if (!(await addPin(chatId, passage))) return;
  if (view.kind === "chat") showToast({ text: pins.pinned });
  else {
    showToast({
      text: pins.pinnedToNew,
      action: {
        label: pins.openNew,
        altText: pins.openNewHint,
        onSelect: () => go({ kind: "chat", chatId: null }),
      },
    });
  }
}

/** @returns whether there was room for it */
async function addPin(chatId: ChatId | null, passage: Passage): Promise<boolean> {
  const { documentId, document, location, quote } = passage;
  const pinned = readPinned(chatId);
  const { pins } = getStrings();
  if (pinned.length >= mostPinned) {
    const error: ErrorData = {
      code: "conflict",
      title: pins.full(mostPinned),
      cause: "",
      suggestion: pins.fullHint,
    };
    useFailure.setState({ error });
    return false;
  }
  const words = quote.trim().slice(0, longestQuote);
  const added = { documentId, document, location, quote: words, gone: false };
  await setPinned(chatId, [...pinned, added]);
  return true;
}

export async function unpin(chatId: ChatId | null, passage: Passage): Promise<void> {
  await setPinned(
    chatId,
    readPinned(chatId).filter((pin) => !isSame(pin, passage)),
  );
}

function readPinned(chatId: ChatId | null): readonly PinnedPassage[] {
  if (chatId === null) return readDraft(null).pinned ?? none;
  return useChats.getState().chats[chatId]?.chat.pinned ?? none;
}

async function setPinned(chatId: ChatId | null, pinned: readonly PinnedPassage[]): Promise<void> {
  if (chatId === null) setDraft(null, { pinned: [...pinned] });
  else await updateChat(chatId, { pinned: [...pinned] });
}

function isSame(a: Passage, b: Passage): boolean {
  return a.documentId === b.documentId && plain(a.quote) === plain(b.quote);
}

function plain(quote: string): string {
  return quote.slice(0, longestQuote).replace(/\s+/gu, " ").trim();
}
