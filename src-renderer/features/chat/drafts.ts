import { create } from "zustand";
import type { ChatId, DocumentId } from "../../../src-main/contract/ids.ts";

/** What was typed but not sent, by chat; the empty name is the chat that does not exist yet. */
export interface Draft {
  readonly text: string;
  /** Undefined: the documents of the chat. */
  readonly documentIds: readonly DocumentId[] | undefined;
}

const key = "hearth.drafts";
const empty: Draft = { text: "", documentIds: undefined };

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

function read(): Record<string, Draft> {
  try {
    const stored: unknown = JSON.parse(globalThis.localStorage?.getItem(key) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).flatMap(([id, text]) =>
        typeof text === "string" ? [[id, { text, documentIds: undefined }]] : [],
      ),
    );
  } catch {
    // Storage may be forbidden or damaged; then drafts last as long as the window.
    return {};
  }
}

function write(drafts: Record<string, Draft>): void {
  const texts = Object.entries(drafts).flatMap(([id, { text }]) =>
    text === "" ? [] : [[id, text]],
  );
  try {
    globalThis.localStorage?.setItem(key, JSON.stringify(Object.fromEntries(texts)));
  } catch {
    // Storage may be full or forbidden; the draft is still in memory.
  }
}
