import type { DocumentId } from "../../../src-main/contract/ids.ts";
import { useNavigation } from "../../app/navigation.ts";
import { chatCommands } from "../chat/chatCommands.ts";
import { updateChat, useChats } from "../chat/chatStore.ts";
import { readDraft, setDraft } from "../chat/drafts.ts";
import { plainQuote, quoteInMessage } from "./selectionText.ts";

/** Where the panel covers the chat, it makes way for it; see SplitPanel. */
const coveringBelow = 900;

/**
 * Takes selected words into the message that is being written, as a quote with its place, and
 * attaches their document: to the chat that is shown, or to a new one.
 */
export function askAbout(documentId: DocumentId, selected: string, source: string): void {
  const quote = plainQuote(selected);
  if (quote === "") return;
  const { view, go, closePanel } = useNavigation.getState();
  const chatId = view.kind === "chat" ? view.chatId : null;
  const draft = readDraft(chatId);
  const own = chatId === null ? undefined : useChats.getState().chats[chatId]?.chat.documentIds;
  const attached = draft.documentIds ?? own ?? [];
  const documentIds = attached.includes(documentId) ? [...attached] : [...attached, documentId];
  setDraft(chatId, { text: quoteInMessage(draft.text, quote, source), documentIds });
  if (chatId !== null) void updateChat(chatId, { documentIds });
  if (view.kind !== "chat") go({ kind: "chat", chatId: null });
  if (window.innerWidth < coveringBelow) closePanel();
  // When the chat and its text are there.
  requestAnimationFrame(() => chatCommands()?.focusComposer());
}
