import { create } from "zustand";
import type { PinnedPassage } from "../../../src-main/contract/chat.ts";
import {
  documentIdSchema,
  type ChatId,
  type CollectionId,
  type DocumentId,
} from "../../../src-main/contract/ids.ts";

/** What was typed but not sent, by chat; the empty name is the chat that does not exist yet. */
export interface Draft {
  readonly text: string;
  /** Undefined: the documents of the chat. */
  readonly documentIds: readonly DocumentId[] | undefined;
  /** Undefined: the collections of the chat. */
  readonly collectionIds: readonly CollectionId[] | undefined;
  /** Passages pinned to the chat that does not exist yet; others keep theirs themselves. */
  readonly pinned: readonly PinnedPassage[] | undefined;
  /** Files that go with the next message alone. */
  readonly attachmentIds: readonly DocumentId[];
  /** Long texts that are on their way to become attachments; text again if they do not arrive. */
  readonly pasting: readonly string[];
}

const key = "hearth.drafts";
const empty: Draft = {
  text: "",
  documentIds: undefined,
  collectionIds: undefined,
  pinned: undefined,
  attachmentIds: [],
  pasting: [],
};

interface Drafts {
  readonly drafts: Readonly<Record<string, Draft>>;
}

const useDrafts = create<Drafts>(() => ({ drafts: read() }));

export function useDraft(chatId: ChatId | null): Draft {
  return useDrafts((state) => state.drafts[chatId ?? ""] ?? empty);
}

/** The draft as it is now, for those who add to it. */
export function readDraft(chatId: ChatId | null): Draft {
  return useDrafts.getState().drafts[chatId ?? ""] ?? empty;
}

export function setDraft(chatId: ChatId | null, patch: Partial<Draft>): void {
  useDrafts.setState(({ drafts }) => {
    const next = { ...drafts, [chatId ?? ""]: { ...empty, ...drafts[chatId ?? ""], ...patch } };
    write(next);
    return { drafts: next };
  });
}

/**
 * Puts back what could not be sent, in front of what was typed since.
 *
 * @param scope what it was to ask, where only the draft knows
 */
export function restoreDraft(
  chatId: ChatId | null,
  unsent: Pick<Draft, "text" | "attachmentIds">,
  scope: Partial<Pick<Draft, "documentIds" | "collectionIds" | "pinned">> = {},
): void {
  const { text, attachmentIds } = readDraft(chatId);
  setDraft(chatId, {
    text: [unsent.text, text].filter((part) => part !== "").join("\n"),
    attachmentIds: [...new Set([...unsent.attachmentIds, ...attachmentIds])],
    ...scope,
  });
}

/** What is kept of a draft; earlier versions kept its text alone. */
function fromStored(stored: unknown): Draft | null {
  if (typeof stored === "string") return { ...empty, text: stored };
  if (typeof stored !== "object" || stored === null) return null;
  const { text, attachmentIds, pasting }: Partial<Record<keyof Draft, unknown>> = stored;
  if (typeof text !== "string" || !Array.isArray(attachmentIds)) return null;
  const lost = Array.isArray(pasting) ? pasting.filter((part) => typeof part === "string") : [];
  const ids = attachmentIds.map((id) => documentIdSchema.safeParse(id));
  return {
    ...empty,
    text: [text, ...lost].filter((part) => part !== "").join("\n"),
    attachmentIds: ids.flatMap(({ data }) => data ?? []),
  };
}

function read(): Record<string, Draft> {
  try {
    const stored: unknown = JSON.parse(globalThis.localStorage?.getItem(key) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).flatMap(([id, kept]) => {
        const draft = fromStored(kept);
        return draft ? [[id, draft]] : [];
      }),
    );
  } catch {
    // Storage may be forbidden or damaged; then drafts last as long as the window.
    return {};
  }
}

function write(drafts: Record<string, Draft>): void {
  const kept = Object.entries(drafts).flatMap(([id, { text, attachmentIds, pasting }]) =>
    text === "" && attachmentIds.length + pasting.length === 0
      ? []
      : [[id, { text, attachmentIds, pasting }]],
  );
  try {
    globalThis.localStorage?.setItem(key, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // Storage may be full or forbidden; the draft is still in memory.
  }
}
